"""Records that are not confirmed: drafts, submitted and returned ones, and a few that were voided."""

import datetime as dt
from collections.abc import Iterator
from random import Random

from cast_portal.demo.acting import LAST_DAY
from cast_portal.demo.contacts import contact_weights
from cast_portal.demo.days import any_day, workday_after, workdays
from cast_portal.demo.kit import Kit
from cast_portal.demo.places import Place
from cast_portal.demo.registered import founding_acts
from cast_portal.demo.shares import shares
from orgs.choices import RecordState
from orgs.models import Office
from orgs.services.bulk_rows import Act, ContactEntry, EnterpriseEntry, OrganizationEntry
from orgs.services.records import return_reason_text

ORGANIZATION, CONTACT = "organization", "contact"
TOUR_CITY = "440100"
_RETURNS = (
    ("no_approval", "文号与批复文件不一致"),
    ("no_approval", ""),
    ("wrong_date", "批复日期在成立日期之后"),
    ("wrong_holder", "企业注册地不在本区"),
    ("incomplete", "请补会员数和联系电话"),
    ("duplicate", "同一企业上月已报过一次"),
    ("other", "请先与企业核对主席人选，再提交。"),
)
_VOIDS = (
    "企业当年并未召开成立大会，系误报。",
    "与集团总部科协为同一组织，重复登记。",
    "成立日期登记有误，已另行登记。",
)
# The guided tour of docs/demo.md: address, holder, kind, state, and whether the enterprise is entered with it.
_TOUR: tuple[tuple[str, str, str, str, bool], ...] = (
    ("440106", "440106", ORGANIZATION, RecordState.DRAFT, True),
    ("440106", "440106", ORGANIZATION, RecordState.DRAFT, True),
    ("440106", "440106", ORGANIZATION, RecordState.DRAFT, False),
    ("440106", "440106", CONTACT, RecordState.DRAFT, True),
    ("440106", "440106", ORGANIZATION, RecordState.RETURNED, True),
    ("440106", "440106", CONTACT, RecordState.RETURNED, False),
    ("440106", "440106", ORGANIZATION, RecordState.SUBMITTED, True),
    ("440106", "440106", ORGANIZATION, RecordState.SUBMITTED, False),
    ("440106", "440106", CONTACT, RecordState.SUBMITTED, True),
    ("440113", "440113", ORGANIZATION, RecordState.SUBMITTED, True),
    ("440113", "440113", CONTACT, RecordState.SUBMITTED, False),
    ("440112", "440112", ORGANIZATION, RecordState.SUBMITTED, False),
    ("440111", "440111", ORGANIZATION, RecordState.SUBMITTED, True),
    ("440111", "440111", CONTACT, RecordState.SUBMITTED, True),
    ("440104", "440100", ORGANIZATION, RecordState.SUBMITTED, True),
    ("440104", "440100", ORGANIZATION, RecordState.SUBMITTED, False),
    ("440105", "440105", CONTACT, RecordState.SUBMITTED, True),
    ("440105", "440105", CONTACT, RecordState.SUBMITTED, False),
    ("440114", "440114", CONTACT, RecordState.SUBMITTED, True),
    ("440103", "440100", ORGANIZATION, RecordState.DRAFT, True),
)


def unfinished_records(kit: Kit) -> Iterator[EnterpriseEntry]:
    """All over the country by weight, and in Guangzhou a handful of each for the tour."""
    rng = kit.rng("unfinished")
    tour = [row for row in _TOUR if row[0] in kit.places.by_code and row[1] in kit.places.offices]
    sizes = kit.sizes
    totals: dict[tuple[str, str], int] = {
        (ORGANIZATION, RecordState.SUBMITTED): sizes.submitted_organizations,
        (CONTACT, RecordState.SUBMITTED): sizes.submitted_contacts,
        (ORGANIZATION, RecordState.DRAFT): sizes.draft_organizations,
        (CONTACT, RecordState.DRAFT): sizes.draft_contacts,
        (ORGANIZATION, RecordState.RETURNED): sizes.returned_organizations,
        (CONTACT, RecordState.RETURNED): sizes.returned_contacts,
        (ORGANIZATION, RecordState.VOIDED): sizes.voided_organizations,
    }
    new_weights = {code: float(province.new_organizations) for code, province in kit.places.provinces.items()}
    for (kind, state), total in totals.items():
        rest = max(0, total - sum(1 for row in tour if row[2:4] == (kind, state)))
        weights = new_weights if kind == ORGANIZATION else contact_weights(kit)
        for code, count in shares(rest, weights).items():
            for _ in range(count):
                place = outside_tour(kit, rng, code)
                yield _record(kit, rng, place, place.holder(rng.random()), kind, state, rng.random() < 0.5)
    for address, holder, kind, state, is_new in tour:
        yield _record(kit, rng, kit.places.by_code[address], kit.places.offices[holder], kind, state, is_new)


def outside_tour(kit: Kit, rng: Random, province: str) -> Place:
    """A place of the province, but none of the tour's city: there the numbers are fixed."""
    while True:
        place = kit.places.draw(rng, province)
        if place.middle.code != TOUR_CITY:
            return place


def _record(
    kit: Kit, rng: Random, place: Place, holder: Office, kind: str, state: str, is_new: bool
) -> EnterpriseEntry:
    """One record with its enterprise, which is entered together with it (``is_new``) or was confirmed before."""
    since = any_day(rng, dt.date(2014, 8, 25), dt.date(2014, 10, 8))
    if state == RecordState.VOIDED:
        since, is_new = any_day(rng, dt.date(2014, 2, 10), dt.date(2014, 7, 31)), False
    entered = workday_after(since, rng.randint(1, 5), last=LAST_DAY)
    if state in (RecordState.SUBMITTED, RecordState.DRAFT):
        entered = max(entered, rng.choice(workdays(dt.date(2014, 9, 22), LAST_DAY)))
    acts = _acts(kit, rng, holder, entered, state)
    host_acts = (
        acts
        if is_new
        else founding_acts(kit, rng, holder, any_day(rng, dt.date(2014, 1, 6), dt.date(2014, 1, 30)))
    )
    values = (
        kit.profiles.organization(rng, since) if kind == ORGANIZATION else kit.profiles.contact(rng, since)
    )
    make = OrganizationEntry if kind == ORGANIZATION else ContactEntry
    return EnterpriseEntry(
        key=kit.key(),
        values=kit.profiles.enterprise(rng, place, before=dt.date(2012, 6, 30)),
        division=place.division,
        office=holder,
        acts=host_acts,
        dependents=(make(kit.key(), values, acts),),
    )


def _acts(kit: Kit, rng: Random, holder: Office, entered: dt.date, state: str) -> tuple[Act, ...]:
    if state == RecordState.DRAFT:
        return kit.acting.entered(rng, holder, entered)
    if state == RecordState.SUBMITTED:
        return kit.acting.submitted(rng, holder, entered)
    if state == RecordState.RETURNED:
        code, text = rng.choice(_RETURNS)
        return kit.acting.returned(
            rng, holder, min(entered, dt.date(2014, 10, 9)), return_reason_text(code, text)
        )
    return kit.acting.voided(rng, holder, entered, rng.choice(_VOIDS))
