"""Attachments from upload to removal: whose they are, how many there may be, what becomes of their files."""

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core import clock, jobs
from core.attachments import Slot, register_attachments
from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import Attachment, AuditEvent, Job, StoredFile
from core.services import attachment_previews, attachments
from core.services.attachment_previews import draw_attachment, page_path, pages_of
from core.services.attachment_sweep import sweep_attachments
from core.services.attachments import (
    SlotChange,
    add_attachment,
    attach,
    attachment_name,
    change_attachments,
    remove_attachment,
    remove_attachments_of,
)
from core.services.files import delete_expired_files, files_dir, path_of
from core.tasks import delete_expired_files_task
from orgs.attachments import APPROVAL, require_change
from orgs.models import CastOrganization
from tests import factories
from tests.support import files
from tests.support.attaching import attached, photo, upload
from tests.support.files import jpeg, pdf, written
from tests.support.properties import deterministic

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"
    return settings.PORTAL_FILES_DIR


@pytest.fixture
def draft(tree, cast):
    """An organisation Tianhe's clerk is entering."""
    return factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )


@pytest.fixture
def slot(monkeypatch):
    """The slot of approval documents with another number."""
    from core import attachments as registry  # noqa: PLC0415 - its table is put back afterwards

    def make(**values):
        monkeypatch.setattr(registry, "_OWNERS", dict(registry._OWNERS))
        register_attachments(
            CastOrganization,
            readable=CastOrganization.objects.visible_to,
            writable=require_change,
            slots=[Slot(APPROVAL, "批复文件", **values), Slot("other", "其他")],
        )

    return make


def on_disk() -> list[str]:
    return sorted(path.name for path in files_dir().iterdir() if path.is_file())


def actions(target) -> list[str]:
    return [event.action for event in AuditEvent.objects.of(target)]


# ---------- uploading ----------


def test_an_upload_is_pending_and_its_uploader_s_for_a_week(cast, tmp_path):
    row = upload(cast.owner, tmp_path, pdf(2))
    assert (row.is_pending, row.kind, row.name, row.pages) == (True, "pdf", "批复.pdf", 2)
    assert row.file.expires_at == row.uploaded_at + WEEK
    assert row.source_sha256 == hashlib.sha256(pdf(2)).hexdigest() == row.file.sha256
    assert path_of(row.file).read_bytes() == pdf(2)
    assert row.token not in (row.file.token, "")
    assert list(Attachment.objects.visible_to(cast.owner)) == [row]
    assert list(Attachment.objects.visible_to(cast.colleague)) == []
    assert actions(row) == ["attachment.upload"]


def test_of_a_photograph_only_the_bare_picture_is_kept(cast, tmp_path):
    photo_with_place = jpeg((3000, 2000), gps=True)
    row = upload(cast.owner, tmp_path, photo_with_place, name="IMG_0001.JPG")
    kept = path_of(row.file).read_bytes()
    assert (row.name, row.kind, row.preview_state, row.preview_pages) == (
        "IMG_0001.JPG",
        "picture",
        "ready",
        1,
    )
    assert b"Exif" not in kept
    assert row.source_sha256 == hashlib.sha256(photo_with_place).hexdigest() != row.file.sha256
    assert on_disk() == [row.file.token]


