"""The year's new organisations by type of enterprise and by the level of office that holds them."""

import dataclasses
import datetime as dt
from collections import Counter
from fractions import Fraction

from django.db.models import Q, Sum

from orgs.choices import OfficeLevel
from orgs.models import Office
from orgs.models.office import subtree_q, subtrees_q
from orgs.selectors.counted import TYPE_MEASURES, subtree_on
from quotas.models import Tally
from quotas.selectors.links import CountedLinks
from quotas.selectors.sheet import Counts, Sheet
from quotas.selectors.surroundings import Surroundings

LISTED = "organization_list"
MEASURE = "orgs_new"
_LEVEL_LABELS = {
    OfficeLevel.COUNTY: "县级持有",
    OfficeLevel.PREFECTURE: "市级本级",
    OfficeLevel.PROVINCE: "省级本级",
    OfficeLevel.HQ: "全国本级",
}


@dataclasses.dataclass(frozen=True)
class Slice:
    """One line of a breakdown; ``share`` is of the new organisations, None when there are none."""

    label: str
    count: int
    share: Fraction | None
    url: str


def by_type(counts: Counts, office: Office, links: CountedLinks) -> list[Slice]:
    """By type of enterprise. Types overlap: the lines are never summed or stacked."""
    return [
        _slice(label, counts[measure], counts[MEASURE], links.rows(LISTED, measure, office.code))
        for measure, label, _ in TYPE_MEASURES
    ]


def by_holder_level(
    *,
    snapshot_id: int,
    office: Office,
    on: dt.date,
    around: Surroundings,
    sheet: Sheet,
    links: CountedLinks,
    without_deputy_provincial: bool,
) -> list[Slice]:
    """By the level of the holding office: each record once, so the lines add up to the whole. One query.

    What a level holds itself is the sum of its offices' totals less the sum of those of the offices right below them.
    """
    if office.level == OfficeLevel.COUNTY:
        return []
    rows = _subtree_tallies(snapshot_id, office, on, around, without_deputy_provincial)
    own: Counter[str] = Counter()
    for level, upper_level, total in rows:
        own[level] += total
        if upper_level:
            own[upper_level] -= total
    if without_deputy_provincial:
        # The cities' own rows are left out, but the offices above still contain them.
        own[OfficeLevel.PROVINCE] -= sheet.left_out[MEASURE]
    lowest_first = [level for level in reversed(OfficeLevel) if level.rank >= OfficeLevel(office.level).rank]
    return [
        _slice(
            _LEVEL_LABELS[level],
            own[level],
            sheet.total[MEASURE],
            links.rows_held_at(LISTED, MEASURE, office.code, level.value),
        )
        for level in lowest_first
        if own[level] or level not in (OfficeLevel.HQ, OfficeLevel.PREFECTURE)
    ]


def _subtree_tallies(
    snapshot_id: int, office: Office, on: dt.date, around: Surroundings, without_deputy_provincial: bool
) -> list[tuple[str, str | None, int]]:
    """(level, level of the office above, sum of totals) of the offices in the subtree as it stood on the day."""
    rows = Tally.objects.filter(snapshot_id=snapshot_id, **{f"{MEASURE}__gt": 0})
    if around.tree_moved:
        keys = subtree_on(office, on)
        for city in Office.objects.filter(pk__in=around.cities) if without_deputy_provincial else ():
            keys -= subtree_on(city, on)
        rows = rows.filter(office_id__in=keys)
    else:
        if not office.is_hq:
            rows = rows.filter(subtree_q(office.path, "office__"))
        if without_deputy_provincial:
            rows = rows.exclude(subtrees_q(around.city_paths, "office__"))
    placed = rows.filter(
        Q(office__placements__starts_on=None) | Q(office__placements__starts_on__lte=on),
        Q(office__placements__ends_on=None) | Q(office__placements__ends_on__gt=on),
    )
    grouped = placed.order_by().values_list("office__level", "office__placements__parent__level")
    return list(grouped.annotate(Sum(MEASURE)))


def _slice(label: str, count: int, whole: int, url: str) -> Slice:
    return Slice(label, count, Fraction(count, whole) if whole else None, url)
