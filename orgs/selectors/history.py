"""The history of one record in lines people can read."""

import dataclasses
import datetime as dt
from typing import Any

from django.utils import timezone

from core.formats import NO_FIGURE
from core.models import AuditEvent
from orgs.models.record import RegistryRecord

# Keys of the trail that a reader without the right to personal data sees masked.
PERSONAL_LABELS = frozenset({"手机", "邮箱"})
# Values of a first entry stand on the page itself; the state is what the verb says.
_SILENT_KEYS = frozenset({"state"})


@dataclasses.dataclass(frozen=True)
class Change:
    """One field that changed, before and after in words."""

    label: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True)
class HistoryLine:
    """One act: when, who from where, what, why, and which fields changed."""

    at: dt.datetime
    unit: str
    who: str
    verb: str
    reason: str
    changes: tuple[Change, ...]
    this_year: bool


def history_of(
    record: RegistryRecord, *, reads_personal: bool, today: dt.date, limit: int = 100
) -> list[HistoryLine]:
    """What was done with the record, newest first. One query. Ask for the record through ``visible_to`` first."""
    return [_line(event, reads_personal, today.year) for event in AuditEvent.objects.of(record)[:limit]]


def _line(event: AuditEvent, reads_personal: bool, year: int) -> HistoryLine:
    act = event.action.rpartition(".")[2]
    changes: tuple[Change, ...] = ()
    if act not in ("create", "load", "import"):
        keys = [key for key in {**event.before, **event.after} if key not in _SILENT_KEYS]
        changes = tuple(
            Change(
                key,
                _words(key, event.before.get(key), reads_personal),
                _words(key, event.after.get(key), reads_personal),
            )
            for key in keys
        )
    return HistoryLine(
        event.at,
        event.actor_unit,
        event.actor_label,
        event.action_label,
        event.reason,
        changes,
        this_year=timezone.localtime(event.at).year == year,
    )


def _words(key: str, value: Any, reads_personal: bool) -> str:
    if value in (None, "", False):
        return NO_FIGURE
    if key in PERSONAL_LABELS and not reads_personal:
        return "****"
    return "是" if value is True else str(value)
