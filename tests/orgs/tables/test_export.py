"""Lists as files: what the page shows, and what a re-import makes of it."""

import datetime as dt
import errno

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.exceptions import DomainError
from core.models import AuditEvent, StoredFile
from core.services.files import path_of
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.tables import export_files
from orgs.tables.export import ListExport
from orgs.tables.export_files import export_list, run_export
from tests import factories
from tests.support.bulk import code
from tests.support.downloads import download
from tests.support.sheets import SilentJob, begin_import


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


def rows_of_file(stored: StoredFile, title: str):
    with path_of(stored).open("rb") as file:
        book = openpyxl.load_workbook(file)
    return [[cell.value for cell in row] for row in book[title].iter_rows()]


@pytest.fixture
def registry(cast, tree):
    """One of each kind in Tianhe, and an enterprise of another province."""
    enterprise = factories.make_enterprise(
        tree.tianhe,
        name="广州示范甲辰精密机械有限公司",
        organization_code=code(1),
        employees=120,
        size="small",
        reason_code="other",
        no_organization_reason="=1+1",
    )
    factories.make_organization(enterprise, members=30)
    other = factories.make_enterprise(
        tree.tianhe,
        name="广州示范乙巳电子有限公司",
        reason_code="few_technicians",
        no_organization_reason="十余人：其中兼职三人",
        leader_wish="later",
    )
    factories.make_contact(other, mobile="13800000001", email="a@example.com")
    factories.make_park(tree.tianhe, name="示范甲高新技术产业园区", established_year=2001)
    factories.make_enterprise(tree.xihu, name="杭州示范丙午材料有限公司")
    return enterprise


def test_an_export_holds_the_rows_of_the_page_with_real_dates_and_numbers(registry, cast):
    made = export_list(actor=cast.owner, kind="enterprise", query="q=甲辰", ending="xlsx")
    rows = rows_of_file(made, "企业")
    assert [row[0] for row in rows] == ["企业名称", "广州示范甲辰精密机械有限公司"]
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["成立日期"], line["职工人数"], line["组织机构代码"]) == (
        dt.datetime(2001, 3, 1),  # noqa: DTZ001 - a sheet has no zone
        120,
        code(1),
    )
    assert (line["规模"], line["企业类型"], line["所在区划"], line["未建原因"], line["状态"]) == (
        "小型",
        "民营",
        "广东省 广州市 天河区",
        "其他：=1+1",
        "已确认",
    )


def test_the_cover_names_the_conditions(registry, cast):
    made = export_list(actor=cast.owner, kind="enterprise", query="q=甲辰&state=confirmed", ending="xlsx")
    cover = dict(row[:2] for row in rows_of_file(made, "说明"))
    assert cover["条件"] == "查找：甲辰；状态：已确认"
    assert cover["内容"] == "企业，1 家"


@pytest.mark.parametrize(
    ("part", "names"), [("owner", 2), ("stranger", 1), ("hq_leader", 3), ("neighbour", 0)]
)
def test_nobody_exports_what_they_do_not_see(registry, cast, part, names):
    made = export_list(actor=getattr(cast, part), kind="enterprise", query="", ending="xlsx")
    assert len(rows_of_file(made, "企业")) - 1 == names


def test_personal_columns_are_empty_for_a_viewer_and_leave_no_trail(registry, cast):
    made = export_list(actor=cast.viewer, kind="contact", query="", ending="xlsx")
    head, line = rows_of_file(made, "联系人")
    assert {name: line[head.index(name)] for name in ("联系人姓名", "手机", "邮箱", "对口科协联系人")} == {
        "联系人姓名": None,
        "手机": None,
        "邮箱": None,
        "对口科协联系人": None,
    }
    assert AuditEvent.objects.filter(action="contact.export").count() == 0


def test_personal_columns_for_a_clerk_leave_one_audit_row(registry, cast):
    made = export_list(actor=cast.owner, kind="contact", query="", ending="xlsx")
    head, line = rows_of_file(made, "联系人")
    assert line[head.index("手机")] == "13800000001"
    event = AuditEvent.objects.get(action="contact.export")
    assert (event.actor, event.target_id, event.after) == (
        cast.owner,
        made.pk,
        {"行数": 1, "其中含个人信息": 1},
    )


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["enterprise", "park", "organization", "contact"])
def test_importing_ones_own_export_changes_nothing(registry, cast, tree, kind, ending):
    made = export_list(actor=cast.owner, kind=kind, query="", ending=ending)
    models = (Enterprise, Park, CastOrganization, ContactPerson)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    path = path_of(made).rename(path_of(made).with_suffix(f".{ending}"))
    batch = begin_import(cast.owner, path, kind=kind, office=tree.tianhe, format=ending)
    assert batch.counts == {"unchanged": {"enterprise": 2, "park": 1, "organization": 1, "contact": 1}[kind]}
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_a_large_list_is_a_job_whose_rights_are_those_of_its_run(registry, cast, monkeypatch):
    monkeypatch.setattr(export_files, "AT_ONCE", 1)
    job = export_list(actor=cast.owner, kind="enterprise", query="", ending="xlsx")
    cast.owner.posts.update(ended_at=factories.AT)

    class Run(SilentJob):
        args = job.args

    with pytest.raises(Exception, match="需要本单位的任职"):
        run_export(Run())
    assert StoredFile.objects.count() == 0


def test_a_job_that_runs_twice_keeps_one_file(registry, cast, monkeypatch):
    monkeypatch.setattr(export_files, "AT_ONCE", 1)
    job = export_list(actor=cast.owner, kind="enterprise", query="", ending="xlsx")

    class Run(SilentJob):
        id = job.pk
        args = job.args

    first, second = run_export(Run()), run_export(Run())
    client = Client()
    client.force_login(cast.owner)
    assert [download(cast.owner, run.url) for run in (first, second)] == [410, 200]
    page = client.get(reverse("export_list")).content.decode()
    assert (first.url in page, second.url in page) == (False, True)


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [(errno.ENOSPC, DomainError, "服务器磁盘空间不足"), (errno.EACCES, PermissionError, "denied")],
)
def test_an_export_that_cannot_be_written_leaves_nothing(
    registry, cast, monkeypatch, tmp_path, number, kind, words
):
    def write(self, target, ending, **more):
        target.write_bytes(b"half")
        raise OSError(number, "denied")

    monkeypatch.setattr(ListExport, "write", write)
    with pytest.raises(kind, match=words):
        export_list(actor=cast.owner, kind="enterprise", query="", ending="xlsx")
    assert list((tmp_path / "kept").iterdir()) == []
    assert AuditEvent.objects.filter(action="enterprise.export").count() == 0


def test_only_the_requester_fetches_the_file(registry, cast):
    made = export_list(actor=cast.owner, kind="enterprise", query="", ending="xlsx")
    address = reverse("stored_file", args=[made.token])
    parts = ("owner", "colleague", "hq_leader", "sysadmin")
    answers = {part: download(getattr(cast, part), address) for part in parts}
    assert answers == {"owner": 200, "colleague": 404, "hq_leader": 404, "sysadmin": 404}


def test_the_number_of_queries_does_not_grow_with_the_rows(registry, cast, tree):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            export_list(actor=cast.hq_leader, kind="enterprise", query="", ending="csv")
        return len(found)

    queries()
    few = queries()
    for _ in range(20):
        factories.make_enterprise(tree.panyu)
    assert queries() == few
