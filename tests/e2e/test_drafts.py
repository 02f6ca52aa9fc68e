"""What was typed survives a closed tab and a lost line."""

from django.utils import timezone
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


def test_submitting_without_a_line_stays_on_the_page(desk, cast):
    page = desk.page
    desk.sign_in("owner")
    desk.go("/organizations/new/")
    page.wait_for_load_state("networkidle")
    page.get_by_label("主席").fill("何示例")
    page.context.set_offline(True)
    page.locator("#form-submit").click()
    expect(page.locator("[data-draft-status]")).to_contain_text("没有网络，恢复后再提交；内容已存在本机")
    expect(page.get_by_label("主席")).to_have_value("何示例")
    page.context.set_offline(False)
    wait_until(
        lambda: FormDraft.objects.filter(payload__chair=["何示例"]).exists(),
        seconds=30,
        what="the draft reaches the server once the line is back",
    )
    page.locator("#form-submit").click()
    expect(page.locator("[data-errors-summary], .p-field.is-bad").first).to_be_visible()
    desk.complaints[:] = [line for line in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in line]


def test_moment_of_the_draft_is_said_in_beijing_time(desk, cast, browser):
    context = browser.new_context(locale="zh-CN", timezone_id="America/New_York")
    desk.page = context.new_page()
    desk.sign_in("owner")
    desk.go("/organizations/new/")
    desk.page.get_by_label("主席").fill("何示例")
    expect(desk.page.locator("[data-draft-status]")).to_contain_text("草稿已保存")
    at = timezone.localtime(FormDraft.objects.get().saved_at)
    expect(desk.page.locator("[data-draft-status]")).to_contain_text(f"草稿已保存，{at:%H:%M}")
    context.close()


def test_search_replaced_by_faster_typing_is_no_script_error(desk, cast):
    desk.sign_in("owner")
    desk.go("/organizations/new/")
    desk.page.wait_for_load_state("networkidle")
    # two searches at once: the second takes the first one's place
    desk.page.locator("#host-search").evaluate(
        "field => { field.focus(); field.value = '示范';"
        " ['find', 'find'].forEach(name => field.dispatchEvent(new CustomEvent(name))); }"
    )
    expect(desk.page.locator("#host-results [data-new]")).to_be_visible()
    assert desk.complaints == []
