"""Confirmed organisations: those from before the year, those founded in it, those founded again."""

import datetime as dt
from collections.abc import Iterator
from random import Random

from cast_portal.demo.acting import LAST_DAY
from cast_portal.demo.days import ONE_DAY, along_the_curve, any_day, workday_after, workdays
from cast_portal.demo.kit import Kit
from cast_portal.demo.shares import shares
from orgs.models import Office
from orgs.services.bulk_rows import Act, ContactEntry, EnterpriseEntry, OrganizationEntry

YEAR_START = dt.date(2014, 1, 1)
FIRST_YEAR = 1985
# The register is filled with what exists in the first quarter.
FILLING = (dt.date(2014, 1, 6), dt.date(2014, 3, 28))
_YEARS = range(FIRST_YEAR, YEAR_START.year)
_YEAR_WEIGHTS = [(year - FIRST_YEAR + 1) ** 1.3 for year in _YEARS]


def old_day(rng: Random, *, last: dt.date | None = None) -> dt.date:
    """A founding day before 2014, later years more often."""
    year = rng.choices(_YEARS, weights=_YEAR_WEIGHTS)[0]
    return min(dt.date(year, rng.randint(1, 12), rng.randint(1, 28)), last or dt.date(2013, 12, 28))


def by_size(kit: Kit, total: int) -> dict[str, int]:
    """A number over the provinces by their enterprises."""
    return shares(total, {code: province.enterprises**0.9 for code, province in kit.places.provinces.items()})


def old_organizations(kit: Kit) -> Iterator[EnterpriseEntry]:
    """Standing on 1 January, some dissolved during the year, and some dissolved long before."""
    rng, sizes = kit.rng("old"), kit.sizes
    total = sizes.old_organizations + sizes.old_dissolved
    filling = workdays(*FILLING)
    for number, place in enumerate(kit.places.draw_many(rng, by_size(kit, total))):
        founded = old_day(rng)
        dissolved, entered = None, rng.choice(filling)
        if number < sizes.dissolved_this_year:
            dissolved = any_day(rng, YEAR_START + ONE_DAY, dt.date(2014, 9, 20))
            entered = max(entered, workday_after(dissolved, rng.randint(1, 10), last=LAST_DAY))
        elif number < sizes.dissolved_this_year + sizes.old_dissolved:
            dissolved = any_day(rng, founded + ONE_DAY, dt.date(2013, 12, 30))
        holder = place.holder(rng.random())
        acts = kit.acting.confirmed(rng, holder, entered)
        values = kit.profiles.organization(rng, founded, dissolved=dissolved)
        yield EnterpriseEntry(
            key=kit.key(),
            values=kit.profiles.enterprise(rng, place, before=founded),
            division=place.division,
            office=holder,
            acts=acts,
            dependents=(OrganizationEntry(kit.key(), values, acts),),
        )


def founding_acts(kit: Kit, rng: Random, holder: Office, founded: dt.date) -> tuple[Act, ...]:
    """Entered some working days after the founding, confirmed some days later."""
    return kit.acting.confirmed(rng, holder, workday_after(founded, rng.randint(1, 6), last=LAST_DAY))


def new_organizations(kit: Kit) -> Iterator[EnterpriseEntry]:
    """Founded in 2014 at enterprises that had none; some of them had a contact first (converted)."""
    rng, sizes = kit.rng("new"), kit.sizes
    provinces = {code: float(province.new_organizations) for code, province in kit.places.provinces.items()}
    places = kit.places.draw_many(rng, shares(sizes.new_organizations + sizes.new_dissolved, provinces))
    days = along_the_curve(rng, len(places))
    late = [number for number, day in enumerate(days) if day >= dt.date(2014, 6, 1)]
    converted = set(rng.sample(late, min(sizes.converted, len(late))))
    gone = set(
        rng.sample(
            [number for number, day in enumerate(days) if day < dt.date(2014, 6, 1)], sizes.new_dissolved
        )
    )
    for number, (place, founded) in enumerate(zip(places, days, strict=True)):
        holder = place.holder(rng.random())
        if number in gone:
            dissolved = any_day(rng, founded + ONE_DAY, dt.date(2014, 9, 20))
            acts = founding_acts(kit, rng, holder, dissolved)
            values = kit.profiles.organization(rng, founded, dissolved=dissolved)
        else:
            acts = founding_acts(kit, rng, holder, founded)
            values = kit.profiles.organization(rng, founded)
        dependents: tuple[OrganizationEntry | ContactEntry, ...] = (
            OrganizationEntry(kit.key(), values, acts),
        )
        if number in converted:
            since = any_day(rng, dt.date(2014, 2, 10), founded - dt.timedelta(days=25))
            acts = founding_acts(kit, rng, holder, since)
            contact = ContactEntry(kit.key(), kit.profiles.contact(rng, since), acts)
            dependents = (contact, *dependents)
        yield EnterpriseEntry(
            key=kit.key(),
            values=kit.profiles.enterprise(
                rng, place, before=min(founded, dt.date(2013, 6, 30)), in_park=0.15
            ),
            division=place.division,
            office=holder,
            acts=acts,
            dependents=dependents,
        )


def refounded_organizations(kit: Kit) -> Iterator[EnterpriseEntry]:
    """Founded in 2014 at enterprises whose earlier organisation was dissolved: shown apart, not new."""
    rng, sizes = kit.rng("refounded"), kit.sizes
    places = kit.places.draw_many(rng, by_size(kit, sizes.refounded))
    filling = workdays(*FILLING)
    for place, founded in zip(places, along_the_curve(rng, len(places)), strict=True):
        holder = place.holder(rng.random())
        first = old_day(rng, last=dt.date(2008, 12, 28))
        ended = any_day(rng, first + dt.timedelta(days=400), dt.date(2013, 6, 30))
        acts = kit.acting.confirmed(rng, holder, rng.choice(filling))
        former = kit.profiles.organization(rng, first, dissolved=ended)
        again = kit.profiles.organization(rng, founded)
        yield EnterpriseEntry(
            key=kit.key(),
            values=kit.profiles.enterprise(rng, place, before=first),
            division=place.division,
            office=holder,
            acts=acts,
            dependents=(
                OrganizationEntry(kit.key(), former, acts),
                OrganizationEntry(kit.key(), again, founding_acts(kit, rng, holder, founded)),
            ),
        )
