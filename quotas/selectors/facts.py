"""The facts of a day: one GROUP BY per fact on the holding office, each fact by itself (docs/algorithms/coverage.md)."""

import datetime as dt
from collections import defaultdict

from django.db.models import Count, Q, QuerySet

from orgs.models import Enterprise, Park
from orgs.selectors import counted
from orgs.selectors.counted import TYPE_MEASURES, HolderOfDay

OwnCounts = dict[str, dict[int, int]]
NATIONAL_PARK = Q(park__grade="national")


def own_counts(*, year: int, day: dt.date) -> OwnCounts:
    """Measure → office → count of what the office itself held on the day. Zero cells are left out."""
    holder = HolderOfDay(day)
    counts: OwnCounts = defaultdict(dict)
    _count_enterprise_organizations(counts, holder, year, day)
    _count_contacts(counts, holder, year, day)
    _count_parks(counts, holder, year, day, suffix="")
    # As of 1 January, at the holders of the day: a rate's pace starts from what today's territory had.
    _count_parks(counts, holder, year, dt.date(year, 1, 1), suffix="_start")
    _count_pending(counts, holder, year, day)
    _count_enterprises(counts, holder, day)
    return counts


def _grouped(holder: HolderOfDay, rows: QuerySet, **counts: Count) -> QuerySet:
    return holder.annotate(rows.order_by()).values("holder").annotate(**counts)


def _store(counts: OwnCounts, grouped: QuerySet, measures: tuple[str, ...]) -> None:
    for row in grouped.iterator(chunk_size=5000):
        for measure in measures:
            if row[measure]:
                counts[measure][row["holder"]] = row[measure]


def _count_enterprise_organizations(counts: OwnCounts, holder: HolderOfDay, year: int, day: dt.date) -> None:
    total = _grouped(holder, counted.total_organizations(year, day), orgs_total=Count("pk"))
    _store(counts, total, ("orgs_total",))
    types = {
        measure: Count("pk", filter=Q(**{f"enterprise__{flag}": True})) for measure, _, flag in TYPE_MEASURES
    }
    new = _grouped(holder, counted.new_organizations(year, day), orgs_new=Count("pk"), **types)
    _store(counts, new, ("orgs_new", *types))
    again = _grouped(holder, counted.refounded_organizations(year, day), orgs_refounded=Count("pk"))
    _store(counts, again, ("orgs_refounded",))


def _count_contacts(counts: OwnCounts, holder: HolderOfDay, year: int, day: dt.date) -> None:
    each = Count("enterprise", distinct=True)
    counting = _grouped(holder, counted.counting_contacts(year, day), contact_enterprises=each)
    _store(counts, counting, ("contact_enterprises",))
    converted = _grouped(holder, counted.converted_contacts(year, day), contact_converted=each)
    _store(counts, converted, ("contact_converted",))


def _count_parks(counts: OwnCounts, holder: HolderOfDay, year: int, day: dt.date, *, suffix: str) -> None:
    parks, national = f"parks{suffix}", f"national_parks{suffix}"
    each = {parks: Count("pk"), national: Count("pk", filter=Q(grade="national"))}
    _store(counts, _grouped(holder, Park.objects.counted_on(day), **each), (parks, national))
    having, national_having = f"park_orgs{suffix}", f"national_park_orgs{suffix}"
    each = {having: Count("pk"), national_having: Count("pk", filter=NATIONAL_PARK)}
    _store(counts, _grouped(holder, counted.park_organizations(year, day), **each), (having, national_having))


def _count_pending(counts: OwnCounts, holder: HolderOfDay, year: int, day: dt.date) -> None:
    new = _grouped(holder, counted.pending_new_organizations(year, day), pending_orgs_new=Count("pk"))
    _store(counts, new, ("pending_orgs_new",))
    each = Count("enterprise", distinct=True)
    contacts = _grouped(holder, counted.pending_contacts(year, day), pending_contact_enterprises=each)
    _store(counts, contacts, ("pending_contact_enterprises",))
    parks = _grouped(
        holder,
        counted.pending_park_organizations(year, day),
        pending_park_orgs=Count("pk"),
        pending_national_park_orgs=Count("pk", filter=NATIONAL_PARK),
    )
    _store(counts, parks, ("pending_park_orgs", "pending_national_park_orgs"))


def _count_enterprises(counts: OwnCounts, holder: HolderOfDay, day: dt.date) -> None:
    each = {
        "enterprises": Count("pk"),
        "enterprises_above_scale": Count("pk", filter=Q(is_above_scale=True)),
    }
    _store(counts, _grouped(holder, Enterprise.objects.counted_on(day), **each), tuple(each))
