"""What merging two registrations and taking them apart again both do to rows."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from core.exceptions import DomainError
from core.locks import lock_rows
from core.services.audit import record_event
from orgs.changes import RegistryChange, tell_registry_change
from orgs.models import Enterprise
from orgs.models.record import RegistryRecord
from orgs.selectors.comparison import Dependent
from orgs.services.records import effective_on
from orgs.services.states import audit_noun, integrity_message

# What a merger may change of the kept one, and what an undoing puts back on either.
STORED = (*Enterprise.AUDITED_FIELDS, "name_key", "sort_key", "state", "return_reason")


def lock_pair(actor: User, pks: Iterable[int]) -> dict[int, Enterprise]:
    """Enterprises the actor may see, locked in key order. Raises ``Enterprise.DoesNotExist`` for one out of sight."""
    wanted = set(pks)
    rows = lock_rows(
        Enterprise.objects.visible_to(actor).select_related("office", "division", "park"), wanted
    )
    if len(rows) != len(wanted):
        raise Enterprise.DoesNotExist
    return rows


def stored(row: Enterprise) -> dict[str, Any]:
    """A registration's own columns as a ``Merger`` keeps them: plain JSON under the names of the columns."""
    values = {}
    for name in STORED:
        field = Enterprise._meta.get_field(name)
        value = getattr(row, field.attname)  # type: ignore[union-attr]
        values[field.attname] = value.isoformat() if isinstance(value, dt.date) else value  # type: ignore[union-attr]
    return values


def position_of(row: Dependent) -> dict[str, Any]:
    """Of an organisation or contact, what a merger changes."""
    return {
        "enterprise_id": row.enterprise_id,
        "office_id": row.office_id,
        "state": row.state,
        "return_reason": row.return_reason,
        "version": row.version,
    }


def registration_label(row: Enterprise) -> str:
    """A registration in the trail: the two of a merger mostly have one name."""
    return f"{row.name}（{row.office.short_name}持有，登记编号 {row.pk}）"


def save(record: RegistryRecord, fields: Iterable[str] | None = None) -> None:
    """Write a row; the database's own refusal becomes words."""
    try:
        with transaction.atomic():
            record.save(update_fields=fields)
    except IntegrityError as error:
        raise DomainError(integrity_message(record, error)) from error


def move_dependent(
    row: Dependent, to: Enterprise, *, actor: User, unit: str, at: dt.datetime, reason: str
) -> None:
    """Hang an organisation or contact on another registration, and on its holder."""
    label = str(type(row)._meta.get_field("enterprise").verbose_name)
    assert row.enterprise is not None  # what hangs on a park is not moved
    before = {label: registration_label(row.enterprise)}
    row.enterprise, row.office = to, to.office
    row.version += 1
    row.updated_at = at
    save(row, ["enterprise", "office", "version", "updated_at"])
    record_event(
        actor=actor,
        action=f"{audit_noun(row)}.move",
        target=row,
        before=before,
        after={label: registration_label(to)},
        reason=reason,
        unit=unit,
        at=at,
    )


class TouchedDays:
    """From which day on figures change: the first one any confirmed record among those seen counts on."""

    def __init__(self) -> None:
        self._days: list[dt.date | None] = []

    def see(self, *rows: RegistryRecord) -> None:
        """Take rows in as they are now; what is not confirmed counts on no day."""
        self._days += [effective_on(row) for row in rows if row.is_confirmed]

    def tell(self) -> None:
        """Tell the apps above."""
        known = [day for day in self._days if day is not None]
        first = min(known) if known and len(known) == len(self._days) else None
        tell_registry_change(RegistryChange(effective_on=first, counts_changed=bool(self._days)))
