"""What was typed survives a closed tab and a lost line."""

from playwright.sync_api import expect

from core.models import FormDraft
from tests.support.processes import wait_until


def test_closed_tab_is_restored_from_the_server(desk, cast):
    page = desk.page
    desk.sign_in("owner")
    desk.go("/organizations/new/")
    page.get_by_label("批复文号").fill("穗天科协〔2014〕7号")
    page.get_by_label("主席").fill("陈示例")
    wait_until(
        lambda: FormDraft.objects.filter(payload__chair=["陈示例"]).exists(),
        seconds=10,
        what="the draft is on the server",
    )
    page.close()
    other = desk.page = page.context.new_page()
    # another machine: nothing of the first tab is left in the browser
    desk.go("/")
    other.evaluate("localStorage.clear()")
    other.get_by_role("link", name="继续填写").first.click()
    expect(other.get_by_label("主席")).to_have_value("陈示例")
    expect(other.get_by_label("批复文号")).to_have_value("穗天科协〔2014〕7号")


def test_lost_line_keeps_the_typing_in_the_browser_and_sends_it_later(desk, cast):
    page = desk.page
    desk.sign_in("owner")
    desk.go("/organizations/new/")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_label("主席").fill("林示例")
    expect(page.locator("[data-draft-status]")).to_contain_text("没有网络")
    assert FormDraft.objects.count() == 0
    page.context.set_offline(False)
    wait_until(
        lambda: FormDraft.objects.filter(payload__chair=["林示例"]).exists(),
        seconds=30,
        what="the draft reaches the server once the line is back",
    )
    # the browser itself reports the failed requests of the lost line
    desk.complaints[:] = [line for line in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in line]
