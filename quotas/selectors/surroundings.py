"""Where an office stands on a day: what is above it, what is below it, and the deputy-provincial cities in its subtree."""

import dataclasses
import datetime as dt

from django.db.models import Exists, Q

from orgs.choices import OfficeLevel
from orgs.models import Office, OfficePlacement
from orgs.models.office import subtree_q

_NEEDED = ("path", "depth", "code", "short_name", "region_short", "level", "is_deputy_provincial")


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """``cities`` maps a deputy-provincial city's key to its upper office's. ``tree_moved``: the day's tree is not today's."""

    above: tuple[Office, ...]
    children: tuple[Office, ...]
    cities: dict[int, int]
    city_paths: tuple[str, ...]
    tree_moved: bool


def surroundings_of(office: Office, day: dt.date) -> Surroundings:
    """One query: children and cities as of the day, the offices above as the path names them today."""
    has_cities = office.level in (OfficeLevel.HQ, OfficeLevel.PROVINCE)
    wanted = Q(parent=office) | Q(office__path__in=office.ancestor_paths)
    if has_cities:
        wanted |= Q(office__is_deputy_provincial=True) & subtree_q(office.path, "office__")
    moved = OfficePlacement.objects.filter(Q(ends_on__gt=day) | Q(starts_on__gt=day))
    rows = (
        OfficePlacement.objects.on(day)
        .filter(wanted)
        .annotate(tree_moved=Exists(moved))
        .select_related("office")
        .only("parent_id", *(f"office__{name}" for name in _NEEDED))
        .order_by("office__path")
    )
    placements = list(rows)
    above = set(office.ancestor_paths)
    cities = [
        row
        for row in placements
        if has_cities and row.office.is_deputy_provincial and row.office_id != office.pk and row.parent_id
    ]
    return Surroundings(
        above=tuple(row.office for row in placements if row.office.path in above),
        children=tuple(row.office for row in placements if row.parent_id == office.pk),
        cities={row.office_id: row.parent_id for row in cities if row.parent_id},
        city_paths=tuple(row.office.path for row in cities),
        tree_moved=any(row.tree_moved for row in placements),
    )
