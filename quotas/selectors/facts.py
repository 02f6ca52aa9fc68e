"""The facts of a day: one GROUP BY per fact on the holding office, each fact by itself (docs/algorithms/coverage.md).

What belongs to one table and differs by state or by day alone is counted in one pass over it, from the table's
``…_count`` index alone. What another row decides (重建, a former organisation, a contact who left) concerns few rows:
all are counted plainly first, and the few are asked for by themselves and corrected.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.db import connection
from django.db.models import BigIntegerField, Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from orgs.choices import RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.contact import contact_converted_q, contact_counts_q
from orgs.models.organization import standing_q
from orgs.models.park import existing_q
from orgs.selectors import counted
from orgs.selectors.counted import TYPE_MEASURES, HolderOfDay
from quotas.selectors.statements import DayToCome, Statement, compile_counts

OwnCounts = dict[str, dict[int, int]]
CONFIRMED, SUBMITTED = Q(state=RecordState.CONFIRMED), Q(state=RecordState.SUBMITTED)
NATIONAL = Q(grade="national")
NATIONAL_PARK = Q(park__grade="national")
ALL = Count("*")
# The holder of rows that are few and found by their day. As the bare column it tempts SQLite to walk through all rows of
# an index that has them in the order of holders.
FEW = Coalesce(F("office_id"), 0, output_field=BigIntegerField())


def own_counts(*, year: int, day: dt.date) -> OwnCounts:
    """Measure → office → count of what the office itself held on the day; 0 where there is no cell."""
    counts: OwnCounts = {}
    moved = HolderOfDay(day).moved
    for fact in _compiled(connection.vendor, year, day.year):
        if found := fact.by_holder.ask(day):
            offices, *columns = zip(*found, strict=True)
            fact.add(counts, offices, columns)
        # Few hosts ever move. They are taken from their present holder and given to that of the day: asking for the
        # holder of every single row would take several times as long.
        if moved and (found := fact.moved.ask(day)):
            offices, then, *columns = zip(*found, strict=True)
            fact.add(counts, offices, columns, sign=-1)
            fact.add(counts, then, columns)
    return counts


@dataclasses.dataclass(frozen=True)
class _Fact:
    """One statement, and the measures its numbers are added to (1) or taken from (-1)."""

    into: tuple[tuple[str, int], ...]
    by_holder: Statement
    moved: Statement

    def add(
        self, counts: OwnCounts, offices: Sequence[int], columns: Sequence[Sequence[int]], *, sign: int = 1
    ) -> None:
        """Add each column of numbers, row for row those of ``offices``, to its measure."""
        for (measure, way), column in zip(self.into, columns, strict=True):
            factor = sign * way
            if measure not in counts and factor == 1:
                counts[measure] = dict(zip(offices, column, strict=True))
                continue
            cells = counts.setdefault(measure, {})
            for office, number in zip(offices, column, strict=True):
                if number:
                    cells[office] = cells.get(office, 0) + factor * number


@lru_cache(maxsize=16)
def _compiled(vendor: str, year: int, calendar_year: int) -> tuple[_Fact, ...]:  # noqa: ARG001 - vendor is part of the key
    """The facts of any day of a calendar year, in the terms of a plan's year."""
    day: dt.date = DayToCome(calendar_year)  # type: ignore[assignment]
    holder = HolderOfDay(day)
    return tuple(
        _Fact(
            into=tuple((name.lstrip("-"), -1 if name.startswith("-") else 1) for name in numbers),
            by_holder=compile_counts(
                rows, ("few" if "few" in rows.query.annotations else "office_id",), list(numbers.values())
            ),
            moved=compile_counts(holder.moved_rows(rows), ("office_id", "holder"), list(numbers.values())),
        )
        for rows, numbers in _facts(year, day)
    )


# Rows, and what is counted of them: under a measure's name, or with a minus where it is taken back.
Fact = tuple[QuerySet, dict[str, Count]]


