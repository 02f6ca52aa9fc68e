"""Contact persons in enterprises without an organisation."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from cast_portal.demo.days import along_the_curve, any_day
from cast_portal.demo.kit import Kit
from cast_portal.demo.places import Place
from cast_portal.demo.registered import founding_acts
from cast_portal.demo.shares import shares
from orgs.models import Office
from orgs.services.bulk_rows import ContactEntry, EnterpriseEntry

_LAST_LEAVING = dt.date(2014, 10, 10)


def contact_weights(kit: Kit) -> dict[str, float]:
    """The provinces by their enterprises and by how much the invented year has made of them."""
    return {
        code: province.enterprises * province.contact_factor
        for code, province in kit.places.provinces.items()
    }


def contact_enterprises(kit: Kit) -> Iterator[EnterpriseEntry]:
    """Enterprises with one contact, with two, with one who was replaced, and with one who left and was not."""
    rng, sizes = kit.rng("contacts"), kit.sizes
    wishes = kit.rng("contact-wishes")
    counting = sizes.contact_enterprises - sizes.converted
    total = counting + sizes.contacts_gone + sizes.contacts_of_2013
    places = kit.places.draw_many(rng, shares(total, contact_weights(kit)))
    days = along_the_curve(rng, total)
    rng.shuffle(days)
    ends = (
        sizes.second_contacts,
        sizes.second_contacts + sizes.replaced_contacts,
        counting,
        counting + sizes.contacts_gone,
    )
    for number, (place, since) in enumerate(zip(places, days, strict=True)):
        holder = place.holder(rng.random())
        if number < ends[0]:
            contacts = [_contact(kit, rng, holder, since), _contact(kit, rng, holder, since)]
        elif number < ends[1]:
            since = min(since, dt.date(2014, 8, 31))
            left = any_day(rng, since, dt.date(2014, 9, 25))
            contacts = [
                _contact(kit, rng, holder, since, left=left),
                _contact(kit, rng, holder, any_day(rng, left, _LAST_LEAVING)),
            ]
        elif number < ends[2]:
            contacts = [_contact(kit, rng, holder, since)]
        elif number < ends[3]:
            since = min(since, dt.date(2014, 9, 20))
            contacts = [_contact(kit, rng, holder, since, left=any_day(rng, since, _LAST_LEAVING))]
        else:
            contacts = [_contact(kit, rng, holder, any_day(rng, dt.date(2012, 1, 4), dt.date(2013, 12, 20)))]
        # Who has a contact has mostly been asked.
        wish = kit.profiles.wish(wishes, has_contact=True) if wishes.random() < 0.68 else {}
        yield _enterprise(kit, rng, place, holder, contacts, wish)


def _contact(
    kit: Kit, rng: Random, holder: Office, since: dt.date, *, left: dt.date | None = None
) -> ContactEntry:
    known = max(left or since, dt.date(2014, 1, 6))
    return ContactEntry(
        kit.key(), kit.profiles.contact(rng, since, left=left), founding_acts(kit, rng, holder, known)
    )


def _enterprise(
    kit: Kit, rng: Random, place: Place, holder: Office, contacts: list[ContactEntry], wish: dict[str, Any]
) -> EnterpriseEntry:
    first = min(contacts, key=lambda entry: entry.acts[-1].at)
    return EnterpriseEntry(
        key=kit.key(),
        values=kit.profiles.enterprise(rng, place, before=dt.date(2011, 12, 31), in_park=0.12) | wish,
        division=place.division,
        office=holder,
        acts=first.acts,
        dependents=tuple(contacts),
    )