@pytest.mark.parametrize(
    ("given", "ending", "name"),
    [
        ("批复.pdf", "pdf", "批复.pdf"),
        ("批复", "pdf", "批复.pdf"),
        ("批复.JPG", "pdf", "批复.pdf"),
        ("IMG.JPEG", "jpg", "IMG.JPEG"),
        ("IMG.png", "jpg", "IMG.jpg"),
        ("穗天科协.2014.31", "pdf", "穗天科协.2014.31.pdf"),
        ("批复.pdf.exe", "pdf", "批复.pdf"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\照片\\合影.jpg", "jpg", "合影.jpg"),
        ("a\u202efdp.exe", "pdf", "afdp.pdf"),
        ("a\0b\n.pdf", "pdf", "ab.pdf"),
        ("CON", "pdf", "文件-CON.pdf"),
        ("con.jpg", "jpg", "文件-con.jpg"),
        ("com1.2014.pdf", "pdf", "文件-com1.2014.pdf"),
        ("关于<成立>的?批复.pdf", "pdf", "关于_成立_的_批复.pdf"),
        (".pdf", "pdf", "pdf.pdf"),
        ("", "png", "文件.png"),
        ("长" * 300 + ".pdf", "pdf", "长" * 196 + ".pdf"),
    ],
)
def test_names_are_made_harmless_and_keep_what_people_call_them(given, ending, name):
    assert attachment_name(given, ending) == name


@deterministic
@given(name=st.text(max_size=400), ending=st.sampled_from(["pdf", "jpg", "png", "docx", "xlsx"]))
def test_any_name_becomes_one_that_every_machine_can_save(name, ending):
    made = attachment_name(name, ending)
    assert made.isprintable()
    assert len(made) <= 200
    assert re.fullmatch(r'[^/\\:*?"<>|]+', made)
    assert Path(made).suffix[1:].lower() in {ending, "jpeg", "jpe"}
    assert Path(made).name == made
    assert Path(made).stem.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
    assert attachment_name(made, ending) == made


def test_hostile_names_are_stored_under_own_names(cast, tmp_path):
    for number, name in enumerate(["../../x.pdf", "a" * 300, "\u202egnp.pdf", "NUL", "CON.pdf"]):
        upload(cast.owner, tmp_path, pdf(1, drawn=f"{number} {{number}}"), name=name)
    assert on_disk() == sorted(StoredFile.objects.values_list("token", flat=True))
    assert [row.name for row in Attachment.objects.all()] == [
        "x.pdf",
        "a" * 196 + ".pdf",
        "gnp.pdf",
        "文件-NUL.pdf",
        "文件-CON.pdf",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"<svg onload='alert(1)'/>", "网页、SVG 或 XML"),
        (b"GIF89a" + b"PK\x03\x04" * 9, "不收 GIF 图片"),
        (b"<html>" + pdf(), "夹带了别的内容"),
        (files.png_claiming(50_000, 50_000), "图片太大（50,000 × 50,000 像素）"),
        (files.locked_pdf(), "加了打开密码"),
        (jpeg((600, 400))[:-900], "文件已损坏"),
        (b"%PDF-1.4\n" + b"\0" * (20 << 20), "超过 20 MB"),
    ],
    ids=["empty", "svg", "gif/jar", "html/pdf", "flood", "locked", "damaged", "oversize"],
)
def test_what_is_not_taken_leaves_nothing(cast, tmp_path, content, words):
    with pytest.raises(DomainError, match=words):
        upload(cast.owner, tmp_path, content)
    told = AuditEvent.objects.filter(action__startswith="attachment.").count()
    assert (Attachment.objects.count(), StoredFile.objects.count(), told) == (0, 0, 0)
    assert not files_dir().exists() or list(files_dir().iterdir()) == []


def test_a_slot_says_what_it_takes(cast, tmp_path, slot):
    slot(kinds=("picture",))
    with pytest.raises(DomainError, match="这里不收PDF。可以上传：图片。"):
        upload(cast.owner, tmp_path)


def test_who_enters_nothing_uploads_nothing(cast, tmp_path):
    for person in (cast.viewer, cast.expert, cast.auditor):
        with pytest.raises(NotAllowed):
            upload(person, tmp_path)
    assert StoredFile.objects.count() == 0


def test_models_and_slots_nobody_registered_take_nothing(cast, tmp_path):
    path = written(tmp_path / "a", pdf())
    for target_type, name in (("core.job", APPROVAL), ("orgs.castorganization", "unheard")):
        with pytest.raises(KeyError):
            attachments.upload_attachment(
                actor=cast.owner, name="a.pdf", path=path, target_type=target_type, slot=name
            )


def test_the_same_file_twice_in_a_form_is_told_at_once(cast, tmp_path):
    first = upload(cast.owner, tmp_path)
    with pytest.raises(DomainError, match="完全相同"):
        upload(cast.owner, tmp_path, name="另一个名字.pdf", beside=[first.token])
    assert upload(cast.owner, tmp_path, photo(1), beside=[first.token]).pk


