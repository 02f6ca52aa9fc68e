"""The counting statements and the definitions behind the lists agree, also while hosts were held elsewhere."""

import datetime as dt
from collections import Counter

import pytest

from orgs.models import CastOrganization, Park, PastHolding
from orgs.selectors.counted import COUNTED
from quotas.selectors.facts import own_counts
from tests.factories import make_contact, make_enterprise, make_organization, make_park

YEAR = 2014
DAYS = (dt.date(2014, 1, 1), dt.date(2014, 5, 31), dt.date(2014, 8, 31), dt.date(2014, 10, 15))
MOVED_ON = dt.date(2014, 9, 1)
MARCH, MAY, JULY = dt.date(2014, 3, 1), dt.date(2014, 5, 1), dt.date(2014, 7, 1)


@pytest.fixture
def records(tree):
    """Records of every kind at two offices; some hosts moved from Panyu to Tianhe on 1 September."""
    for office in (tree.tianhe, tree.foshan):
        make_enterprise(office, established_on=None)
        make_enterprise(office, dissolved_on=JULY)
        make_enterprise(office, established_on=JULY, is_above_scale=True)
        make_organization(make_enterprise(office), established_on=MARCH)
        again = make_enterprise(office, is_tech_sme=True)
        make_organization(again, established_on=dt.date(2010, 1, 1), dissolved_on=dt.date(2013, 1, 1))
        make_organization(again, established_on=MAY)
        make_organization(make_enterprise(office), established_on=MAY, state="submitted")
        converted = make_enterprise(office)
        make_contact(converted, established_on=MARCH, left_on=JULY)
        make_organization(converted, established_on=MAY)
        left = make_enterprise(office)
        make_contact(left, established_on=MARCH, left_on=JULY)
        make_contact(left, established_on=MAY, state="submitted")
        replaced = make_enterprise(office)
        make_contact(replaced, established_on=MARCH, left_on=JULY)
        make_contact(replaced, established_on=JULY)
        make_contact(make_enterprise(office), established_on=MAY)
        make_organization(make_park(office, grade="national"), established_on=MAY)
        make_organization(make_park(office, closed_on=JULY), established_on=dt.date(2013, 5, 1))
        make_organization(make_park(office), established_on=MAY, state="submitted")
    return tree


def holders(rows, day: dt.date) -> Counter[int]:
    """Office → rows it held on the day, asked host by host."""
    found: Counter[int] = Counter()
    for row in rows:
        host = row.host if isinstance(row, CastOrganization) else row
        kind = "park" if isinstance(host, Park) else "enterprise"
        past = PastHolding.objects.on(day).filter(**{kind: host}).first()
        found[past.office_id if past else row.office_id] += 1
    return found


def assert_equal(day: dt.date) -> None:
    counts = own_counts(year=YEAR, day=day)
    for measure, rows in COUNTED.items():
        engine = {office: count for office, count in counts.get(measure, {}).items() if count}
        assert engine == dict(holders(rows(YEAR, day), day)), (measure, day)


@pytest.mark.parametrize("day", DAYS)
def test_every_measure_counts_the_rows_its_list_shows(records, day) -> None:
    assert_equal(day)


@pytest.mark.parametrize("day", DAYS)
def test_a_host_counts_where_it_was_held_on_the_day(records, day) -> None:
    for model, kind in ((COUNTED["enterprises"], "enterprise"), (COUNTED["parks"], "park")):
        for host in list(model(YEAR, DAYS[-1]).filter(office=records.tianhe))[::2]:
            PastHolding.objects.create(**{kind: host}, office=records.panyu, ends_on=MOVED_ON)
    assert_equal(day)
    moved = own_counts(year=YEAR, day=day)["enterprises"].get(records.panyu.pk, 0)
    assert bool(moved) == (day < MOVED_ON)


def test_a_later_calendar_year_has_its_own_statements(records) -> None:
    """The plan of 2014 asked for a day of 2015: what was founded in 2015 is not new in 2014."""
    make_organization(make_enterprise(records.tianhe), established_on=dt.date(2015, 2, 1))
    assert_equal(dt.date(2015, 3, 1))
