"""Enterprises with neither organisation nor contact: all the scale thins."""

import datetime as dt
from collections.abc import Iterator

from cast_portal.demo.days import workdays
from cast_portal.demo.kit import Kit
from orgs.services.bulk_rows import EnterpriseEntry

_ENTERED = (dt.date(2014, 1, 6), dt.date(2014, 9, 30))
# Of what holders are drawn, these keep to the county's share and a part of the prefecture's.
_LOWER_HOLDERS = 0.6


def plain_enterprises(kit: Kit, count: int) -> Iterator[EnterpriseEntry]:
    """``count`` confirmed enterprises over the whole country, in the order they were entered. Made one by one."""
    rng = kit.rng("plain")
    places = [place for place, number in kit.places.split(count) for _ in range(number)]
    rng.shuffle(places)
    days = workdays(*_ENTERED)
    for number, place in enumerate(places):
        holder = place.holder(rng.random() * _LOWER_HOLDERS)
        yield EnterpriseEntry(
            key=kit.key(),
            values=kit.profiles.enterprise(rng, place, before=dt.date(2013, 12, 31), is_plain=True),
            division=place.division,
            office=holder,
            acts=kit.acting.confirmed(rng, holder, days[number * len(days) // len(places)]),
        )
