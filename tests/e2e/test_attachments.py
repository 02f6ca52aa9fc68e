"""Attachments in the browser: uploaded one by one in the form, kept through a reload, read page by page, clean at both sizes."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.models import Attachment
from core.services.attachments import remove_attachment
from orgs.models import CastOrganization
from tests import factories
from tests.e2e.conftest import DESKTOP, PHONE, Desk
from tests.support.attaching import attached, photo, upload
from tests.support.files import docx, pdf, written

LONG = (
    "关于同意成立广州示范高端装备智能制造与工业互联网综合技术服务股份有限公司科学技术协会的批复（扫描件）.pdf"
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


@pytest.fixture
def enterprise(cast, tree):
    return factories.make_enterprise(tree.tianhe, name="示范精密工业有限公司")


def fill(desk: Desk) -> None:
    for label, words in (("成立日期", "2014-09-08"), ("主席", "陈示例")):
        desk.page.get_by_label(label, exact=True).fill(words)


def test_from_the_form_to_the_page_of_the_record(desk, cast, enterprise, tmp_path):
    desk.sign_in("owner")
    desk.go(f"/organizations/new/?enterprise={enterprise.pk}")
    fill(desk)
    page = desk.page
    paths = [
        written(tmp_path / "批复.pdf", pdf(3)),
        written(tmp_path / "图.svg", b"<svg onload='alert(1)'/>"),
        written(tmp_path / "合影.jpg", photo()),
    ]
    page.locator("#id_approval-files").set_input_files(paths)
    expect(page.locator("[data-tray-token]")).to_have_count(2)
    expect(page.get_by_text("没有上传：这是网页、SVG 或 XML 文件")).to_be_visible()
    page.get_by_role("button", name="知道了").click()
    # The refusal of an upload is an answer with 422, which the browser notes by itself.
    desk.complaints[:] = [words for words in desk.complaints if "422" not in words]
    with page.expect_response(re.compile("/remove/")):
        page.get_by_role("button", name="不要 合影.jpg").click()
    expect(page.locator("[data-draft-words]")).to_contain_text("草稿已保存")
    page.reload()
    expect(page.locator("[data-tray-token]")).to_have_count(1)
    page.locator("#form-submit").click()
    page.wait_for_url(re.compile(r"/organizations/\d+/$"))
    organization = CastOrganization.objects.get()
    assert [(row.name, row.pages) for row in Attachment.objects.of(organization)] == [("批复.pdf", 3)]
    page.get_by_role("link", name="批复.pdf", exact=True).click()
    expect(page.get_by_text("第 1 页，共 3 页")).to_be_visible()
    for key, number in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2)):
        page.keyboard.press(key)
        expect(page.get_by_text(f"第 {number} 页，共 3 页")).to_be_visible()
    assert (
        page.locator("#viewer img").evaluate("picture => picture.decode().then(() => picture.naturalHeight)")
        == 1600
    )


def test_a_draft_kept_on_this_machine_alone_brings_its_files_back(desk, cast, enterprise, tmp_path):
    desk.page.route("**/drafts/**", lambda route: route.abort())
    desk.sign_in("owner")
    desk.go(f"/organizations/new/?enterprise={enterprise.pk}")
    fill(desk)
    paths = [written(tmp_path / "批复.pdf", pdf()), written(tmp_path / "合影.jpg", photo())]
    desk.page.locator("#id_approval-files").set_input_files(paths)
    expect(desk.page.locator("[data-tray-token]")).to_have_count(2)
    # One of them is over by the time the form is opened again.
    remove_attachment(actor=cast.owner, token=Attachment.objects.get(name="合影.jpg").token)
    desk.page.reload()
    expect(desk.page.get_by_role("link", name="批复.pdf")).to_be_visible()
    expect(desk.page.locator("[data-tray-token]")).to_have_count(1)
    expect(desk.page.get_by_label("主席", exact=True)).to_have_value("陈示例")
    desk.complaints[:] = [words for words in desk.complaints if "ERR_FAILED" not in words]


def test_enter_in_a_field_gives_no_file_up(desk, cast, enterprise, tmp_path):
    desk.sign_in("owner")
    desk.go(f"/organizations/new/?enterprise={enterprise.pk}")
    desk.page.locator("#id_approval-files").set_input_files([written(tmp_path / "批复.pdf", pdf())])
    expect(desk.page.locator("[data-tray-token]")).to_have_count(1)
    desk.page.get_by_label("主席", exact=True).press("Enter")
    expect(desk.page.locator("[data-errors-summary]")).to_be_visible()
    expect(desk.page.locator("[data-tray-token]")).to_have_count(1)


def test_beside_a_record_files_are_added_and_removed_at_once(desk, cast, enterprise, tmp_path):
    draft = factories.make_organization(enterprise, state="draft", actor=cast.owner)
    desk.sign_in("owner")
    desk.go(reverse("organization_detail", args=[draft.pk]))
    page = desk.page
    page.get_by_label("添加批复文件").set_input_files([written(tmp_path / "批复.pdf", pdf())])
    expect(page.get_by_role("link", name="批复.pdf", exact=True)).to_be_visible()
    assert Attachment.objects.of(draft).count() == 1
    page.get_by_role("button", name="删去 批复.pdf").click()
    page.get_by_role("dialog").get_by_role("button", name="删去").click()
    expect(page.get_by_text("还没有上传批复文件")).to_be_visible()
    assert Attachment.objects.of(draft).count() == 0


def test_without_script_the_same_form_takes_files(browser, live_server, cast, enterprise, tmp_path):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    desk = Desk(page=context.new_page(), base=live_server.url, complaints=[])
    desk.sign_in("owner")
    desk.go(f"/organizations/new/?enterprise={enterprise.pk}")
    fill(desk)
    desk.page.locator("#id_approval-files").set_input_files(
        [written(tmp_path / "批复.pdf", pdf()), written(tmp_path / "图.svg", b"<svg/>")]
    )
    desk.page.get_by_role("button", name="上传选中的文件").click()
    expect(desk.page.get_by_text("图.svg：这是网页、SVG 或 XML 文件")).to_be_visible()
    expect(desk.page.get_by_label("主席", exact=True)).to_have_value("陈示例")
    desk.page.get_by_label("主席", exact=True).press("Enter")
    desk.page.wait_for_url(re.compile(r"/organizations/\d+/$"))
    assert [row.name for row in Attachment.objects.attached()] == ["批复.pdf"]
    context.close()


def test_the_pages_of_a_long_pdf_appear_when_the_worker_has_drawn_them(
    desk, worker, settings, cast, enterprise, tmp_path
):
    # Web and worker share the folder of kept files.
    settings.PORTAL_FILES_DIR = tmp_path / "files"
    desk.sign_in("owner")
    desk.go(f"/organizations/new/?enterprise={enterprise.pk}")
    desk.page.locator("#id_approval-files").set_input_files([written(tmp_path / "长.pdf", pdf(9))])
    expect(desk.page.locator("[data-tray-token]")).to_have_count(1)
    desk.go(reverse("attachment_view", args=[Attachment.objects.get().token]))
    expect(desk.page.get_by_text("第 1 页，共 9 页")).to_be_visible(timeout=40_000)


@pytest.mark.parametrize("desk", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_pages_with_attachments_are_clean(desk, cast, enterprise, tree, tmp_path):
    draft = factories.make_organization(enterprise, state="draft", actor=cast.owner)
    rows = [
        attached(cast.owner, draft, tmp_path, pdf(3), name=LONG),
        attached(cast.owner, draft, tmp_path, photo(), name="合影.jpg"),
        attached(cast.owner, draft, tmp_path, docx(tmp_path / "d").read_bytes(), name="批复.docx"),
        upload(cast.owner, tmp_path, pdf(9), name="长.pdf"),
    ]
    desk.sign_in("owner")
    addresses = [
        reverse("organization_detail", args=[draft.pk]),
        reverse("organization_edit", args=[draft.pk]),
        *(reverse("attachment_view", args=[row.token]) for row in rows[:3]),
    ]
    assert [fault for address in addresses for fault in desk.faults(address)] == []
    desk.go(reverse("attachment_view", args=[rows[3].token]))
    assert desk.axe() == []


@pytest.mark.parametrize("desk", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_the_queue_with_attachments_is_clean(desk, cast, enterprise, tmp_path):
    draft = factories.make_organization(enterprise, state="draft", actor=cast.owner)
    attached(cast.owner, draft, tmp_path, pdf(2), name=LONG)
    CastOrganization.objects.update(state="submitted", submitted_at=factories.AT)
    desk.sign_in("reviewer")
    assert desk.faults(reverse("review_record", args=["organization", draft.pk])) == []
