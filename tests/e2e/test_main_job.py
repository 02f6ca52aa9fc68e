"""The main job in a real browser: a clerk enters, a reviewer confirms, the worker computes, HQ sees and drills down."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from core.models import Job
from orgs.models import CastOrganization
from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.support.processes import wait_until

TODAY = dt.date(2014, 10, 15)


@pytest.fixture
def figures(plan, cast, tree):
    """Yesterday's state of the world: one new organisation in Panyu, figures computed."""
    factories.make_organization(factories.make_enterprise(tree.panyu, name="示范番禺机械有限公司"))
    factories.make_park(tree.tianhe, grade="national", kind="hitech", name="示范天河高新技术产业园区")
    return compute_snapshot(plan=plan, on=TODAY)


def test_from_the_clerks_form_to_the_national_dashboard(desk, worker, figures, cast):
    page = desk.page
    desk.sign_in("owner")
    page.get_by_role("link", name="登记企业科协").click()

    # the enterprise is searched while typing, not found, and entered in the same step
    page.get_by_role("combobox", name="企业").press_sequentially("示例天河光电有限公司", delay=5)
    page.get_by_role("option", name="登记新企业").click()
    page.get_by_label("组织机构代码").fill("00000001-9")
    page.get_by_label("民营").check()
    page.get_by_label("成立日期", exact=True).last.fill("2014.9.18")
    page.get_by_label("批复文号").fill("穗天科协[2014]31号")
    page.get_by_label("主席").fill("陈示例")
    page.get_by_role("button", name="提交广州市科协确认").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("示例天河光电有限公司科学技术协会")
    expect(page.get_by_text("待确认").first).to_be_visible()
    record = CastOrganization.objects.get(name="示例天河光电有限公司科学技术协会")
    assert (record.state, record.established_on, record.enterprise.state) == (
        "submitted",
        dt.date(2014, 9, 18),
        "submitted",
    )
    sign_out(page)

    # the reviewer above confirms it with one key
    desk.sign_in("reviewer")
    page.get_by_role("link", name="待确认").first.click()
    expect(page.get_by_role("heading", name="示例天河光电有限公司科学技术协会")).to_be_visible()
    page.keyboard.press("y")
    expect(page.get_by_text("已确认：示例天河光电有限公司科学技术协会")).to_be_visible()
    record.refresh_from_db()
    assert (record.state, record.confirmed_by, record.enterprise.state) == (
        "confirmed",
        cast.reviewer,
        "confirmed",
    )
    sign_out(page)

    # the worker, not the request, computes
    wait_until(
        lambda: Job.objects.filter(kind="coverage.refresh", state="done").exists(),
        seconds=30,
        what="figures refreshed",
    )

    # HQ sees the changed number and drills down to that very record
    desk.sign_in("hq-leader")
    page.get_by_role("link", name="进度看板", exact=True).click()
    expect(page.locator(".p-kpi-fig a").first).to_have_text("2")
    for name in ("广东", "广州", "天河"):
        page.locator(".p-rank").get_by_role("link", name=name).first.click()
        expect(page.locator(".p-crumbs [aria-current]")).to_contain_text(name)
    page.locator(".p-kpi").first.locator(".p-kpi-fig a").click()
    expect(page.locator(".p-lead")).to_contain_text("共 1 条")
    page.get_by_role("link", name="示例天河光电有限公司科学技术协会").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("示例天河光电有限公司科学技术协会")


def sign_out(page) -> None:
    """By the menu of the own posts."""
    page.locator(".p-top-right").get_by_role("button").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
