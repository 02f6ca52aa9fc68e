"""Who did what when: the acts of a record, by the clerk of its holder and a reviewer who may confirm it."""

import datetime as dt
from random import Random

from accounts.models import User
from cast_portal.demo.accounts import Staff
from cast_portal.demo.days import in_hours, workday_after
from cast_portal.demo.sizes import BUSINESS_DAY
from orgs.choices import OfficeLevel
from orgs.models import Office
from orgs.services.bulk_rows import Act

# The business day itself is left to those who try the portal.
LAST_DAY = BUSINESS_DAY - dt.timedelta(days=1)
_RETURNED_FIRST = "内容不全：请先与企业核对主席姓名，再提交。"


class Acting:
    """Makes acts in order and within office hours, none after the eve of the business day."""

    def __init__(self, staff: Staff, by_path: dict[str, Office]) -> None:
        self._staff = staff
        self._by_path = by_path

    def reviewer_for(self, rng: Random, holder: Office) -> User:
        """A reviewer at or above the holder, at prefecture level or the province; now and then the province itself."""
        chain = [self._by_path[path] for path in reversed(holder.ancestor_paths[1:])]
        able = [office for office in [holder, *chain] if office.level != OfficeLevel.COUNTY]
        return self._staff.reviewer(able[-1] if rng.random() < 0.12 else able[0])

    def clerk(self, holder: Office) -> User:
        """The clerk of an office."""
        return self._staff.clerk(holder)

    def entered(self, rng: Random, holder: Office, day: dt.date) -> tuple[Act, ...]:
        """A draft."""
        return (Act("create", self._staff.clerk(holder), in_hours(rng, min(day, LAST_DAY))),)

    def submitted(self, rng: Random, holder: Office, day: dt.date) -> tuple[Act, ...]:
        """Entered and submitted within the hour."""
        (create,) = self.entered(rng, holder, day)
        at = create.at + dt.timedelta(minutes=2 + rng.randrange(38), seconds=rng.randrange(60))
        return (create, Act("submit", create.actor, at))

    def confirmed(self, rng: Random, holder: Office, day: dt.date, *, within: int = 8) -> tuple[Act, ...]:
        """Entered, submitted, and confirmed some working days later; a few after having been returned once."""
        acts = self.submitted(rng, holder, day)
        reviewer = self.reviewer_for(rng, holder)
        if rng.random() < 0.02 and day < LAST_DAY - dt.timedelta(days=30):
            back = self._later(rng, acts[-1].at, 1, 4)
            again = self._later(rng, back, 1, 5)
            acts += (
                Act("return", reviewer, back, reason=_RETURNED_FIRST),
                Act("submit", acts[0].actor, again),
            )
        return (*acts, Act("confirm", reviewer, self._later(rng, acts[-1].at, 1, within)))

    def returned(self, rng: Random, holder: Office, day: dt.date, reason: str) -> tuple[Act, ...]:
        """Submitted and sent back."""
        acts = self.submitted(rng, holder, day)
        back = self._later(rng, acts[-1].at, 1, 4)
        return (*acts, Act("return", self.reviewer_for(rng, holder), back, reason=reason))

    def voided(self, rng: Random, holder: Office, day: dt.date, reason: str) -> tuple[Act, ...]:
        """Confirmed, and later found to be wrongly registered."""
        acts = self.confirmed(rng, holder, day)
        at = self._later(rng, acts[-1].at, 5, 40)
        return (*acts, Act("void", self.reviewer_for(rng, holder), at, reason=reason))

    @staticmethod
    def _later(rng: Random, after: dt.datetime, least: int, most: int) -> dt.datetime:
        day = workday_after(after.date(), rng.randint(least, most), last=LAST_DAY)
        at = in_hours(rng, day)
        return at if at > after else after + dt.timedelta(minutes=5 + rng.randrange(25))
