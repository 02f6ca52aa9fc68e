"""Writing the confirmed rows of an import, part by part: each part whole or not at all, no row twice, none left out."""

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core import clock
from core.bulk import insert_rows
from core.exceptions import DomainError
from core.jobs import JobRun
from core.locks import advisory_lock
from core.services.audit import record_event
from core.statistics import refresh_planner_statistics
from orgs.choices import EffectAction, ImportState, RowChoice
from orgs.models import (
    CastOrganization,
    ContactPerson,
    Division,
    Enterprise,
    ImportBatch,
    ImportEffect,
    ImportRow,
    Park,
)
from orgs.models.record import RegistryRecord
from orgs.selectors.places import PlaceBook
from orgs.services.access import acting_unit
from orgs.services.bulk_entry import Registrar
from orgs.services.bulk_rows import Act, ContactEntry, EnterpriseEntry, Entry, OrganizationEntry, ParkEntry
from orgs.services.former_names import add_former_names
from orgs.services.imports.choosing import choice_for, rows_to_write_q
from orgs.services.imports.context import ImportContext, acts_of
from orgs.services.imports.editing import edit_record
from orgs.services.imports.existing import KnownEnterprises, codes_differ
from orgs.services.imports.staging import hold_fence, take_fence

PART = 2_000
# A changed record goes through the service of its form, one by one: fewer of them in a transaction.
MOST_EDITS = 200
LOCK = "orgs.imports.write"
EFFECTS = ("batch_id", "number", "action", "record_id", "version", "before", "problem")
MODELS: dict[str, type[RegistryRecord]] = {
    "enterprise": Enterprise,
    "park": Park,
    "organization": CastOrganization,
    "contact": ContactPerson,
}
_DATES = ("established_on", "dissolved_on", "closed_on", "left_on")


@dataclasses.dataclass(slots=True)
class Row:
    """A staged row to write."""

    number: int
    outcome: str
    values: dict[str, Any]
    own_choice: str
    target_id: int | None
    target_version: int | None
    act: str = ""

    @property
    def key(self) -> str:
        """What the bulk registration calls it."""
        return str(self.number)


@dataclasses.dataclass(slots=True)
class Effect:
    """What became of it."""

    number: int
    action: str
    record_id: int | None = None
    version: int | None = None
    before: dict[str, Any] = dataclasses.field(default_factory=dict)
    problem: str = ""

    def columns(self, batch_id: int) -> tuple[Any, ...]:
        """The row in the order of ``EFFECTS``."""
        before = json.dumps(self.before, ensure_ascii=False) if self.before else "{}"
        return batch_id, self.number, self.action, self.record_id, self.version, before, self.problem[:500]


def write_import(*, batch_id: int, job: JobRun) -> str:
    """Write what was confirmed. After a cut it goes on behind the last part that was written. Returns a sentence."""
    batch = take_fence(batch_id, ImportState.WRITING)
    if batch is None:
        return "这次导入已写完"
    assert batch.confirmed_by is not None  # the database's own constraint
    writer = _Writing(batch, batch.confirmed_by)
    total = ImportRow.objects.filter(rows_to_write_q(batch), batch=batch).count()
    done = ImportEffect.objects.filter(batch=batch).count()
    while True:
        job.progress(done, total, f"已写入 {done:,} 行，共 {total:,} 行")
        written = writer.write_part()
        if not written:
            break
        done += written
    refresh_planner_statistics()
    return writer.finish()


