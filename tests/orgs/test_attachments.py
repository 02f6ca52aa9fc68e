"""The approval document of an organisation: uploaded in the form, with and without script, seen where the record is judged."""

import pytest
from django.urls import reverse

from core.models import Attachment, AuditEvent, FormDraft, StoredFile
from core.services.attachments import remove_attachment
from orgs.models import CastOrganization
from orgs.services.records import RecordRef, confirm_record, delete_draft, submit_record
from tests import factories
from tests.support.attaching import attached, photo, sent, signed_in, upload
from tests.support.entry import new_enterprise_post, organization_post
from tests.support.files import pdf

pytestmark = pytest.mark.django_db
NEW = "/organizations/new/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


@pytest.fixture
def clerk(client, cast):
    client.force_login(cast.owner)
    return client


@pytest.fixture
def enterprise(tree):
    return factories.make_enterprise(tree.tianhe, name="示范精密工业有限公司")


@pytest.fixture
def draft(enterprise, cast):
    return factories.make_organization(enterprise, state="draft", actor=cast.owner)


def edit_post(draft, **values):
    return organization_post(version=draft.version, name=draft.name, chair=draft.chair, **values)


def edit_url(draft) -> str:
    return reverse("organization_edit", args=[draft.pk])


def names_at(record) -> list[str]:
    return list(Attachment.objects.of(record).values_list("name", flat=True))


# ---------- the entry form ----------


def test_what_was_uploaded_is_submitted_with_the_record(clerk, cast, enterprise, tmp_path):
    tokens = [
        upload(cast.owner, tmp_path).token,
        upload(cast.owner, tmp_path, photo(), name="合影.jpg").token,
    ]
    answer = clerk.post(NEW, organization_post(enterprise=enterprise.pk, approval=tokens))
    organization = CastOrganization.objects.get()
    assert (answer.status_code, organization.state) == (302, "submitted")
    assert names_at(organization) == ["批复.pdf", "合影.jpg"]
    assert [event.action for event in AuditEvent.objects.of(organization)] == [
        "organization.submit",
        "attachment.attach",
        "organization.create",
    ]


def test_a_new_enterprise_its_organisation_and_the_document_in_one_step(clerk, cast, tmp_path, tree):
    token = upload(cast.owner, tmp_path).token
    clerk.post(NEW, organization_post(**new_enterprise_post(), approval=[token]))
    assert names_at(CastOrganization.objects.get()) == ["批复.pdf"]


def test_a_form_that_comes_back_with_errors_keeps_what_was_uploaded(clerk, cast, enterprise, tmp_path):
    token = upload(cast.owner, tmp_path).token
    page = clerk.post(NEW, organization_post(enterprise=enterprise.pk, chair="", approval=[token]))
    words = page.content.decode()
    assert f'<input type="hidden" name="approval" value="{token}" data-tray-token>' in words
    assert CastOrganization.objects.count() == 0
    assert Attachment.objects.get().is_pending


def test_a_token_of_somebody_else_stops_the_form_with_words(clerk, cast, enterprise, tmp_path):
    token = upload(cast.colleague, tmp_path).token
    page = clerk.post(NEW, organization_post(enterprise=enterprise.pk, approval=[token])).content.decode()
    assert "有附件已过保存期，或不是您上传的" in page
    assert "有 1 个附件已过保存期，请重新上传" in page
    assert CastOrganization.objects.count() == 0


def test_without_script_files_come_with_the_form(clerk, enterprise):
    clerk.post(
        NEW,
        organization_post(
            enterprise=enterprise.pk, **{"approval-files": [sent(pdf()), sent(photo(), "照片.jpg")]}
        ),
    )
    assert names_at(CastOrganization.objects.get()) == ["批复.pdf", "照片.jpg"]


def test_without_script_a_refused_file_is_told_and_the_form_waits(clerk, enterprise):
    values = organization_post(
        enterprise=enterprise.pk, **{"approval-files": [sent(pdf()), sent(b"<svg/>", "图.svg")]}
    )
    page = clerk.post(NEW, values).content.decode()
    assert "图.svg：这是网页、SVG 或 XML 文件，不能上传。" in page
    assert 'value="陈示例"' in page
    row = Attachment.objects.get()
    assert row.token in page
    assert CastOrganization.objects.count() == 0


def test_without_script_its_buttons_change_the_tray_and_save_nothing(clerk, cast, enterprise, tmp_path):
    values = organization_post(enterprise=enterprise.pk)
    del values["intent"]
    page = clerk.post(NEW, values | {"approval-files": [sent(pdf())], "approval-add": "1"}).content.decode()
    row = Attachment.objects.get()
    assert row.token in page
    page = clerk.post(NEW, values | {"approval": [row.token], "approval-drop": row.token}).content.decode()
    assert row.token not in page
    assert 'value="陈示例"' in page
    assert (Attachment.objects.count(), CastOrganization.objects.count()) == (0, 0)


def test_live_checks_upload_nothing(clerk, enterprise):
    clerk.post(
        NEW,
        organization_post(enterprise=enterprise.pk, intent="check", **{"approval-files": [sent(pdf())]}),
    )
    assert StoredFile.objects.count() == 0


def test_a_draft_with_gaps_remembers_what_was_uploaded(clerk, cast, tmp_path, plan):
    token = upload(cast.owner, tmp_path).token
    clerk.post(NEW, organization_post(chair="", intent="draft", approval=[token]))
    assert FormDraft.objects.get().payload["approval"] == [token]
    assert token in clerk.get(NEW).content.decode()


