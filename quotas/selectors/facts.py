"""The facts of a day: one GROUP BY per fact on the holding office, each fact by itself (docs/algorithms/coverage.md).

What belongs to one table and differs by state or by day alone is counted in one pass over it. Counts that need no
other table take only columns of the table's ``…_count`` index, so that PostgreSQL too answers them from it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from orgs.choices import RecordState
from orgs.models import CastOrganization, Enterprise, Park
from orgs.models.organization import standing_q
from orgs.models.park import existing_q
from orgs.selectors import counted
from orgs.selectors.counted import TYPE_MEASURES, HolderOfDay

OwnCounts = dict[str, dict[int, int]]
NATIONAL = Q(grade="national")
NATIONAL_PARK = Q(park__grade="national")
ALL = Count("*")
ENTERPRISES = Count("enterprise", distinct=True)


def own_counts(*, year: int, day: dt.date) -> OwnCounts:
    """Measure → office → count of what the office itself held on the day. Zero cells are left out."""
    facts = _Facts(year, day)
    facts.count_enterprise_organizations()
    facts.count_contacts()
    facts.count_parks()
    facts.count_park_organizations()
    facts.count_enterprises()
    return facts.counts


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

    def _ask(self, rows: QuerySet, *keys: str, **numbers: Count) -> list[tuple[Any, ...]]:
        """(office, keys, numbers) of each group. A group may come twice: its numbers then add up."""
        rows = rows.order_by()
        found = list(rows.values_list("office_id", *keys).annotate(**numbers))
        if self.holder.moved:
            # Few hosts ever move. They are taken from their present holder and given to that of the day; asking for
            # the holder of every single row would take several times as long.
            moved = self.holder.annotate(self.holder.moved_rows(rows))
            for office, then, *cells in moved.values_list("office_id", "holder", *keys).annotate(**numbers):
                names, values = cells[: len(keys)], cells[len(keys) :]
                found += [(office, *names, *(-value for value in values)), (then, *names, *values)]
        return found

    def _store(self, measures: Sequence[str], groups: Sequence[tuple[Any, ...]]) -> None:
        for column, measure in enumerate(measures, start=1):
            cells = self.counts[measure]
            for group in groups:
                if group[column]:
                    cells[group[0]] = cells.get(group[0], 0) + group[column]
            if self.holder.moved:
                self.counts[measure] = {office: count for office, count in cells.items() if count}

    def count_enterprise_organizations(self) -> None:
        """Stock; and of those founded in the year, by state and by whether the host had one before."""
        total = counted.total_organizations(self.year, self.day)
        self._store(("orgs_total",), self._ask(total, number=ALL))
        founded = CastOrganization.objects.live().standing_on(self.day).founded_in(self.year).in_enterprises()
        types = {measure: _count(Q(**{f"enterprise__{flag}": True})) for measure, _, flag in TYPE_MEASURES}
        groups = self._ask(founded.with_former(), "state", "is_former", number=ALL, **types)
        confirmed = RecordState.CONFIRMED
        new = [(office, *cells) for office, state, former, *cells in groups if state == confirmed and not former]
        self._store(("orgs_new", *types), new)
        again = [(office, cell) for office, state, former, cell, *_ in groups if state == confirmed and former]
        self._store(("orgs_refounded",), again)
        waiting = [(office, cell) for office, state, former, cell, *_ in groups if state != confirmed and not former]
        self._store(("pending_orgs_new",), waiting)

    def count_contacts(self) -> None:
        """Distinct enterprises with contacts, of these the converted ones, and what waits."""
        counting = counted.counting_contacts(self.year, self.day).with_converted(self.day)
        converted = Count("enterprise", distinct=True, filter=Q(is_converted=True))
        groups = self._ask(counting, all=ENTERPRISES, converted=converted)
        self._store(("contact_enterprises", "contact_converted"), groups)
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
        rows = CastOrganization.objects.confirmed().in_parks().filter(park__state=RecordState.CONFIRMED)
        self._store(tuple(each), self._ask(rows, **each))
        waiting = {"pending_park_orgs": ALL, "pending_national_park_orgs": _count(NATIONAL_PARK)}
        rows = counted.pending_park_organizations(self.year, self.day)
        self._store(tuple(waiting), self._ask(rows, **waiting))

    def count_enterprises(self) -> None:
        """Enterprises on the day."""
        each = {"enterprises": ALL, "enterprises_above_scale": _count(Q(is_above_scale=True))}
        self._store(tuple(each), self._ask(Enterprise.objects.counted_on(self.day), **each))
