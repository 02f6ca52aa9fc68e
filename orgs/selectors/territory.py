"""An office's own territory as tables lay it out: the offices directly below, and what it holds itself (本级)."""

import dataclasses

from orgs.choices import OfficeLevel
from orgs.models import Office
from orgs.models.office import subtree_q

OWN = "own"


@dataclasses.dataclass(frozen=True)
class Territory:
    """An office as of now. ``row_of`` maps each office of the subtree to the row it counts in: the key of the office
    directly below, or ``OWN``. Offices left out (those of deputy-provincial cities, when asked) are in none.
    """

    office: Office
    above: tuple[Office, ...]
    children: tuple[Office, ...]
    row_of: dict[int, int | str]
    has_cities: bool
    without_cities: bool

    @property
    def title(self) -> str:
        """What the rows of a table are: 各省, 各市 or 各区县."""
        levels = {child.level for child in self.children}
        if OfficeLevel.PROVINCE in levels:
            return "各省"
        return "各市" if OfficeLevel.PREFECTURE in levels else "各区县"

    @property
    def label(self) -> str:
        """Whose territory it is."""
        return "全国" if self.office.is_hq else self.office.short_name


def territory_of(office: Office, *, without_cities: bool = False) -> Territory:
    """Two queries: the subtree, and the offices above."""
    found = list(
        Office.objects.filter(subtree_q(office.path)).only(
            "path", "depth", "code", "short_name", "region_short", "level", "is_deputy_provincial"
        )
    )
    cities = tuple(one.path for one in found if one.is_deputy_provincial and one.pk != office.pk)
    left_out = cities if without_cities else ()
    step = len(office.path) + Office.steplen
    children = tuple(
        one for one in found if len(one.path) == step and not (left_out and one.path.startswith(left_out))
    )
    by_path = {child.path: child.pk for child in children}
    row_of: dict[int, int | str] = {office.pk: OWN}
    for one in found:
        below = by_path.get(one.path[:step])
        if below is not None and not (left_out and one.path.startswith(left_out)):
            row_of[one.pk] = below
    return Territory(
        office=office,
        above=tuple(Office.objects.filter(path__in=office.ancestor_paths).order_by("path")),
        children=children,
        row_of=row_of,
        has_cities=bool(cities),
        without_cities=bool(left_out),
    )