def test_an_edited_draft_takes_and_gives_documents_on_saving(clerk, cast, draft, tmp_path):
    old = attached(cast.owner, draft, tmp_path, name="旧批复.pdf")
    assert "旧批复.pdf" in clerk.get(edit_url(draft)).content.decode()
    token = upload(cast.owner, tmp_path, photo(), name="新批复.jpg").token
    values = edit_post(draft, intent="draft", approval=[token], **{"approval-remove": [old.token]})
    assert clerk.post(edit_url(draft), values).status_code == 302
    assert names_at(draft) == ["新批复.jpg"]


def test_a_full_slot_takes_the_place_of_what_goes_in_the_same_form(clerk, cast, draft, tmp_path):
    rows = [
        attached(cast.owner, draft, tmp_path, photo(number), name=f"{number}.jpg") for number in range(10)
    ]

    def values(**more):
        return edit_post(draft, intent="draft", **{"approval-files": [sent(photo(0), "又一次.jpg")]}, **more)

    assert "最多 10 个文件" in clerk.post(edit_url(draft), values()).content.decode()
    going = {"approval-remove": [rows[0].token]}
    assert clerk.post(edit_url(draft), values(**going)).status_code == 302
    assert names_at(draft) == [f"{number}.jpg" for number in range(1, 10)] + ["又一次.jpg"]


def test_a_stale_form_changes_no_documents_and_keeps_what_was_uploaded(clerk, cast, draft, tmp_path):
    old = attached(cast.owner, draft, tmp_path)
    token = upload(cast.owner, tmp_path, photo()).token
    values = edit_post(draft, approval=[token], **{"approval-remove": [old.token]}) | {"version": 99}
    page = clerk.post(edit_url(draft), values).content.decode()
    assert (token in page, names_at(draft)) == (True, ["批复.pdf"])


def test_who_may_not_edit_brings_nothing_in(client, cast, draft):
    client.force_login(cast.viewer)
    answer = client.post(edit_url(draft), edit_post(draft, **{"approval-files": [sent(pdf())]}))
    assert (answer.status_code, StoredFile.objects.count()) == (403, 0)


# ---------- where the record is seen ----------


def test_its_page_lists_it_and_offers_what_one_may_do(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    remove = reverse("attachment_remove", args=[row.token])
    address = reverse("organization_detail", args=[draft.pk])
    for person, may in ((cast.owner, True), (cast.viewer, False), (cast.reviewer, False)):
        page = signed_in(person).get(address).content.decode()
        assert ("批复.pdf" in page, remove in page, 'name="file"' in page) == (True, may, may)


def test_a_confirmed_record_offers_no_change(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    CastOrganization.objects.update(state="confirmed", confirmed_at=factories.AT)
    page = signed_in(cast.owner).get(reverse("organization_detail", args=[draft.pk])).content.decode()
    assert (row.token in page, reverse("attachment_remove", args=[row.token]) in page) == (True, False)


def test_its_history_says_who_added_and_removed_what(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    remove_attachment(actor=cast.owner, token=row.token)
    page = signed_in(cast.owner).get(reverse("organization_detail", args=[draft.pk])).content.decode()
    for words in ("添加附件", "批复文件：— → 批复.pdf", "删去附件", "批复文件：批复.pdf → —"):
        assert words in page


def test_the_reviewer_reads_it_beside_the_record(cast, draft, tmp_path):
    row = attached(cast.owner, draft, tmp_path)
    submit_record(actor=cast.owner, ref=RecordRef("organization", draft.pk))
    page = (
        signed_in(cast.reviewer)
        .get(reverse("review_record", args=["organization", draft.pk]))
        .content.decode()
    )
    assert reverse("attachment_view", args=[row.token]) in page


def test_who_brought_the_document_does_not_confirm_the_record(cast, draft, tmp_path):
    attached(cast.reviewer_and_clerk, draft, tmp_path)
    submitted = submit_record(actor=cast.owner, ref=RecordRef("organization", draft.pk))
    page = signed_in(cast.reviewer_and_clerk).post(
        reverse("review_confirm", args=["organization", draft.pk]), {"version": submitted.version}
    )
    draft.refresh_from_db()
    assert (page.status_code, draft.state) == (403, "submitted")
    confirm_record(actor=cast.reviewer, ref=RecordRef("organization", draft.pk))


def test_a_deleted_draft_takes_its_documents_along(cast, draft, tmp_path, django_capture_on_commit_callbacks):
    attached(cast.owner, draft, tmp_path)
    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(actor=cast.owner, ref=RecordRef("organization", draft.pk))
    kept = StoredFile.objects.get()
    assert (kept.removed_at is not None, Attachment.objects.get().removed_by) == (True, cast.owner)
    assert [path for path in (tmp_path / "kept").iterdir() if path.is_file()] == []


@pytest.mark.parametrize("number", [0, 3])
def test_documents_cost_one_query(cast, draft, tmp_path, number, django_assert_num_queries):
    for n in range(number):
        attached(cast.owner, draft, tmp_path, photo(n))
    with django_assert_num_queries(1):
        rows = list(Attachment.objects.of(draft).in_slot("approval").select_related("uploaded_by"))
        assert [row.uploaded_by.name for row in rows] == [cast.owner.name] * number
