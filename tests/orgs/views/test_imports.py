"""The pages of an import, from the upload to the report, and who may see them."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import Job, StoredFile
from orgs.models import Enterprise, ImportBatch
from orgs.services.imports.staging import stage_import
from orgs.services.imports.writing import write_import
from tests.support.bulk import code
from tests.support.sheets import SilentJob, finish_import

HEAD = ["企业名称", "组织机构代码", "所在区划", "企业类型"]
NAME = "广州示范甲辰精密机械有限公司"


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def upload(client, *rows, name="名单.xlsx", content=None, **more):
    if content is None:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        target = io.BytesIO()
        book.save(target)
        content = target.getvalue()
    sent = {"kind": "enterprise", "submits": "1", "file": SimpleUploadedFile(name, content), **more}
    return client.post(reverse("import_new"), sent)


@pytest.fixture
def ready(cast):
    """An import of three rows, read and waiting for its clerk."""
    upload(
        client_of(cast.owner),
        HEAD,
        [NAME, code(1), "天河区", "民营"],
        ["广州示范乙巳电子有限公司", code(2), "火星", "民营"],
        ["广州示范丙午材料有限公司", code(3), "天河区", "民营"],
    )
    batch = ImportBatch.objects.get()
    stage_import(batch_id=batch.pk, job=SilentJob())
    return ImportBatch.objects.get(pk=batch.pk)


def test_an_upload_starts_a_job_and_leads_to_its_page(cast):
    answer = upload(client_of(cast.owner), HEAD, [NAME, code(1), "天河区", "民营"])
    batch = ImportBatch.objects.get()
    assert answer["Location"] == reverse("import_detail", args=[batch.pk])
    assert (batch.state, Job.objects.get(kind="import.stage").args) == ("reading", {"batch": batch.pk})


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "文件是空的"),
        (b"MZ\x90" + b"\0" * 50, "a.xlsx", "这是程序，不是表格"),
        (b"PK\x03\x04broken", "a.xlsx", "文件已损坏"),
        (b"hello", "a.pdf", "不能读取“.pdf”文件"),
    ],
)
def test_a_wrong_file_is_refused_with_words_and_nothing_is_kept(cast, content, name, words):
    answer = upload(client_of(cast.owner), content=content, name=name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (StoredFile.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_no_file_at_all_is_asked_for(cast):
    answer = client_of(cast.owner).post(reverse("import_new"), {"kind": "enterprise"})
    assert answer.status_code == 422
    assert "请选择要导入的文件" in answer.content.decode()


def test_a_full_disk_is_told_and_leaves_nothing(cast, settings, tmp_path, monkeypatch):
    import errno  # noqa: PLC0415 - this test alone needs it

    from core.services import files  # noqa: PLC0415 - as above

    def full(half, pieces):
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write", full)
    answer = upload(client_of(cast.owner), HEAD, [NAME, code(1), "天河区", "民营"])
    assert answer.status_code == 422
    assert "服务器磁盘空间不足" in answer.content.decode()
    assert StoredFile.objects.count() == 0
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_same_file_again_is_asked_about_and_need_not_be_sent_twice(cast, ready):
    rows = [HEAD, [NAME, code(9), "天河区", "民营"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    client = client_of(cast.owner)
    upload(client, content=target.getvalue())
    asked = upload(client, content=target.getvalue())
    assert asked.status_code == 422
    assert "这个文件导入过" in asked.content.decode()
    token = asked.context["asked"].file.token
    answer = client.post(
        reverse("import_new"), {"kind": "enterprise", "submits": "1", "file_token": token, "anyway": "1"}
    )
    assert answer.status_code == 302
    assert ImportBatch.objects.count() == 3


def test_the_preview_shows_what_needs_a_look_first(cast, ready):
    page = client_of(cast.owner).get(reverse("import_detail", args=[ready.pk]))
    assert page.context["shown"] == "refused"
    assert "没有找到区划“火星”" in page.content.decode()
    assert "确认写入 2 行" in page.content.decode()


def test_a_choice_for_one_row_answers_with_the_new_sum(cast, ready):
    answer = client_of(cast.owner).post(
        reverse("import_choice", args=[ready.pk]), {"row": "2", "choice": "skip"}, HTTP_HX_REQUEST="true"
    )
    assert "确认写入 1 行" in answer.content.decode()


def test_confirming_writes_once_and_the_report_leads_to_the_records(cast, ready):
    client = client_of(cast.owner)
    for _ in range(2):
        client.post(reverse("import_confirm", args=[ready.pk]))
    assert Job.objects.filter(kind="import.write").count() == 1
    write_import(batch_id=ready.pk, job=SilentJob())
    page = client.get(reverse("import_detail", args=[ready.pk])).content.decode()
    assert "2 条，已提交上级确认" in page
    listed = client.get(f"{reverse('enterprise_list')}?import={ready.pk}")
    assert [row["name"] for row in listed.context["rows"]] == ["广州示范丙午材料有限公司", NAME]
    assert Enterprise.objects.count() == 2


def test_bad_rows_are_downloaded_at_once(cast, ready):
    answer = client_of(cast.owner).post(reverse("import_returned", args=[ready.pk]), follow=True)
    content = b"".join(answer.streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]][1:] == ["广州示范乙巳电子有限公司", code(2), "火星", "民营"]


@pytest.mark.parametrize(("format", "told"), [("xlsx", False), ("xls", True), ("csv", False)])
@pytest.mark.parametrize("state", ["ready", "done"])
def test_the_page_says_what_becomes_of_an_old_workbook(cast, ready, format, told, state):  # noqa: A002 - what it is
    if state == "done":
        finish_import(cast.owner, ready)
    ImportBatch.objects.filter(pk=ready.pk).update(file_format=format)
    address = reverse("import_detail", args=[ready.pk]) + "?show=refused"
    page = client_of(cast.owner).get(address).content.decode()
    assert "改好后重新上传，只会导入改好的行" in page
    assert ("问题行存为 .xlsx 文件" in page) == told


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("owner", 200),
        ("colleague", 200),
        ("upper_clerk", 200),
        ("viewer", 404),
        ("reviewer", 404),
        ("neighbour", 404),
        ("stranger", 404),
        ("hq_leader", 404),
        ("expert", 404),
        ("auditor", 404),
        ("sysadmin", 404),
    ],
)
def test_an_import_is_seen_by_clerks_of_its_office_and_above(cast, ready, part, status):
    client = client_of(getattr(cast, part))
    assert client.get(reverse("import_detail", args=[ready.pk])).status_code == status
    if status == 404:
        for name in ("confirm", "cancel", "undo", "choice", "columns", "sheet", "kind", "resume", "returned"):
            assert client.post(reverse(f"import_{name}", args=[ready.pk])).status_code == 404
    assert ImportBatch.objects.get().state == "ready"


@pytest.mark.parametrize(
    ("part", "status"), [("owner", 200), ("viewer", 403), ("reviewer", 403), ("expert", 403)]
)
def test_the_upload_is_a_clerks(cast, part, status):
    assert client_of(getattr(cast, part)).get(reverse("import_new")).status_code == status


def test_the_preview_takes_the_same_queries_for_few_and_many_rows(cast, django_assert_max_num_queries):
    client = client_of(cast.owner)
    for number in (3, 60):
        rows = [[f"广州示范第{n}号机械有限公司", None, "天河区", "民营"] for n in range(number)]
        upload(client, HEAD, *rows)
        batch = ImportBatch.objects.latest("pk")
        stage_import(batch_id=batch.pk, job=SilentJob())
        with django_assert_max_num_queries(12):
            client.get(reverse("import_detail", args=[batch.pk]))


def test_the_columns_page_keeps_what_was_chosen_when_refused(cast, ready):
    client = client_of(cast.owner)
    sent = {"column-0": "name", "column-1": "name", "column-2": "division", "column-3": "types"}
    answer = client.post(reverse("import_columns", args=[ready.pk]), sent)
    assert answer.status_code == 422
    assert [line.field for line in answer.context["lines"]] == ["name", "name", "division", "types"]
    assert "选了不止一列" in answer.content.decode()


def test_a_template_is_a_download(cast):
    answer = client_of(cast.owner).get(reverse("import_template", args=["contact"]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(cast.owner).get(reverse("import_template", args=["nothing"])).status_code == 404
