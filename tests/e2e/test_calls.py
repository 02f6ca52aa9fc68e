"""Recording a talk in a real browser: opened, written and kept by keyboard alone, in the row of the list."""

import pytest
from playwright.sync_api import expect

from orgs.models import ContactVisit
from tests import factories

NAME = "广州示范甲辰精密机械有限公司"


@pytest.fixture
def enterprise(plan, cast, tree):
    """An enterprise of Tianhe with a contact, nobody asked about its wish."""
    made = factories.make_enterprise(tree.tianhe, name=NAME)
    factories.make_contact(made)
    return made


def test_a_talk_is_recorded_by_keyboard(desk, enterprise):
    page = desk.page
    desk.sign_in("owner")
    desk.go("/contacts/calls/")
    opener = page.get_by_role("link", name=f"记一次联系：{NAME}")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("谈了什么")).to_be_focused()
    assert desk.axe() == []

    # Escape closes and gives the focus back
    page.keyboard.press("Escape")
    expect(page.get_by_label("谈了什么")).to_have_count(0)
    expect(opener).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_label("谈了什么")).to_be_focused()
    page.keyboard.type("愿意建，等董事会通过")
    page.keyboard.press("Tab")
    expect(page.get_by_label("负责人意愿")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("下一步", exact=False).first).to_be_focused()
    page.keyboard.type("送章程范本")
    page.keyboard.press("Control+Enter")
    # the step has no day: the row says so and keeps what was typed
    expect(page.get_by_text("请填写下一步的日期")).to_be_visible()
    page.get_by_label("下一步日期").fill("2014-10-20")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"已记下与{NAME}的联系")).to_be_visible()
    expect(page.get_by_role("cell", name="愿意", exact=True)).to_be_visible()
    expect(opener).to_be_focused()
    visit = ContactVisit.objects.get()
    assert (visit.said, visit.wish_after, visit.next_step) == (
        "愿意建，等董事会通过",
        "willing",
        "送章程范本",
    )
