"""Attachments over the wire: each answer asks the record's permission anew, nothing is ever shown as a page of its own."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.models import Attachment, StoredFile
from core.services.attachments import remove_attachment
from core.services.files import path_of
from orgs.attachments import APPROVAL, ORGANIZATION
from orgs.models import CastOrganization, Post
from tests import factories
from tests.support.attaching import attached, photo, sent, signed_in, upload
from tests.support.files import docx, jpeg, pdf, png

pytestmark = pytest.mark.django_db
UPLOAD = "/attachments/upload/"
BY_SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


@pytest.fixture
def draft(tree, cast):
    return factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )


def url(row, what="download", *more) -> str:
    return reverse(f"attachment_{what}", args=[row.token, *more])


def status(user, address) -> int:
    answer = signed_in(user).get(address)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def post(user, *contents, script=True, **values):
    data = {"target": ORGANIZATION, "slot": APPROVAL, "file": [sent(one) for one in contents], **values}
    return signed_in(user).post(UPLOAD, data, headers=BY_SCRIPT if script else {})


# ---------- serving ----------


@pytest.mark.parametrize("name", ["批复.pdf", "a.html", "a.svg"])
def test_a_download_is_saved_and_runs_nothing(cast, draft, tmp_path, name):
    row = attached(cast.owner, draft, tmp_path, name=name)
    answer = signed_in(cast.owner).get(url(row))
    assert (answer.status_code, answer.getvalue()) == (200, pdf())
    assert {
        name: answer[name]
        for name in (
            "Content-Type",
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "Cache-Control",
            "Content-Length",
        )
    } == {
        "Content-Type": "application/pdf",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Length": str(len(pdf())),
    }
    assert answer["Content-Disposition"].startswith("attachment; filename")


@pytest.mark.parametrize(
    ("content", "type_", "magic"),
    [
        (jpeg(), "image/jpeg", b"\xff\xd8"),
        (png(), "image/png", b"\x89PN"),
        (pdf(), "image/jpeg", b"\xff\xd8"),
    ],
)
def test_a_page_is_a_picture_of_our_own_making(cast, draft, tmp_path, content, type_, magic):
    row = attached(cast.owner, draft, tmp_path, content, name="a.svg")
    client = signed_in(cast.owner)
    answer = client.get(url(row, "page", 1))
    assert answer.getvalue().startswith(magic)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": type_,
        "Content-Disposition": "inline",
        "Cache-Control": "private, no-cache",
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = client.get(url(row, "page", 1), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


REACH = {"owner": 200, "colleague": 200, "viewer": 200, "reviewer": 200, "upper": 200, "hq_leader": 200} | dict.fromkeys(
    ("neighbour", "stranger", "foreign_reviewer", "expert", "auditor", "sysadmin"), 404
)  # fmt: skip


@pytest.mark.parametrize("who", REACH)
def test_the_record_s_reach_is_the_attachment_s(cast, draft, tmp_path, who):
    row = attached(cast.owner, draft, tmp_path)
    person = getattr(cast, who)
    found = [status(person, url(row)), status(person, url(row, "view")), status(person, url(row, "page", 1))]
    assert found == [REACH[who]] * 3


def test_a_pending_one_is_its_uploader_s_alone(cast, tmp_path):
    row = upload(cast.owner, tmp_path)
    for person, expected in ((cast.owner, 200), (cast.colleague, 404), (cast.hq_leader, 404)):
        assert [status(person, url(row, what)) for what in ("download", "view")] == [expected] * 2
        assert status(person, url(row, "page", 1)) == expected


def test_rights_withdrawn_close_it_from_the_next_request_on(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    client = signed_in(cast.viewer)
    page = client.get(url(row, "page", 1))
    page.getvalue()
    Post.objects.filter(user=cast.viewer).update(ended_at=factories.AT)
    assert client.get(url(row, "page", 1), headers={"If-None-Match": page["ETag"]}).status_code == 404
    assert client.get(url(row)).status_code == 404


def test_what_was_removed_is_not_found(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    remove_attachment(actor=cast.owner, token=row.token)
    assert [status(cast.owner, url(row, what)) for what in ("download", "view")] == [404, 404]


def test_the_address_of_plain_files_serves_no_attachment(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    assert status(cast.owner, reverse("stored_file", args=[row.file.token])) == 404
    assert status(cast.owner, reverse("attachment_download", args=[row.file.token])) == 404


def test_a_file_that_is_gone_from_the_disk_says_what_to_do(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    path_of(row.file).unlink()
    answer = signed_in(cast.owner).get(url(row))
    assert (answer.status_code, "请联系上传的人重新上传。" in answer.content.decode()) == (410, True)


def test_nobody_is_let_in_without_signing_in(client, cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    for address in (url(row), url(row, "view"), url(row, "page", 1)):
        assert client.get(address)["Location"].startswith("/login/")


@pytest.mark.parametrize("number", [0, 2, 99999])
def test_pages_that_are_none_are_not_found(cast, draft, tmp_path, number):
    assert status(cast.owner, url(attached(cast.owner, draft, tmp_path), "page", number)) == 404


# ---------- the page of one ----------


def test_its_page_shows_pages_one_by_one_and_leads_back(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path, pdf(3))
    client = signed_in(cast.owner)
    for asked, number in (("", 1), ("2", 2), ("99", 3), ("-1", 1), ("x", 1)):
        page = client.get(url(row, "view"), {"page": asked}).content.decode()
        assert f"第 {number} 页，共 3 页" in page
        assert f'src="{url(row, "page", number)}"' in page
        assert ('data-key="arrowleft"' in page, 'data-key="arrowright"' in page) == (number > 1, number < 3)
    assert reverse("organization_detail", args=[draft.pk]) in page


def test_more_pages_than_are_shown_are_told(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path, pdf(3))
    Attachment.objects.update(pages=120)
    assert "这里显示前 3 页，其余请下载后查看" in signed_in(cast.owner).get(url(row, "view")).content.decode()


def test_a_document_says_that_it_is_read_after_downloading(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path, docx(tmp_path / "d").read_bytes(), name="批复.docx")
    page = signed_in(cast.owner).get(url(row, "view")).content.decode()
    assert "这个文件不能在这里预览" in page


def test_while_pages_are_drawn_the_page_asks_again(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path, pdf(6))
    answer = signed_in(cast.owner).get(url(row, "view"), headers={"HX-Request": "true"}).content.decode()
    assert "正在生成预览" in answer
    assert 'hx-trigger="every 2s"' in answer
    assert "<html" not in answer


# ---------- uploading ----------


def test_a_script_gets_the_row_with_its_token(cast):
    answer = post(cast.owner, pdf(), field="approval")
    row = Attachment.objects.get()
    assert answer.status_code == 200
    assert (
        f'<input type="hidden" name="approval" value="{row.token}" data-tray-token>' in answer.json()["html"]
    )
    assert row.is_pending


def test_a_script_gets_the_words_of_a_refusal(cast):
    answer = post(cast.owner, b"<svg/>")
    assert (answer.status_code, answer.json()) == (
        422,
        {"message": "这是网页、SVG 或 XML 文件，不能上传。请打开原文件，另存或打印为 PDF 后再上传。"},
    )


def test_a_file_without_a_form_that_is_saved_is_refused_by_number(cast):
    tokens = []
    for number in range(10):
        assert post(cast.owner, photo(number), held=tokens).status_code == 200
        tokens = list(Attachment.objects.values_list("token", flat=True))
    answer = post(cast.owner, photo(10), held=tokens)
    assert (answer.status_code, "最多 10 个文件" in answer.json()["message"]) == (422, True)


def test_beside_a_record_it_is_attached_at_once(cast, draft):
    answer = post(cast.owner, pdf(), target_id=draft.pk)
    row = Attachment.objects.of(draft).get()
    assert (answer.status_code, row.name in answer.json()["html"]) == (200, True)


def test_without_script_the_page_comes_back_with_what_was_said(cast, draft):
    answer = post(
        cast.owner, pdf(), b"<svg/>", script=False, target_id=draft.pk, next=f"/organizations/{draft.pk}/"
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/organizations/{draft.pk}/")
    assert Attachment.objects.of(draft).count() == 1
    shown = answer.client.get(answer["Location"]).content.decode()
    assert "已添加 1 个附件" in shown
    assert "不能上传" in shown


@pytest.mark.parametrize("onward", ["//example.org/", "https://example.org/", "", "javascript:alert(1)"])
def test_it_leads_nowhere_else(cast, draft, onward):
    answer = post(cast.owner, pdf(), script=False, target_id=draft.pk, next=onward)
    assert answer["Location"] == reverse("organization_detail", args=[draft.pk])


@pytest.mark.parametrize(
    ("who", "expected"),
    [("stranger", 404), ("neighbour", 404), ("viewer", 403), ("reviewer", 403), ("expert", 404)],
)
def test_out_of_reach_is_404_and_not_allowed_403(cast, draft, who, expected):
    for script in (True, False):
        assert post(getattr(cast, who), pdf(), script=script, target_id=draft.pk).status_code == expected
    assert StoredFile.objects.count() == 0


def test_a_closed_record_says_so(cast, draft):
    CastOrganization.objects.update(state="submitted", submitted_at=factories.AT)
    assert post(cast.owner, pdf(), target_id=draft.pk).status_code == 422


@pytest.mark.parametrize(
    "values",
    [
        {"target": "core.job"},
        {"target": ""},
        {"slot": "unheard"},
        {"target_id": "999999"},
        {"target_id": "x"},
        {"target_id": ""},
    ],
)
def test_what_is_not_registered_or_not_there_is_404(cast, values):
    assert post(cast.owner, pdf(), **values).status_code == 404


def test_no_file_is_told(cast):
    assert post(cast.owner).json() == {"message": "没有收到文件。请重新选择后上传。"}


@pytest.mark.parametrize("length", [0, 10, 1 << 40])
def test_a_lying_length_stores_nothing(cast, length):
    """Too short a length cuts the form, too long a one waits for what does not come: here the end of the stream."""
    client = signed_in(cast.owner)
    whole = client.post(
        UPLOAD, {"target": ORGANIZATION, "slot": APPROVAL, "file": sent(pdf())}, headers=BY_SCRIPT
    )
    assert whole.status_code == 200
    kept = StoredFile.objects.count()
    body = (
        b"--b\r\nContent-Disposition: form-data; name=target\r\n\r\n" + ORGANIZATION.encode() + b"\r\n"
        b"--b\r\nContent-Disposition: form-data; name=slot\r\n\r\napproval\r\n"
        b'--b\r\nContent-Disposition: form-data; name=file; filename="a.pdf"\r\n\r\n' + jpeg()[:200]
    )
    answer = client.generic(
        "POST",
        UPLOAD,
        body,
        content_type="multipart/form-data; boundary=b",
        headers=BY_SCRIPT,
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": io.BytesIO(body)},
    )
    assert answer.status_code in (400, 404, 422)
    assert StoredFile.objects.count() == kept


def test_a_body_in_chunks_without_a_length_stores_nothing(cast):
    client = signed_in(cast.owner)
    answer = client.generic(
        "POST",
        UPLOAD,
        b"x" * 1000,
        content_type="multipart/form-data; boundary=b",
        headers={**BY_SCRIPT, "Transfer-Encoding": "chunked"},
        CONTENT_LENGTH="",
    )
    assert answer.status_code in (400, 404)
    assert StoredFile.objects.count() == 0


def test_what_is_above_every_limit_is_not_even_written_down(cast):
    answer = post(cast.owner, b"%PDF-1.4\n" + b"\0" * (33 << 20))
    assert (answer.status_code, answer.json()["message"][:12]) == (422, "文件超过 32 MB，没")
    assert StoredFile.objects.count() == 0


def test_a_name_from_the_wire_is_made_harmless(cast):
    for number, name in enumerate(("../../a.pdf", "\u202egnp.exe", "a\0b.pdf", "CON", "长" * 300)):
        data = {
            "target": ORGANIZATION,
            "slot": APPROVAL,
            "file": SimpleUploadedFile(name, pdf(1, drawn=f"{number} {{number}}")),
        }
        assert signed_in(cast.owner).post(UPLOAD, data, headers=BY_SCRIPT).status_code == 200
    for row in Attachment.objects.all():
        assert row.name.isprintable()
        assert "/" not in row.name
        assert len(row.name) <= 200


# ---------- removing ----------


def test_removing_by_script_and_without(cast, draft, tmp_path):
    first, second = attached(cast.owner, draft, tmp_path), attached(cast.owner, draft, tmp_path, photo())
    client = signed_in(cast.owner)
    assert client.post(url(first, "remove"), headers=BY_SCRIPT).json() == {"removed": True}
    assert client.post(url(second, "remove"), {"next": "/organizations/"})["Location"] == "/organizations/"
    assert Attachment.objects.of(draft).count() == 0
    assert client.post(url(first, "remove")).status_code == 404
    assert client.get(url(first, "remove")).status_code == 405


@pytest.mark.parametrize(("who", "expected"), [("stranger", 404), ("viewer", 403), ("reviewer", 403)])
def test_others_remove_nothing(cast, draft, tmp_path, who, expected):
    row = attached(cast.owner, draft, tmp_path)
    for headers in ({}, BY_SCRIPT):
        assert signed_in(getattr(cast, who)).post(url(row, "remove"), headers=headers).status_code == expected
    assert Attachment.objects.of(draft).count() == 1


def test_a_closed_record_keeps_what_it_has(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    CastOrganization.objects.update(state="submitted", submitted_at=factories.AT)
    assert signed_in(cast.owner).post(url(row, "remove"), headers=BY_SCRIPT).status_code == 422
    assert Attachment.objects.of(draft).count() == 1


def test_rows_of_a_restored_draft_are_one_s_own(cast, tmp_path):
    mine, theirs = upload(cast.owner, tmp_path), upload(cast.colleague, tmp_path, photo())
    address = reverse("attachment_tray_rows")
    query = {
        "target": ORGANIZATION,
        "slot": APPROVAL,
        "field": "approval",
        "token": [mine.token, theirs.token],
    }
    page = signed_in(cast.owner).get(address, query).content.decode()
    assert (mine.token in page, theirs.token in page) == (True, False)
    assert signed_in(cast.owner).get(address, {"target": "core.job"}).status_code == 404


def test_pictures_of_pages_are_whole(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path, pdf(2))
    answer = signed_in(cast.owner).get(url(row, "page", 2))
    assert Image.open(io.BytesIO(answer.getvalue())).size == (1131, 1600)
