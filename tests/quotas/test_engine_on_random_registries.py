"""The engine against a plain count record by record, on random trees, records and days; and what must always hold."""

import datetime as dt
import random

import pytest

from orgs.models import OfficePlacement
from quotas.indicators import MEASURES
from quotas.models import Tally
from quotas.services.plans import load_plan, read_plan_file
from quotas.services.snapshots import compute_snapshot
from tests.conftest import PLAN_FILE
from tests.quotas.test_coverage_algorithm import write_offices, write_records
from tests.support.coverage_oracle import Contact, Host, Office, Organization, Registry

YEAR = 2014
STATES = ("draft", "submitted", "confirmed", "confirmed", "confirmed", "returned", "voided")
# A host is submitted and confirmed with its first record: what stands at it is never further than it is itself.
STATES_AT = {
    "confirmed": STATES,
    "submitted": ("draft", "submitted", "returned"),
    "draft": ("draft", "returned"),
    "returned": ("draft", "returned"),
    "voided": ("draft", "returned", "voided"),
}
TYPES = ("private", "tech_sme", "state_owned", "industry", "other")


def random_offices(dice: random.Random) -> list[Office]:
    """HQ, two to four provinces, prefectures below some, counties below either."""
    offices = [Office("000000", "", "hq")]
    for province in range(11, 11 + dice.randint(2, 4)):
        top = f"{province}0000"
        offices.append(Office(top, "000000", "province"))
        for prefecture in range(dice.randint(0, 3)):
            middle = f"{province}{prefecture + 1:02d}00"
            offices.append(Office(middle, top, "prefecture"))
            offices += [
                Office(f"{middle[:4]}{county + 1:02d}", middle, "county")
                for county in range(dice.randint(0, 3))
            ]
        offices += [
            Office(f"{province}90{county + 1:02d}", top, "county") for county in range(dice.randint(0, 2))
        ]
    return offices


def random_day(dice: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=dice.randint(0, (last - first).days))


def random_registry(seed: int) -> Registry:
    """Some thirty hosts with up to three organisations after each other and up to three contacts each."""
    dice = random.Random(seed)
    offices = random_offices(dice)
    holders = [office.code for office in offices if office.level != "hq"]
    hosts, organizations, contacts = [], [], []
    for number in range(30):
        park = dice.random() < 0.35
        state = dice.choice(STATES)
        hosts.append(
            Host(
                id=f"H{number}",
                kind="park" if park else "enterprise",
                state=state,
                grade=dice.choice(("national", "provincial", "other")) if park else "",
                types=frozenset() if park else frozenset(dice.sample(TYPES, dice.randint(1, 3))),
                above_scale=not park and dice.random() < 0.5,
                office=dice.choice(holders),
                established=dice.choice((None, 1992, 2013, 2014)) if park else dt.date(2001, 3, 1),
                closed=None,
            )
        )
        day = random_day(dice, dt.date(2010, 1, 1), dt.date(2014, 6, 1))
        for step in range(dice.randint(0, 3)):
            ends = None if dice.random() < 0.5 else random_day(dice, day, dt.date(2014, 12, 20))
            organizations.append(
                Organization(f"O{number}.{step}", f"H{number}", dice.choice(STATES_AT[state]), day, ends)
            )
            if ends is None:
                break
            day = ends + dt.timedelta(days=dice.randint(0, 60))
            if day > dt.date(2014, 12, 1):
                break
        for step in range(0 if park else dice.randint(0, 3)):
            since = random_day(dice, dt.date(2013, 6, 1), dt.date(2014, 12, 20))
            left = None if dice.random() < 0.6 else random_day(dice, since, dt.date(2014, 12, 31))
            contacts.append(
                Contact(f"C{number}.{step}", f"H{number}", dice.choice(STATES_AT[state]), since, left)
            )
    return Registry(year=YEAR, offices=offices, hosts=hosts, organizations=organizations, contacts=contacts)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_engine_agrees_with_the_plain_count_and_children_sum_up(seed: int) -> None:
    registry = random_registry(seed)
    offices = write_offices(registry)
    write_records(registry, offices)
    plan, _ = load_plan(read_plan_file(PLAN_FILE))
    dice = random.Random(seed)
    for day in sorted({random_day(dice, dt.date(2014, 1, 1), dt.date(2014, 12, 31)) for _ in range(2)}):
        snapshot = compute_snapshot(plan=plan, on=day)
        zeros = dict.fromkeys(MEASURES, 0)
        stored = dict.fromkeys(offices, zeros) | {
            tally.office.code: tally.as_counts()
            for tally in Tally.objects.filter(snapshot=snapshot).select_related("office")
        }
        expected = registry.tallies(day)
        differing = {
            (code, measure): (stored[code][measure], expected[code][measure])
            for code in offices
            for measure in MEASURES
            if stored[code][measure] != expected[code][measure]
        }
        assert differing == {}, f"(engine, plain count) on {day}"
        for office in registry.offices:
            children = [child.code for child in registry.offices if child.parent == office.code]
            own = {m: stored[office.code][m] - sum(stored[c][m] for c in children) for m in MEASURES}
            assert min(own.values()) >= 0, (office.code, own)
    assert OfficePlacement.objects.count() == len(registry.offices)
