"""Where things are: the counties with their weights, and the offices that may hold what stands there."""

import csv
import dataclasses
import itertools
from pathlib import Path
from random import Random

from cast_portal.demo.shares import shares
from orgs.choices import DivisionLevel, OfficeLevel
from orgs.models import Division, Office
from orgs.services.reference import XPCC_DIVISIONS, read_rows

DATA = Path(__file__).resolve().parent / "data"
# Cities have more enterprises than counties: invented; seeded unevenness comes on top.
_KIND_WEIGHT = {"市辖区": 1.6, "县级市": 1.4}


@dataclasses.dataclass(frozen=True)
class Province:
    """One unit of province level with its invented shares; ``enterprises`` is published where a source gives it."""

    code: str
    enterprises: int
    new_organizations: int
    contact_factor: float
    park_factor: float


@dataclasses.dataclass(frozen=True, eq=False)
class Place:
    """One address of enterprises: a county, or a prefecture without counties.

    ``nearest``, ``middle`` and ``upper`` are the offices at county, prefecture and province level; a lower one that does
    not exist is the next above. ``label`` is what names of enterprises begin with.
    """

    division: Division
    province: Province
    nearest: Office
    middle: Office
    upper: Office
    label: str
    weight: float

    def holder(self, draw: float) -> Office:
        """Who holds: about half at county level, a third at prefecture level, the rest at province level (0 ≤ draw < 1)."""
        return self.nearest if draw < 0.504 else self.middle if draw < 0.824 else self.upper


def read_provinces() -> dict[str, Province]:
    """The units of province level; the number of enterprises of the latest published period, else the invented one."""
    published: dict[str, tuple[str, int]] = {}
    for row in read_rows("enterprises_by_province.csv"):
        known = published.get(row["division_code"])
        if known is None or row["period"] > known[0]:
            published[row["division_code"]] = (row["period"], int(row["enterprises"]))
    with (DATA / "provinces.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]: Province(
            code=row["code"],
            enterprises=published[row["code"]][1] if row["code"] in published else int(row["enterprises"]),
            new_organizations=int(row["new_organizations"]),
            contact_factor=float(row["contact_factor"]),
            park_factor=float(row["park_factor"]),
        )
        for row in rows
    }


class Places:
    """All places, by province, and weighted draws among them. ``provinces`` are those that have places."""

    def __init__(self, seed: int) -> None:
        self.offices = {office.code: office for office in Office.objects.all()}
        self.by_path = {office.path: office for office in self.offices.values()}
        known = read_provinces()
        rng = Random(f"{seed}:places")
        city_weights: dict[str, float] = {}
        self.by_province: dict[str, list[Place]] = {}
        for division in _lowest_divisions():
            nearest = self.offices[division.code]
            chain = [*(self.by_path[path] for path in nearest.ancestor_paths[1:]), nearest]
            upper = chain[0]
            middle = next((office for office in chain if office.level == OfficeLevel.PREFECTURE), upper)
            if middle.code not in city_weights:
                city_weights[middle.code] = _city_weight(middle) * rng.uniform(0.5, 1.6)
            weight = city_weights[middle.code] * _KIND_WEIGHT.get(division.kind, 0.8) * rng.uniform(0.5, 1.5)
            label = (nearest if division.code in XPCC_DIVISIONS else middle).region_short
            place = Place(division, known[upper.code], nearest, middle, upper, label, weight)
            self.by_province.setdefault(upper.code, []).append(place)
        self.provinces = {code: province for code, province in known.items() if code in self.by_province}
        self.by_code = {
            place.division.code: place for places in self.by_province.values() for place in places
        }
        self._cumulative = {
            code: list(itertools.accumulate(place.weight for place in places))
            for code, places in self.by_province.items()
        }

    def draw(self, rng: Random, province: str) -> Place:
        """A place of the province, heavier ones more often."""
        return rng.choices(self.by_province[province], cum_weights=self._cumulative[province])[0]

    def draw_many(self, rng: Random, counts: dict[str, int]) -> list[Place]:
        """As many places as the counts of each province say, provinces mixed."""
        found = [self.draw(rng, code) for code, count in counts.items() for _ in range(count)]
        rng.shuffle(found)
        return found

    def split(self, total: int) -> list[tuple[Place, int]]:
        """A number of enterprises over all places: by province, then within each by weight."""
        parts: list[tuple[Place, int]] = []
        by_province = {code: float(province.enterprises) for code, province in self.provinces.items()}
        for code, count in shares(total, by_province).items():
            parts += shares(count, {place: place.weight for place in self.by_province[code]}).items()
        return parts


def _lowest_divisions() -> list[Division]:
    """Counties, and prefectures without counties."""
    divisions = list(Division.objects.addressable().exclude(level=DivisionLevel.PROVINCE).order_by("code"))
    parents = {division.parent_id for division in divisions}
    return [division for division in divisions if division.pk not in parents]


def _city_weight(city: Office) -> float:
    return 3.0 if city.is_deputy_provincial else 2.2 if city.is_provincial_capital else 1.0
