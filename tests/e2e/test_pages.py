"""Every main page at both sizes: opens, complains of nothing, axe finds nothing serious, no sideways scrolling."""

import datetime as dt

import pytest

from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.e2e.conftest import DESKTOP, PHONE

PAGES = {
    "owner": [
        "/",
        "/organizations/",
        "/organizations/new/",
        "/organizations/difficulties/",
        "/organizations/new/?kind=park",
        "/enterprises/",
        "/enterprises/new/",
        "/enterprises/duplicates/",
        "/imports/",
        "/imports/new/?kind=enterprise",
        "/exports/",
        "/parks/",
        "/contacts/",
        "/contacts/new/",
        "/contacts/calls/",
        "/contacts/wishes/",
        "/contacts/funnel/",
        "/enterprises/?has=0",
        "/dashboard/",
        "/search/?q=示范",
        "/password/",
    ],
    "reviewer": ["/", "/review/", "/dashboard/440100/?by=park_coverage"],
    "hq-leader": [
        "/",
        "/contacts/wishes/",
        "/contacts/reasons/",
        "/contacts/funnel/?without=1",
        "/dashboard/",
        "/dashboard/?by=national_park_coverage&without=1",
    ],
    "hq-clerk": ["/parks/new/"],
    "office-admin": ["/accounts/", "/accounts/new/"],
    "auditor": ["/trail/"],
    "sysadmin": ["/accounts/"],
    "expert": ["/"],
}


@pytest.fixture
def world(plan, cast, tree):
    """A record of each kind and state in reach of the cast, with figures."""
    for state in ("draft", "submitted", "confirmed", "returned", "voided"):
        enterprise = factories.make_enterprise(tree.tianhe, actor=cast.owner)
        factories.make_organization(enterprise, state=state, actor=cast.owner)
        factories.make_contact(factories.make_enterprise(tree.tianhe), state=state, actor=cast.owner)
    park = factories.make_park(tree.tianhe, grade="national")
    factories.make_organization(park, state="submitted", actor=cast.owner)
    compute_snapshot(plan=plan, on=dt.date(2014, 1, 1))
    return compute_snapshot(plan=plan, on=dt.date(2014, 10, 15))


@pytest.mark.parametrize("desk", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
@pytest.mark.parametrize("username", PAGES)
def test_pages_are_clean(desk, world, username):
    desk.sign_in(username)
    faults = [fault for path in PAGES[username] for fault in desk.faults(path)]
    assert faults == []


@pytest.mark.parametrize("desk", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_the_founding_steps_are_clean_and_take_a_day(desk, plan, cast, tree):
    organization = factories.make_organization(factories.make_enterprise(tree.tianhe))
    desk.sign_in("owner")
    path = f"/organizations/{organization.pk}/founding/"
    assert desk.faults(path) == []
    step = desk.page.locator("#step-preparation")
    step.get_by_text("登记完成").click()
    step.get_by_label("完成日期").fill("2014.6.4")
    step.get_by_label("说明").fill("厂务会同意")
    assert desk.axe() == []
    step.get_by_role("button", name="保存").click()
    desk.page.get_by_text("已登记 1 / 5 步").wait_for()
    assert desk.faults(path) == []


@pytest.mark.parametrize("desk", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_a_weak_organisation_is_rated_and_helped_on_clean_pages(desk, plan, cast, tree):
    organization = factories.make_organization(factories.make_enterprise(tree.tianhe))
    desk.sign_in("owner")
    path = f"/organizations/{organization.pk}/rating/"
    assert desk.faults(path) == []
    page = desk.page
    page.get_by_label("不明显").check()
    page.get_by_role("button", name="保存评定").click()
    page.get_by_text("至少选一项困难").wait_for()
    assert desk.axe() == []
    desk.complaints.clear()  # the refusal's own status
    page.get_by_label("缺少活动经费", exact=True).check()
    page.get_by_role("button", name="保存评定").click()
    page.get_by_text("待帮助", exact=True).wait_for()
    page.get_by_text("答应帮助", exact=True).click()
    page.locator("[id^=promise-][name=text]").fill("派一名联络员")
    assert desk.axe() == []
    page.locator("details[open]").get_by_role("button", name="保存").click()
    page.get_by_text("已答应", exact=True).wait_for()
    assert desk.faults(path) == []
    assert desk.faults("/organizations/difficulties/") == []


def test_login_page_is_clean(desk, plan):
    desk.go("/login/")
    assert desk.axe() == []
