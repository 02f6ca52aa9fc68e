"""Enterprises registered twice by two counties of one city, under two spellings. Two with one code no service lets in."""

import datetime as dt
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from cast_portal.demo.acting import LAST_DAY
from cast_portal.demo.contacts import contact_weights
from cast_portal.demo.days import any_day, workday_after, workdays
from cast_portal.demo.kit import Kit
from cast_portal.demo.places import Place
from cast_portal.demo.shares import shares
from cast_portal.demo.unfinished import outside_tour
from orgs.services.bulk_rows import ContactEntry, EnterpriseEntry

# The guided tour of docs/demo.md: where it was registered first, and where again.
_TOUR = (("440106", "440113"), ("440106", "440111"), ("440104", "440105"))
# Endings every office writes alike.
_ONE_WAY = ("股份有限公司", "集团有限公司")
_SPELLINGS = (("有限责任公司", "有限公司"), ("有限公司", "有限责任公司"))


def repeated_enterprises(kit: Kit) -> Iterator[EnterpriseEntry]:
    """Each pair in a row: one confirmed early in the year, and once more in autumn as a draft with a contact."""
    rng = kit.rng("repeated")
    known = kit.places.by_code
    pairs = [(known[first], known[again]) for first, again in _TOUR if first in known and again in known]
    pairs = pairs[: kit.sizes.repeated_enterprises]
    for code, count in shares(kit.sizes.repeated_enterprises - len(pairs), contact_weights(kit)).items():
        pairs += [_neighbours(kit, rng, code) for _ in range(count)]
    for first, again in pairs:
        earlier = _earlier(kit, rng, first)
        yield earlier
        yield _again(kit, rng, again, earlier.values)


def _neighbours(kit: Kit, rng: Random, province: str) -> tuple[Place, Place]:
    """Two places of one city; the same one twice where the city has no other."""
    first = outside_tour(kit, rng, province)
    city = [place for place in kit.places.by_province[province] if place.middle is first.middle]
    return first, rng.choice([place for place in city if place is not first] or city)


def _earlier(kit: Kit, rng: Random, place: Place) -> EnterpriseEntry:
    values = kit.profiles.enterprise(rng, place, before=dt.date(2012, 6, 30), is_plain=True)
    while values["name"].endswith(_ONE_WAY):
        values = kit.profiles.enterprise(rng, place, before=dt.date(2012, 6, 30), is_plain=True)
    entered = any_day(rng, dt.date(2014, 2, 10), dt.date(2014, 6, 30))
    return EnterpriseEntry(
        key=kit.key(),
        values=values,
        division=place.division,
        office=place.nearest,
        acts=kit.acting.confirmed(rng, place.nearest, entered),
    )


def _again(kit: Kit, rng: Random, place: Place, known: Mapping[str, Any]) -> EnterpriseEntry:
    """What another county knows of it: the name as it spells it, its registration number, and the contact it found."""
    values = {name: value for name, value in known.items() if name.startswith("is_") or name == "name"}
    values |= {
        "name": _respelled(known["name"]),
        "registration_number": kit.profiles.registration_number(place),
    }
    since = any_day(rng, dt.date(2014, 9, 1), dt.date(2014, 9, 26))
    entered = max(
        workday_after(since, rng.randint(1, 5), last=LAST_DAY), rng.choice(workdays(since, LAST_DAY))
    )
    acts = kit.acting.entered(rng, place.nearest, entered)
    return EnterpriseEntry(
        key=kit.key(),
        values=values,
        division=place.division,
        office=place.nearest,
        acts=acts,
        dependents=(ContactEntry(kit.key(), kit.profiles.contact(rng, since), acts),),
    )


def _respelled(name: str) -> str:
    """The name with its ending as another office writes it."""
    old, new = next(spelling for spelling in _SPELLINGS if name.endswith(spelling[0]))
    return name.removesuffix(old) + new
