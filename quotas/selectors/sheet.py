"""The counts of one office, of each office directly below it, and of itself alone (本级), from one snapshot."""

import dataclasses
from collections import Counter
from collections.abc import Mapping

from orgs.models import Office
from quotas.indicators import MEASURES
from quotas.models import Tally
from quotas.selectors.surroundings import Surroundings

Counts = Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Sheet:
    """Measure → count: of the whole subtree, of each child's (by office key), of what the office holds itself, and of the
    deputy-provincial cities that were left out (zeros when none were).
    """

    total: Counts
    children: dict[int, Counts]
    own: Counts
    left_out: Counts


def read_sheet(
    snapshot_id: int, office: Office, around: Surroundings, *, without_deputy_provincial: bool = False
) -> Sheet:
    """One query. Without the deputy-provincial cities their subtrees leave every office above, and they are no child."""
    keys = {office.pk, *(child.pk for child in around.children)}
    cities = around.cities if without_deputy_provincial else {}
    rows = Tally.objects.filter(snapshot_id=snapshot_id, office_id__in=keys | set(cities))
    found: dict[int, Counter[str]] = {
        key: Counter(dict(zip(MEASURES, cells, strict=True)))
        for key, *cells in rows.values_list("office_id", *MEASURES)
    }
    nothing: Counter[str] = Counter(dict.fromkeys(MEASURES, 0))
    total = Counter(found.get(office.pk, nothing))
    children = {child.pk: Counter(found.get(child.pk, nothing)) for child in around.children}
    left_out = Counter(nothing)
    for city, upper in cities.items():
        counts = found.get(city, nothing)
        left_out.update(counts)
        total.subtract(counts)
        if upper in children:
            children[upper].subtract(counts)
        children.pop(city, None)
    own = Counter(total)
    for counts in children.values():
        own.subtract(counts)
    return Sheet(total=total, children=dict(children), own=own, left_out=left_out)