def test_a_form_holds_no_more_than_its_slot(cast, tmp_path, slot):
    slot(most=2)
    tokens = [upload(cast.owner, tmp_path, photo(number)).token for number in range(2)]
    with pytest.raises(DomainError, match="最多 2 个文件"):
        upload(cast.owner, tmp_path, photo(3), beside=tokens)


def test_nobody_fills_the_disk_with_forms_that_are_never_saved(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_PENDING", 2)
    for number in range(2):
        upload(cast.owner, tmp_path, photo(number))
    with pytest.raises(DomainError, match="没有用上的附件"):
        upload(cast.owner, tmp_path, photo(3))
    assert len(on_disk()) == 2
    assert upload(cast.colleague, tmp_path).pk


# ---------- attaching ----------


def test_attaching_gives_the_file_to_the_record_for_good(cast, tmp_path, draft):
    row = attached(cast.owner, draft, tmp_path)
    row.refresh_from_db()
    assert (row.target_type, row.target_id) == ("orgs.castorganization", draft.pk)
    assert row.attached_at is not None
    assert row.file.expires_at is None
    assert list(Attachment.objects.of(draft).in_slot(APPROVAL)) == [row]
    event = AuditEvent.objects.of(draft)[0]
    assert (event.action, event.after, event.actor_unit) == (
        "attachment.attach",
        {"批复文件": "批复.pdf"},
        "天河区科协",
    )
    assert list(Attachment.objects.visible_to(cast.reviewer)) == [row]
    assert list(Attachment.objects.visible_to(cast.stranger)) == []


def test_tokens_of_others_are_refused_and_nothing_is_attached(cast, tmp_path, draft):
    mine, theirs = upload(cast.owner, tmp_path), upload(cast.colleague, tmp_path, photo())
    with pytest.raises(DomainError, match="不是您上传的"):
        attach(actor=cast.owner, tokens=[mine.token, theirs.token], target=draft, slot=APPROVAL)
    for tokens in ([theirs.token], ["no such token"], [""]):
        with pytest.raises(DomainError, match="重新上传"):
            attach(actor=cast.owner, tokens=tokens, target=draft, slot=APPROVAL)
    assert Attachment.objects.of(draft).count() == 0


def test_a_token_for_another_slot_or_record_is_refused(cast, tmp_path, draft, tree, slot):
    slot()
    row = upload(cast.owner, tmp_path)
    with pytest.raises(DomainError, match="重新上传"):
        attach(actor=cast.owner, tokens=[row.token], target=draft, slot="other")
    attach(actor=cast.owner, tokens=[row.token], target=draft, slot=APPROVAL)
    other = factories.make_organization(factories.make_enterprise(tree.tianhe), state="draft")
    with pytest.raises(DomainError, match="重新上传"):
        attach(actor=cast.owner, tokens=[row.token], target=other, slot=APPROVAL)


def test_a_form_sent_twice_attaches_once(cast, tmp_path, draft):
    row = upload(cast.owner, tmp_path)
    done = [
        attach(actor=cast.owner, tokens=[row.token, row.token], target=draft, slot=APPROVAL) for _ in range(2)
    ]
    assert done == [[row], []]
    assert actions(draft) == ["attachment.attach"]


@pytest.mark.parametrize("swept", [False, True])
def test_what_has_expired_is_not_attached(cast, tmp_path, draft, swept):
    row = upload(cast.owner, tmp_path)
    past = clock.machine_now() - 8 * DAY
    StoredFile.objects.update(created_at=past, expires_at=past + WEEK)
    if swept:
        delete_expired_files()
    with pytest.raises(DomainError, match="已过保存期"):
        attach(actor=cast.owner, tokens=[row.token], target=draft, slot=APPROVAL)


def test_the_slot_s_number_holds(cast, tmp_path, draft, slot):
    slot(most=2)
    tokens = [upload(cast.owner, tmp_path, photo(number)).token for number in range(3)]
    with pytest.raises(DomainError, match="最多 2 个文件"):
        attach(actor=cast.owner, tokens=tokens, target=draft, slot=APPROVAL)
    assert Attachment.objects.of(draft).count() == 0
    attach(actor=cast.owner, tokens=tokens[:2], target=draft, slot=APPROVAL)
    with pytest.raises(DomainError, match="最多 2 个文件"):
        attach(actor=cast.owner, tokens=tokens[2:], target=draft, slot=APPROVAL)


def test_the_same_file_twice_in_a_slot_is_refused(cast, tmp_path, draft):
    attached(cast.owner, draft, tmp_path)
    with pytest.raises(DomainError, match="完全相同"):
        attached(cast.owner, draft, tmp_path, name="又一次.pdf")
    with pytest.raises(DomainError, match="完全相同"):
        add_attachment(
            actor=cast.owner, name="a.pdf", path=written(tmp_path / "b", pdf()), target=draft, slot=APPROVAL
        )
    assert Attachment.objects.of(draft).count() == 1


def test_the_database_refuses_it_too(cast, tmp_path, draft):
    row = attached(cast.owner, draft, tmp_path)
    twin = Attachment.objects.filter(pk=upload(cast.owner, tmp_path, photo()).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.update(target_id=draft.pk, attached_at=row.attached_at, source_sha256=row.source_sha256)


@pytest.mark.parametrize("state", ["submitted", "confirmed", "voided"])
def test_a_record_that_is_closed_takes_nothing_and_gives_nothing_away(cast, tmp_path, tree, draft, state):
    row = attached(cast.owner, draft, tmp_path)
    CastOrganization.objects.filter(pk=draft.pk).update(
        state=state, submitted_at=factories.AT, confirmed_at=factories.AT, return_reason="误"
    )
    waiting = upload(cast.owner, tmp_path, photo())
    with pytest.raises(ClosedByState):
        attach(actor=cast.owner, tokens=[waiting.token], target=draft, slot=APPROVAL)
    with pytest.raises(ClosedByState):
        remove_attachment(actor=cast.owner, token=row.token)


def test_who_may_not_edit_the_record_changes_nothing(cast, tmp_path, draft):
    row = attached(cast.owner, draft, tmp_path)
    for person in (cast.viewer, cast.neighbour, cast.reviewer, cast.stranger):
        with pytest.raises(NotAllowed):
            remove_attachment(actor=person, token=row.token)
    theirs = upload(cast.neighbour, tmp_path, photo())
    with pytest.raises(NotAllowed):
        attach(actor=cast.neighbour, tokens=[theirs.token], target=draft, slot=APPROVAL)


def test_who_attached_or_removed_had_a_hand_in_the_version(cast, tmp_path, draft):
    row = attached(cast.colleague, draft, tmp_path)
    assert set(draft.contributors.all()) == {cast.owner, cast.colleague}
    draft.contributors.clear()
    remove_attachment(actor=cast.colleague, token=row.token)
    assert list(draft.contributors.all()) == [cast.colleague]


def test_what_fails_after_attaching_in_the_same_transaction_leaves_it_pending(cast, tmp_path, draft):
    row = upload(cast.owner, tmp_path)

    def save():
        with transaction.atomic():
            attach(actor=cast.owner, tokens=[row.token], target=draft, slot=APPROVAL)
            raise DomainError("不行")

    with pytest.raises(DomainError, match="不行"):
        save()
    row.refresh_from_db()
    assert row.is_pending
    assert row.file.expires_at is not None


# ---------- removing ----------


def test_a_removed_one_keeps_its_row_and_not_its_file(
    cast, tmp_path, draft, django_capture_on_commit_callbacks
):
    row = attached(cast.owner, draft, tmp_path)
    assert pages_of(row.token).is_dir()
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(actor=cast.owner, token=row.token)
    row.refresh_from_db()
    assert (row.removed_by, row.removed_at is not None, row.file.removed_at is not None) == (
        cast.owner,
        True,
        True,
    )
    assert on_disk() == []
    assert not pages_of(row.token).exists()
    assert list(Attachment.objects.of(draft)) == list(Attachment.objects.visible_to(cast.owner)) == []
    event = AuditEvent.objects.of(draft)[0]
    assert (event.action, event.before) == ("attachment.remove", {"批复文件": "批复.pdf"})
    with pytest.raises(Attachment.DoesNotExist):
        remove_attachment(actor=cast.owner, token=row.token)


def test_its_row_outlives_that_of_its_file(cast, tmp_path, draft):
    row = attached(cast.owner, draft, tmp_path)
    remove_attachment(actor=cast.owner, token=row.token)
    StoredFile.objects.update(removed_at=clock.machine_now() - 400 * DAY)
    delete_expired_files()
    row.refresh_from_db()
    assert (row.file, row.name, row.target_id) == (None, "批复.pdf", draft.pk)


def test_the_place_of_a_removed_one_is_free_again_also_for_the_same_file(cast, tmp_path, draft, slot):
    slot(most=1)
    row = attached(cast.owner, draft, tmp_path)
    change_attachments(
        actor=cast.owner,
        target=draft,
        change=SlotChange(APPROVAL, tokens=(upload(cast.owner, tmp_path).token,), removals=(row.token,)),
    )
    assert Attachment.objects.of(draft).count() == 1
    assert Attachment.objects.of(draft).get() != row


def test_a_pending_one_is_given_up_by_its_uploader_alone(cast, tmp_path, django_capture_on_commit_callbacks):
    row = upload(cast.owner, tmp_path)
    with pytest.raises(NotAllowed):
        remove_attachment(actor=cast.colleague, token=row.token)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(actor=cast.owner, token=row.token)
    assert Attachment.objects.count() == 0
    assert on_disk() == []


def test_a_change_of_a_slot_does_not_reach_other_records(cast, tmp_path, draft, tree):
    other = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )
    row = attached(cast.owner, other, tmp_path)
    change_attachments(actor=cast.owner, target=draft, change=SlotChange(APPROVAL, removals=(row.token,)))
    assert list(Attachment.objects.of(other)) == [row]


def test_the_attachments_of_a_deleted_record_go_with_it(cast, tmp_path, draft):
    attached(cast.owner, draft, tmp_path)
    assert remove_attachments_of(actor=cast.owner, target=draft) == 1
    assert Attachment.objects.of(draft).count() == 0
    assert actions(draft)[0] == "attachment.remove"


# ---------- the sweep ----------


def test_pending_ones_go_after_a_week_with_their_files(
    cast, tmp_path, draft, django_capture_on_commit_callbacks
):
    old, kept = upload(cast.owner, tmp_path), attached(cast.owner, draft, tmp_path, photo())
    young = upload(cast.owner, tmp_path, photo(2))
    past = clock.machine_now() - WEEK
    Attachment.objects.filter(pk__in=[old.pk, kept.pk]).update(uploaded_at=past)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_attachments() == 1
    assert list(Attachment.objects.all()) == [kept, young]
    assert on_disk() == sorted([kept.file.token, young.file.token])
    assert not pages_of(old.token).exists()
    assert AuditEvent.objects.filter(action="attachment.expire", actor=None).count() == 1
    assert sweep_attachments() == 0


def test_what_hung_on_a_record_that_is_gone_goes(cast, tmp_path, draft, django_capture_on_commit_callbacks):
    row = attached(cast.owner, draft, tmp_path)
    draft.contributors.clear()
    CastOrganization.objects.filter(pk=draft.pk).delete()
    with django_capture_on_commit_callbacks(execute=True):
        delete_expired_files_task()
    row.refresh_from_db()
    assert (row.removed_at is not None, row.removed_by, on_disk()) == (True, None, [])


def test_pages_nobody_owns_go_after_a_day(cast, tmp_path, draft):
    import os  # noqa: PLC0415 - the test alone sets times of folders

    row = attached(cast.owner, draft, tmp_path)
    fresh, orphan = (attachment_previews.previews_dir() / name for name in ("fresh", "orphan"))
    for folder in (fresh, orphan):
        folder.mkdir()
    old = (clock.machine_now() - 2 * DAY).timestamp()
    for folder in (orphan, pages_of(row.token)):
        os.utime(folder, (old, old))
    sweep_attachments()
    assert sorted(path.name for path in attachment_previews.previews_dir().iterdir()) == sorted(
        ["fresh", row.token]
    )


# ---------- pages ----------


class Run:
    """A job as its function sees it."""

    id, requested_by_id = 1, None

    def __init__(self, **args):
        self.args, self.told = args, []

    def progress(self, done, total, message):
        self.told.append((done, total))


def test_a_short_pdf_is_drawn_at_once(cast, tmp_path):
    row = upload(cast.owner, tmp_path, pdf(3))
    assert (row.preview_state, row.preview_pages, row.is_cut) == ("ready", 3, False)
    assert [page_path(row, number) is not None for number in range(5)] == [False, True, True, True, False]
    assert Job.objects.count() == 0


def test_a_long_pdf_is_drawn_by_a_job_up_to_fifty_pages(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(attachment_previews, "MOST_PAGES", 6)
    row = upload(cast.owner, tmp_path, pdf(7))
    job = Job.objects.get()
    assert (row.preview_state, row.preview_pages, job.kind, job.args) == (
        "waiting",
        0,
        "core.draw_pages",
        {"attachment": row.pk},
    )
    run = Run(**job.args)
    assert jobs.kind_of(job.kind).function(run).message == "已生成 6 页预览。"
    row.refresh_from_db()
    assert (row.preview_state, row.preview_pages, row.is_cut, run.told[-1]) == ("ready", 6, True, (6, 6))
    assert page_path(row, 6).is_file()
    assert draw_attachment(run).message == "附件已删去或已有预览。"


def test_a_pdf_that_cannot_be_drawn_is_still_kept(cast, tmp_path, monkeypatch):
    row = upload(cast.owner, tmp_path, pdf(5))
    monkeypatch.setattr(attachment_previews, "draw_pages", lambda *args, **more: iter(()))
    draw_attachment(Run(attachment=row.pk))
    row.refresh_from_db()
    assert (row.preview_state, row.preview_pages, path_of(row.file).is_file()) == ("failed", 0, True)


def test_a_job_that_was_given_up_leaves_no_page_waiting_for_ever(cast, tmp_path, draft):
    row = attached(cast.owner, draft, tmp_path, pdf(5))
    Attachment.objects.update(uploaded_at=clock.machine_now() - 2 * DAY)
    sweep_attachments()
    row.refresh_from_db()
    assert row.preview_state == "failed"


def test_pages_of_what_was_removed_meanwhile_are_not_kept(cast, tmp_path, draft, monkeypatch):
    row = attached(cast.owner, draft, tmp_path, pdf(5))
    real = attachment_previews.draw_pages

    def remove_while_drawing(source: Path, *args, **more):
        yield from real(source, *args, **more)
        remove_attachment(actor=cast.owner, token=row.token)

    monkeypatch.setattr(attachment_previews, "draw_pages", remove_while_drawing)
    draw_attachment(Run(attachment=row.pk))
    assert not pages_of(row.token).exists()


# ---------- many ----------


def test_the_ten_thousand_and_first_is_stored_and_listed_by_the_index(
    cast, tmp_path, draft, django_assert_num_queries
):
    now = clock.machine_now()
    stored = StoredFile.objects.bulk_create(
        StoredFile(
            name="a",
            content_type="a",
            size=1,
            sha256="0" * 64,
            owner=cast.owner,
            purpose="attachment",
            created_at=now,
        )
        for _ in range(10_000)
    )
    Attachment.objects.bulk_create(
        Attachment(
            target_type="orgs.castorganization",
            target_id=1_000_000 + number // 10,
            slot=APPROVAL,
            file=one,
            name="a",
            size=1,
            source_sha256=f"{number:064x}",
            kind="word",
            preview_state="none",
            uploaded_at=now,
            uploaded_by=cast.owner,
            attached_at=now,
        )
        for number, one in enumerate(stored)
    )
    row = attached(cast.owner, draft, tmp_path, photo())
    rows = Attachment.objects.of(draft).in_slot(APPROVAL)
    with django_assert_num_queries(1):
        assert list(rows) == [row]
    plan = rows.explain()
    assert "attachment_by_target" in plan or "attachment_once_per_slot" in plan
