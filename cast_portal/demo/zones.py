"""Organisations of parks: the parks are real, that they have one is invented."""

import datetime as dt
from collections.abc import Iterator
from random import Random

from cast_portal.demo.acting import LAST_DAY
from cast_portal.demo.days import along_the_curve, any_day, workday_after, workdays
from cast_portal.demo.kit import Kit
from cast_portal.demo.registered import FILLING, founding_acts
from orgs.choices import ParkKind
from orgs.models import Park
from orgs.services.bulk_rows import OrganizationEntry

_HITECH_WEIGHT = 3.0
_TOUR_CITY = "440100"


def park_organizations(kit: Kit) -> Iterator[OrganizationEntry]:
    """Some from before the year, some founded in it, some waiting for confirmation."""
    parks = list(Park.objects.confirmed().select_related("office").order_by("reference_id", "pk"))
    rng = kit.rng("parks")
    groups = (
        (
            [park for park in parks if park.is_national],
            kit.sizes.national_park_organizations,
            kit.sizes.submitted_parks[0],
        ),
        (
            [park for park in parks if not park.is_national],
            kit.sizes.other_park_organizations,
            kit.sizes.submitted_parks[1],
        ),
    )
    tour_city = kit.places.offices.get(_TOUR_CITY)
    for group, (at_start, by_now), waiting in groups:
        order = _drawn(kit, rng, group)
        old = [park for park in order if park.established_year is None or park.established_year < 2014][
            :at_start
        ]
        rest = [park for park in order if park not in old]
        new, rest = rest[: by_now - at_start], rest[by_now - at_start :]
        # One waits in the city of the guided tour.
        near = [
            park for park in rest if tour_city is not None and park.office.path.startswith(tour_city.path)
        ][:1]
        yield from _old(kit, rng, old)
        yield from _new(kit, rng, new)
        yield from _waiting(kit, rng, (near + [park for park in rest if park not in near])[:waiting])


def _drawn(kit: Kit, rng: Random, parks: list[Park]) -> list[Park]:
    """The parks in a drawn order, hi-tech zones and busy provinces rather in front."""

    def place_in_line(park: Park) -> float:
        upper = kit.places.by_path[[*park.office.ancestor_paths, park.office.path][1]]
        weight = kit.places.provinces[upper.code].park_factor ** 2 * (
            _HITECH_WEIGHT if park.kind == ParkKind.HITECH else 1
        )
        return rng.random() ** (1 / weight)

    drawn = [(place_in_line(park), number, park) for number, park in enumerate(parks)]
    return [park for _, _, park in sorted(drawn, key=lambda item: (-item[0], item[1]))]


def _old(kit: Kit, rng: Random, parks: list[Park]) -> Iterator[OrganizationEntry]:
    filling = workdays(*FILLING)
    for park in parks:
        first = max(park.established_year or 2000, 1995) + 1
        founded = dt.date(rng.randint(min(first, 2013), 2013), rng.randint(1, 12), rng.randint(1, 28))
        acts = kit.acting.confirmed(rng, park.office, rng.choice(filling))
        yield OrganizationEntry(kit.key(), kit.profiles.organization(rng, founded), acts, park)


def _new(kit: Kit, rng: Random, parks: list[Park]) -> Iterator[OrganizationEntry]:
    for park, founded in zip(parks, along_the_curve(rng, len(parks)), strict=True):
        acts = founding_acts(kit, rng, park.office, founded)
        yield OrganizationEntry(kit.key(), kit.profiles.organization(rng, founded), acts, park)


def _waiting(kit: Kit, rng: Random, parks: list[Park]) -> Iterator[OrganizationEntry]:
    for park in parks:
        founded = any_day(rng, dt.date(2014, 9, 1), dt.date(2014, 10, 9))
        entered = max(workday_after(founded, rng.randint(1, 6), last=LAST_DAY), dt.date(2014, 9, 24))
        acts = kit.acting.submitted(rng, park.office, entered)
        yield OrganizationEntry(kit.key(), kit.profiles.organization(rng, founded), acts, park)
