"""Writing judged records: rows by COPY or executemany, their contributors, and the trail's rows of the usual form."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.db import connection, models

from accounts.models import User
from core.bulk import insert_rows
from core.models import AuditEvent
from orgs.choices import RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.record import RegistryRecord
from orgs.services.bulk_course import Course, unit_label
from orgs.services.bulk_rows import Act
from orgs.services.states import AUDIT_NOUNS

# Hosts before what stands at them.
ORDER: tuple[type[RegistryRecord], ...] = (Enterprise, Park, CastOrganization, ContactPerson)
EVENT_COLUMNS = (
    "at",
    "actor_id",
    "actor_label",
    "actor_unit",
    "action",
    "target_type",
    "target_id",
    "target_label",
    "before",
    "after",
    "reason",
)
_NOTHING = "{}"
_as_json = json.JSONEncoder(ensure_ascii=False).encode
_STATE = {state: _as_json({"state": RecordState(state).label}) for state in RecordState.values}


@dataclasses.dataclass(slots=True)
class Prepared:
    """A judged record: its values, its course, and what the trail calls it. ``host`` is the record it stands at."""

    model: type[RegistryRecord]
    key: str
    label: str
    values: dict[str, Any]
    shown: dict[str, Any]
    acts: Sequence[Act]
    course: Course
    host: "Prepared | None" = None
    pk: int = 0


class Form:
    """How one model's rows and audit rows look."""

    def __init__(self, model: type[RegistryRecord]) -> None:
        self.model = model
        fields = model._meta.concrete_fields
        self.columns = tuple(field.attname for field in fields)
        self._defaults = {field.attname: field.get_default() for field in fields}
        self._pick = itemgetter(*self.columns)
        self.noun = AUDIT_NOUNS[model]
        self.labels = tuple(self._label(name) for name in model.AUDITED_FIELDS)
        link = next(
            field for field in model.contributors.through._meta.fields if field.name == model._meta.model_name
        )
        self.link_columns = (link.attname, "user_id")

    def _label(self, name: str) -> tuple[str, str, dict[Any, str]]:
        field: models.Field = self.model._meta.get_field(name)  # type: ignore[assignment]
        choices = {value: str(label) for value, label in getattr(field, "flatchoices", None) or []}
        return name, str(field.verbose_name), choices

    def described(self, shown: Mapping[str, Any]) -> dict[str, str]:
        """The fields that are filled, by their Chinese label, in words: what ``create`` keeps in the trail."""
        words = {}
        for name, label, choices in self.labels:
            value = shown.get(name)
            if not value:
                continue
            if value is True:
                words[label] = "是"
            elif isinstance(value, str):
                words[label] = choices.get(value, value) if choices else value
            else:
                words[label] = str(value)  # of a date its ISO form
        return words

    def row(self, prepared: Prepared) -> tuple[Any, ...]:
        """The record in the order of ``columns``."""
        values = {**self._defaults, **prepared.values, **prepared.course.columns, "id": prepared.pk}
        row: tuple[Any, ...] = self._pick(values)
        return row


class BulkWriter:
    """Writes prepared records in the caller's transaction. One writer serves a whole call, so that forms are made once."""

    def __init__(self) -> None:
        self._forms = {model: Form(model) for model in ORDER}
        self._signatures: dict[int, tuple[int, str, str]] = {}

    def write(self, records: Sequence[Prepared]) -> None:
        """Give every record its key and write all of them; on the database's refusal nothing of them stays."""
        for model in ORDER:
            rows = [record for record in records if record.model is model]
            if not rows:
                continue
            form = self._forms[model]
            for record, pk in zip(rows, reserve_ids(model, len(rows)), strict=True):
                record.pk = pk
                if record.host is not None:
                    record.values["enterprise_id" if record.host.model is Enterprise else "park_id"] = (
                        record.host.pk
                    )
            insert_rows(model, form.columns, map(form.row, rows))
            links = [(record.pk, user) for record in rows for user in record.course.contributors]
            insert_rows(model.contributors.through, form.link_columns, links)
        insert_rows(AuditEvent, EVENT_COLUMNS, self._events(records))

    def _events(self, records: Sequence[Prepared]) -> Iterable[tuple[Any, ...]]:
        """The trail of the records, oldest act first; a host's act before the same act at what stands there."""
        events = [event for record in records for event in self._events_of(record)]
        events.sort(key=lambda event: event[0])
        return events

    def _events_of(self, record: Prepared) -> Iterator[tuple[Any, ...]]:
        form = self._forms[record.model]
        target_type = record.model._meta.label_lower
        for number, act in enumerate(record.acts):
            if number:
                before, after = _STATE[record.course.states[number - 1]], _STATE[record.course.states[number]]
            else:
                before, after = _NOTHING, _as_json(form.described(record.shown))
            yield (
                act.at,
                *self._signature(act.actor),
                f"{form.noun}.{act.action}",
                target_type,
                record.pk,
                record.label[:200],
                before,
                after,
                act.reason[:500],
            )

    def _signature(self, actor: User) -> tuple[int, str, str]:
        known = self._signatures.get(actor.pk)
        if known is None:
            known = self._signatures[actor.pk] = (actor.pk, actor.name, unit_label(actor))
        return known


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Keys nobody else gets, rising. On PostgreSQL from the table's own sequence, so that no other writer waits.

    On SQLite the transaction is the only writer, and a key once used is not used again, also when its row was deleted:
    the trail still speaks of it.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = row[0] if row else 0
    return range(last + 1, last + 1 + count)
