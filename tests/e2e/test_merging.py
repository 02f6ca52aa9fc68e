"""Two registrations of one enterprise in a real browser: found, laid side by side, merged, taken apart again."""

import pytest
from playwright.sync_api import expect

from orgs.models import ContactPerson, Enterprise, Merger
from tests import factories

NAME = "广州示范甲辰精密机械有限公司"


@pytest.fixture
def pair(plan, cast, tree):
    """The same enterprise in Tianhe and in Panyu, each with something the other does not have."""
    kept = factories.make_enterprise(tree.tianhe, name=NAME)
    absorbed = factories.make_enterprise(tree.panyu, name=f"{NAME[:-4]}有限责任公司", employees=120)
    factories.make_organization(kept)
    factories.make_contact(absorbed)
    return kept, absorbed


def test_duplicates_are_laid_side_by_side_merged_and_taken_apart(desk, pair):
    kept, absorbed = pair
    page = desk.page
    desk.sign_in("reviewer")
    desk.go("/enterprises/duplicates/")
    page.get_by_role("button", name="对照并合并").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("对照并合并")
    assert desk.axe() == []

    # the number of employees is taken from the right-hand side, all by keyboard
    employees = page.get_by_role("group", name="职工人数")
    employees.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    expect(employees.get_by_role("radio", name="120")).to_be_checked()
    page.get_by_role("button", name="合并为一条").focus()
    page.keyboard.press("Enter")
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("并入的登记作废")
    asked.get_by_role("button", name="合并", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    expect(page.get_by_role("heading", name="并入的登记")).to_be_visible()
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (kept.employees, absorbed.state, ContactPerson.objects.get().enterprise) == (120, "voided", kept)
    assert desk.axe() == []

    page.get_by_role("button", name="撤销合并").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销合并").click()
    expect(page.get_by_role("heading", name="并入的登记")).to_have_count(0)
    assert set(Enterprise.objects.values_list("state", flat=True)) == {"confirmed"}
    assert ContactPerson.objects.get().enterprise == absorbed
    assert Merger.objects.get().undone_at
    desk.go("/enterprises/duplicates/")
    expect(page.get_by_role("button", name="对照并合并")).to_be_visible()
