"""The facts of a day: one GROUP BY per fact on the holding office, each fact by itself (docs/algorithms/coverage.md).

What belongs to one table and differs by state or by day alone is counted in one pass over it, from the table's
``…_count`` index alone. What another row decides (重建, a former organisation, a contact who left) concerns few rows:
all are counted plainly first, and the few are asked for by themselves and corrected.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from orgs.choices import RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.organization import standing_q
from orgs.models.park import existing_q
from orgs.selectors import counted
from orgs.selectors.counted import TYPE_MEASURES, HolderOfDay

OwnCounts = dict[str, dict[int, int]]
Group = tuple[Any, ...]
CONFIRMED, SUBMITTED = Q(state=RecordState.CONFIRMED), Q(state=RecordState.SUBMITTED)
NATIONAL = Q(grade="national")
NATIONAL_PARK = Q(park__grade="national")
ALL = Count("*")
ENTERPRISES = Count("enterprise", distinct=True)
# A statement takes so many keys at once on every database.
KEYS_AT_ONCE = 5_000


def own_counts(*, year: int, day: dt.date) -> OwnCounts:
    """Measure → office → count of what the office itself held on the day. Zero cells are left out."""
    facts = _Facts(year, day)
    facts.count_enterprise_organizations()
    facts.count_contacts()
    facts.count_parks()
    facts.count_park_organizations()
    facts.count_enterprises()
    return {measure: _filled(cells) for measure, cells in facts.counts.items()}


def _filled(cells: dict[int, int]) -> dict[int, int]:
    return {office: count for office, count in cells.items() if count}


def _parts(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def _count(condition: Q) -> Count:
    """Rows that meet a condition. The holder is never empty and stands in every index."""
    return Count("office", filter=condition)


class _Facts:
    """The counts of one day as they come in."""

    def __init__(self, year: int, day: dt.date) -> None:
        self.year, self.day = year, day
        # As of 1 January, at the holders of the day: a rate's pace starts from what today's territory had.
        self.start = dt.date(year, 1, 1)
        self.holder = HolderOfDay(day)
        self.counts: OwnCounts = defaultdict(dict)

    def _ask(self, rows: QuerySet, **numbers: Count) -> list[Group]:
        """(office, number, number, …) of each office. An office may come twice: its numbers then add up."""
        rows = rows.order_by()
        found = list(rows.values_list("office_id").annotate(**numbers))
        if self.holder.moved:
            # Few hosts ever move. They are taken from their present holder and given to that of the day; asking for
            # the holder of every single row would take several times as long.
            moved = self.holder.annotate(self.holder.moved_rows(rows))
            for office, then, *values in moved.values_list("office_id", "holder").annotate(**numbers):
                found += [(office, *(-value for value in values)), (then, *values)]
        return found

    def _store(self, measures: Sequence[str], groups: Sequence[Group], *, sign: int = 1) -> None:
        for column, measure in enumerate(measures, start=1):
            cells = self.counts[measure]
            for group in groups:
                if group[column]:
                    cells[group[0]] = cells.get(group[0], 0) + sign * group[column]

    def _take_back(self, measures: Sequence[str], groups: Sequence[Group]) -> None:
        self._store(measures, groups, sign=-1)

    def count_enterprise_organizations(self) -> None:
        """Stock, what was founded in the year and what waits; then what of these is 重建 and not new."""
        standing = CastOrganization.objects.live().standing_on(self.day).in_enterprises()
        founded = standing.founded_in(self.year)
        in_year = Q(established_on__gte=self.start)
        each = {
            "orgs_total": _count(CONFIRMED),
            "orgs_new": _count(CONFIRMED & in_year),
            "pending_orgs_new": _count(SUBMITTED & in_year),
        }
        self._store(tuple(each), self._ask(standing, **each))
        types = {measure: _count(Q(**{f"enterprise__{flag}": True})) for measure, _, flag in TYPE_MEASURES}
        self._store(tuple(types), self._ask(founded.confirmed(), **types))
        again = self._ask(founded.at_former_host(), confirmed=_count(CONFIRMED), submitted=_count(SUBMITTED))
        self._store(("orgs_refounded",), again)
        self._take_back(("orgs_new", "pending_orgs_new"), again)
        self._take_back(tuple(types), self._ask(founded.confirmed().at_former_host(), **types))

    def count_contacts(self) -> None:
        """Distinct enterprises with contacts, of these the converted ones, and what waits.

        The rules are asked row by row only where they can matter.
        """
        contacts = ContactPerson.objects.set_up_for(self.year, self.day)
        closer = contacts.needing_a_closer_look(self.day).order_by().values_list("enterprise_id", flat=True)
        self._store(("contact_enterprises",), self._ask(contacts, number=ENTERPRISES))
        for some in _parts(sorted(set(closer))):
            at_these = Q(enterprise__in=some)
            self._take_back(("contact_enterprises",), self._ask(contacts.filter(at_these), number=ENTERPRISES))
            for measure, rows in (
                ("contact_enterprises", counted.counting_contacts(self.year, self.day)),
                ("contact_converted", counted.converted_contacts(self.year, self.day)),
            ):
                self._store((measure,), self._ask(rows.filter(at_these), number=ENTERPRISES))
        waiting = self._ask(counted.pending_contacts(self.year, self.day), number=ENTERPRISES)
        self._store(("pending_contact_enterprises",), waiting)

    def count_parks(self) -> None:
        """Parks on the day and on 1 January."""
        now, start = existing_q(self.day), existing_q(self.start)
        each = {
            "parks": _count(now),
            "national_parks": _count(now & NATIONAL),
            "parks_start": _count(start),
            "national_parks_start": _count(start & NATIONAL),
        }
        self._store(tuple(each), self._ask(Park.objects.confirmed(), **each))

    def count_park_organizations(self) -> None:
        """Parks with an organisation on the day and on 1 January, and what waits."""
        now = standing_q(self.day) & existing_q(self.day, "park__")
        start = standing_q(self.start) & existing_q(self.start, "park__")
        each = {
            "park_orgs": _count(now),
            "national_park_orgs": _count(now & NATIONAL_PARK),
            "park_orgs_start": _count(start),
            "national_park_orgs_start": _count(start & NATIONAL_PARK),
        }
        # The day is after 1 January: what counts then or now was founded by the day.
        founded = CastOrganization.objects.confirmed().in_parks().filter(established_on__lte=self.day)
        self._store(tuple(each), self._ask(founded.filter(park__state=RecordState.CONFIRMED), **each))
        waiting = {"pending_park_orgs": ALL, "pending_national_park_orgs": _count(NATIONAL_PARK)}
        rows = counted.pending_park_organizations(self.year, self.day)
        self._store(tuple(waiting), self._ask(rows, **waiting))

    def count_enterprises(self) -> None:
        """Enterprises on the day: all confirmed ones, without those founded later or dissolved before."""
        each = {"enterprises": ALL, "enterprises_above_scale": _count(Q(is_above_scale=True))}
        self._store(tuple(each), self._ask(Enterprise.objects.confirmed(), **each))
        others = Enterprise.objects.confirmed_but_not_counted_on(self.day)
        self._take_back(tuple(each), self._ask(others, **each))
