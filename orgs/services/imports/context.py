"""What the rows of one import are judged with, read once."""

import datetime as dt
from typing import Any

from accounts.models import User
from core import clock
from orgs.calculations.pinyin import pinyin_key
from orgs.choices import RecordState
from orgs.models.reach import reach_of
from orgs.permissions import ENTER, VIEW
from orgs.selectors.places import PlaceBook
from orgs.services.bulk_judge import Judge
from orgs.services.bulk_rows import Act

# Conditions with more values than this are asked in parts.
ASKED_AT_ONCE = 5_000


class ImportContext:
    """The person who imports, the day that counts as today, the acts each row goes through, addresses and rights."""

    def __init__(self, actor: User, *, submits: bool) -> None:
        self.actor, self.today = actor, clock.business_today()
        self.places = PlaceBook(actor)
        self.judge = Judge(sort_key=pinyin_key, on_trial=True)
        self.offices = self.judge.offices
        self.acts = acts_of(actor, submits=submits, at=clock.machine_now(), day=self.today)
        reach = reach_of(actor)
        self._views, self._enters = reach.paths(VIEW), reach.paths(ENTER)

    def sees(self, path: str) -> bool:
        """Whether the person sees what the office at this path holds."""
        return path.startswith(self._views)

    def enters(self, path: str) -> bool:
        """Whether the person is a clerk for the office at this path."""
        return path.startswith(self._enters)


def acts_of(
    actor: User, *, submits: bool, at: dt.datetime, day: dt.date, reason: str = ""
) -> tuple[Act, ...]:
    """What happens to each imported record: entered, and handed in where that was chosen. One tuple for all rows."""
    create = Act("create", actor, at, day, reason)
    return (create, Act("submit", actor, at, day)) if submits else (create,)


def is_editable(state: Any) -> bool:
    """Whether a record in this state may be changed by a clerk."""
    return state in (RecordState.DRAFT, RecordState.RETURNED)