class _Writing:
    def __init__(self, batch: ImportBatch, actor: User) -> None:
        self.batch, self.actor = batch, actor
        self.context = ImportContext(actor, submits=batch.submits)
        self.places: PlaceBook = self.context.places
        self.registrar = Registrar(offices=self.context.offices)
        reason = f"导入“{batch.file_name[:100]}”（第 {batch.pk} 次导入）"
        self.acts: tuple[Act, ...] = acts_of(
            actor, submits=batch.submits, at=clock.machine_now(), day=clock.business_today(), reason=reason
        )
        self.known = KnownEnterprises(self.context)

    def write_part(self) -> int:
        """Write the next rows in one transaction. Returns how many, 0 when all are done."""
        with transaction.atomic():
            # Two imports of one list would wait for each other's codes in a circle; one after the other they do not.
            advisory_lock(LOCK)
            batch = hold_fence(self.batch)
            rows = self._next(batch)
            if not rows:
                return 0
            effects = self._add([row for row in rows if row.act == RowChoice.ADD])
            effects += [self._update(row) for row in rows if row.act == RowChoice.UPDATE]
            insert_rows(
                ImportEffect, EFFECTS, [effect.columns(batch.pk) for effect in sorted(effects, key=_number)]
            )
            self.registrar.tell()
        return len(rows)

    def _next(self, batch: ImportBatch) -> list[Row]:
        last = ImportEffect.objects.filter(batch=batch).aggregate(last=Max("number"))["last"] or 0
        rows = ImportRow.objects.filter(rows_to_write_q(batch), batch=batch, number__gt=last).order_by(
            "number"
        )
        columns = ("number", "outcome", "values", "choice", "target_id", "target_version")
        part: list[Row] = []
        acts: dict[tuple[str, str], str] = {}
        edits = 0
        for values in rows.values_list(*columns)[:PART]:
            row = Row(*values)
            decided = row.outcome, row.own_choice
            if decided not in acts:
                acts[decided] = choice_for(batch, *decided)
            row.act = acts[decided]
            edits += row.act == RowChoice.UPDATE
            if edits > MOST_EDITS:
                break
            part.append(row)
        return part

    # ---------- new records ----------

    def _add(self, rows: Sequence[Row]) -> list[Effect]:
        if not rows:
            return []
        effects: list[Effect] = []
        if self.batch.kind == "enterprise":
            rows, effects = self._without_met(rows)
        entries, missing = self._entries(rows)
        effects += missing
        report = self.registrar.register(entries)
        numbers = {row.key: row for row in rows}
        version = len(self.acts)
        written = report.written.get(self.batch.kind, {})
        effects += [
            Effect(numbers[key].number, EffectAction.CREATED, pk, version) for key, pk in written.items()
        ]
        effects += [
            Effect(numbers[refusal.key].number, EffectAction.REFUSED, problem=refusal.reason)
            for refusal in report.refusals
        ]
        for row in rows:
            if row.values.get("former_names") and row.key in written:
                add_former_names(
                    actor=self.actor, enterprise_id=written[row.key], text=row.values["former_names"]
                )
        return effects

    def _without_met(self, rows: Sequence[Row]) -> tuple[list[Row], list[Effect]]:
        """Without rows whose namesake was registered after the preview, by a colleague or another import."""
        self.known.read({}, [row.values["name_key"] for row in rows])
        left, effects = [], []
        for row in rows:
            division = self.places.division(row.values["division_id"])
            met = [
                known
                for known in self.known.by_name(division, row.values["name_key"])
                if not codes_differ(known, row.values)
            ]
            if met and not row.own_choice and row.outcome == "new":
                words = f"预检之后，同名企业已由{met[0]['office__short_name']}登记。请核对，不是同一家时再上传一次。"
                effects.append(Effect(row.number, EffectAction.REFUSED, problem=words))
            else:
                left.append(row)
        return left, effects

    def _entries(self, rows: Sequence[Row]) -> tuple[list[Entry], list[Effect]]:
        entries: list[Entry] = []
        missing: list[Effect] = []
        hosts = _Hosts(rows)
        for row in rows:
            values = with_dates(row.values)
            try:
                entries.append(self._entry(row.key, values, hosts))
            except DomainError as refusal:
                missing.append(Effect(row.number, EffectAction.REFUSED, problem=refusal.message))
        return entries, missing

    def _entry(self, key: str, values: dict[str, Any], hosts: "_Hosts") -> Entry:
        kind = self.batch.kind
        if kind in ("enterprise", "park"):
            division: Division = self.places.division(values.pop("division_id"))
            values.pop("former_names", None)
            if kind == "park":
                return ParkEntry(key, values, division, self.acts, is_checked=True)
            if values.get("park_id"):
                values["park"] = hosts.park(values["park_id"])
            values.pop("park_id", None)
            return EnterpriseEntry(key, values, division, self.acts, is_checked=True)
        if "park_id" in values:
            return OrganizationEntry(
                key, values, self.acts, hosts.park(values.pop("park_id")), is_checked=True
            )
        enterprise = hosts.enterprise(values.pop("enterprise_id"))
        if kind == "contact":
            return ContactEntry(key, values, self.acts, enterprise, is_checked=True)
        return OrganizationEntry(key, values, self.acts, enterprise, is_checked=True)

    # ---------- changed records ----------

    def _update(self, row: Row) -> Effect:
        assert row.target_id is not None  # only rows with a target are offered an update
        try:
            with transaction.atomic():
                record, before = edit_record(
                    actor=self.actor,
                    kind=self.batch.kind,
                    pk=row.target_id,
                    version=row.target_version,
                    changed=with_dates(row.values),
                    places=self.places,
                )
        except DomainError as refusal:
            return Effect(row.number, EffectAction.REFUSED, problem=refusal.message)
        action = EffectAction.UPDATED if before else EffectAction.UNCHANGED
        return Effect(row.number, action, record.pk, record.version, before)

    # ---------- the end ----------

    def finish(self) -> str:
        """Close the batch with one audit row of its own; the records have theirs."""
        with transaction.atomic():
            batch = hold_fence(self.batch)
            effects = ImportEffect.objects.filter(batch=batch)
            created = effects.filter(action=EffectAction.CREATED).count()
            updated = effects.filter(action=EffectAction.UPDATED).count()
            refused = effects.filter(action=EffectAction.REFUSED).count()
            batch.state, batch.finished_at = ImportState.DONE, clock.machine_now()
            batch.save(update_fields=["state", "finished_at"])
            record_event(
                actor=self.actor,
                action=f"{batch.kind}.import",
                target=batch,
                after={"新增": created, "更新": updated, "未写入": refused},
                unit=acting_unit(self.actor),
            )
        words = f"新增 {created:,} 条，更新 {updated:,} 条"
        return f"{words}，{refused:,} 行没有写入" if refused else words


class _Hosts:
    """The hosts and parks the rows of a part name, read at once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        enterprises = {row.values["enterprise_id"] for row in rows if row.values.get("enterprise_id")}
        parks = {row.values["park_id"] for row in rows if row.values.get("park_id")}
        self._enterprises = Enterprise.objects.in_bulk(list(enterprises)) if enterprises else {}
        self._parks = Park.objects.in_bulk(list(parks)) if parks else {}

    def enterprise(self, pk: int) -> Enterprise:
        """The enterprise with this key."""
        if pk not in self._enterprises:
            raise DomainError("依托的企业在预检之后被删除。请重新上传。")
        return self._enterprises[pk]

    def park(self, pk: int) -> Park:
        """The park with this key."""
        if pk not in self._parks:
            raise DomainError("依托的园区在预检之后被删除。请重新上传。")
        return self._parks[pk]


def with_dates(values: dict[str, Any]) -> dict[str, Any]:
    """The values with their dates read from JSON's texts; changed in place."""
    for name in _DATES:
        value = values.get(name)
        if value:
            values[name] = dt.date.fromisoformat(value)
    return values


def _number(effect: Effect) -> int:
    return effect.number