def _facts(year: int, day: dt.date) -> Iterator[Fact]:
    yield from _enterprise_organizations(year, day)
    yield from _contacts(year, day)
    yield from _parks(year, day)
    yield from _enterprises(day)


def _count(condition: Q) -> Count:
    """Rows that meet a condition. The holder is never empty and stands in every index."""
    return Count("office", filter=condition)


def _enterprise_organizations(year: int, day: dt.date) -> Iterator[Fact]:
    """Stock, what was founded in the year and what waits; then what of these is 重建 and not new."""
    yield counted.total_organizations(year, day), {"orgs_total": ALL}
    founded = CastOrganization.objects.live().standing_on(day).in_enterprises().founded_in(year)
    types = {measure: Q(**{f"enterprise__{flag}": True}) for measure, _, flag in TYPE_MEASURES}
    yield founded.confirmed(), {"orgs_new": ALL, **{name: _count(of_type) for name, of_type in types.items()}}
    yield founded.submitted(), {"pending_orgs_new": ALL}
    yield (
        founded.at_former_host(),
        {
            "orgs_refounded": _count(CONFIRMED),
            "-orgs_new": _count(CONFIRMED),
            "-pending_orgs_new": _count(SUBMITTED),
            **{f"-{measure}": _count(CONFIRMED & of_type) for measure, of_type in types.items()},
        },
    )


def _enterprises_with(condition: Q | None = None) -> Count:
    return Count("enterprise", distinct=True, filter=condition)


def _contacts(year: int, day: dt.date) -> Iterator[Fact]:
    """Distinct enterprises with contacts, of these the converted ones, and what waits."""
    contacts = ContactPerson.objects.set_up_for(year, day)
    yield contacts, {"contact_enterprises": _enterprises_with()}
    yield (
        contacts.needing_a_closer_look(day),
        {
            "-contact_enterprises": _enterprises_with(),
            "contact_enterprises": _enterprises_with(contact_counts_q(day)),
            "contact_converted": _enterprises_with(contact_converted_q(day)),
        },
    )
    yield counted.pending_contacts(year, day), {"pending_contact_enterprises": _enterprises_with()}


def _parks(year: int, day: dt.date) -> Iterator[Fact]:
    """Parks and those with an organisation, on the day and on 1 January, and what waits."""
    # At the holders of the day: a rate's pace starts from what today's territory had.
    start = dt.date(year, 1, 1)
    then, now = existing_q(start), existing_q(day)
    yield (
        Park.objects.confirmed(),
        {
            "parks": _count(now),
            "national_parks": _count(now & NATIONAL),
            "parks_start": _count(then),
            "national_parks_start": _count(then & NATIONAL),
        },
    )
    then = standing_q(start) & existing_q(start, "park__")
    now = standing_q(day) & existing_q(day, "park__")
    founded = Q(established_on__lte=day) | Q(established_on__lte=start)
    yield (
        CastOrganization.objects.confirmed().in_parks().filter(founded, park__state=RecordState.CONFIRMED),
        {
            "park_orgs": _count(now),
            "national_park_orgs": _count(now & NATIONAL_PARK),
            "park_orgs_start": _count(then),
            "national_park_orgs_start": _count(then & NATIONAL_PARK),
        },
    )
    yield (
        counted.pending_park_organizations(year, day),
        {"pending_park_orgs": ALL, "pending_national_park_orgs": _count(NATIONAL_PARK)},
    )


def _enterprises(day: dt.date) -> Iterator[Fact]:
    """All confirmed enterprises, without those founded later or dissolved by the day."""
    above_scale = _count(Q(is_above_scale=True))
    yield Enterprise.objects.confirmed(), {"enterprises": ALL, "enterprises_above_scale": above_scale}
    for others in (Enterprise.objects.founded_after(day), Enterprise.objects.dissolved_by(day)):
        yield others.annotate(few=FEW), {"-enterprises": ALL, "-enterprises_above_scale": above_scale}
