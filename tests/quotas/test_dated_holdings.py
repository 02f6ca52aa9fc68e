"""The figure of a day uses the tree and the holders of that day, and its list has as many rows (DESIGN §3, Offices)."""

import datetime as dt

import pytest

from orgs.models import OfficePlacement, PastHolding
from orgs.selectors.counted import counted_rows
from quotas.models import Tally
from quotas.services.snapshots import compute_snapshot
from tests import factories

BEFORE, AFTER = dt.date(2014, 9, 14), dt.date(2014, 9, 15)


def figures(plan, day: dt.date, measure: str, *offices) -> list[int]:
    """The stored figure of each office; the list behind it must have as many rows."""
    snapshot = compute_snapshot(plan=plan, on=day, force=True)
    stored = dict(Tally.objects.filter(snapshot=snapshot).values_list("office_id", measure))
    numbers = [stored.get(office.pk, 0) for office in offices]
    assert numbers == [counted_rows(measure, year=2014, day=day, office=office).count() for office in offices]
    return numbers


@pytest.fixture
def organization(tree, plan):
    """Founded on 1 September 2014 at an enterprise that Tianhe holds today."""
    return factories.make_organization(factories.make_enterprise(tree.tianhe))


def test_a_host_that_moved_counts_at_its_former_holder_until_the_day_it_moved(tree, plan, organization):
    PastHolding.objects.create(enterprise=organization.enterprise, office=tree.chancheng, ends_on=AFTER)
    offices = (tree.tianhe, tree.chancheng, tree.guangzhou, tree.foshan, tree.guangdong, tree.hq)
    assert figures(plan, BEFORE, "orgs_new", *offices) == [0, 1, 0, 1, 1, 1]
    assert figures(plan, AFTER, "orgs_new", *offices) == [1, 0, 1, 0, 1, 1]


def test_a_park_that_moved_counts_at_its_former_holder(tree, plan):
    park = factories.make_park(tree.guangzhou, grade="national")
    factories.make_organization(park)
    PastHolding.objects.create(park=park, office=tree.guangdong, ends_on=AFTER)
    offices = (tree.guangzhou, tree.guangdong)
    for measure in ("national_parks", "national_park_orgs", "parks", "park_orgs"):
        assert figures(plan, BEFORE, measure, *offices) == [0, 1]
        assert figures(plan, AFTER, measure, *offices) == [1, 1]


def test_an_office_that_changed_its_upper_office_counts_there_until_then(tree, plan, organization):
    OfficePlacement.objects.filter(office=tree.tianhe).update(starts_on=AFTER)
    OfficePlacement.objects.create(office=tree.tianhe, parent=tree.foshan, ends_on=AFTER)
    offices = (tree.tianhe, tree.guangzhou, tree.foshan, tree.guangdong)
    assert figures(plan, BEFORE, "orgs_new", *offices) == [1, 0, 1, 1]
    assert figures(plan, AFTER, "orgs_new", *offices) == [1, 1, 0, 1]
