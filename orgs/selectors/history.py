"""The history of one record in lines people can read."""

import dataclasses
import datetime as dt
from typing import Any

from django.utils import timezone

from core.formats import NO_FIGURE
from core.models import AuditEvent
from core.selectors.trail import HIDDEN, personal_labels
from orgs.models.record import RegistryRecord

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
    record: RegistryRecord, *, reads_personal: bool, today: dt.date, limit: int = 100, after: int = 0
) -> list[HistoryLine]:
    """What was done with the record, newest first, since the event with the key ``after``. One query.

    Ask for the record through ``visible_to`` first.
    """
    hidden: frozenset[str] = frozenset() if reads_personal else personal_labels(type(record))
    events = AuditEvent.objects.of(record).filter(pk__gt=after)
    return [_line(event, hidden, today.year) for event in events[:limit]]


def _line(event: AuditEvent, hidden: frozenset[str], year: int) -> HistoryLine:
    act = event.action.rpartition(".")[2]
    changes: tuple[Change, ...] = ()
    if act not in ("create", "load", "import"):
        keys = [key for key in {**event.before, **event.after} if key not in _SILENT_KEYS]
        changes = tuple(
            Change(
                key,
                _words(event.before.get(key), is_hidden=key in hidden),
                _words(event.after.get(key), is_hidden=key in hidden),
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


def _words(value: Any, *, is_hidden: bool) -> str:
    if value in (None, "", False):
        return NO_FIGURE
    if is_hidden:
        return HIDDEN
    return "是" if value is True else str(value)
