"""Parks, organisations and contacts from files; files of other forms; what is taken back."""

import datetime as dt

import openpyxl
import pytest

from core.exceptions import ClosedByState, DomainError
from core.models import AuditEvent, StoredFile
from core.services.files import path_of
from orgs.models import CastOrganization, ContactPerson, Enterprise, ImportBatch, Park, RememberedColumn
from orgs.services.founding import record_founding_step
from orgs.services.imports.choosing import choose_for_row, confirm_import
from orgs.services.imports.returning import make_returned
from orgs.services.imports.staging import stage_import
from orgs.services.imports.templates import template_workbook
from orgs.services.imports.undoing import request_undo, undo_import
from orgs.services.imports.uploads import (
    assign_columns,
    change_kind,
    choose_sheet,
    receive_file,
    start_import,
)
from orgs.services.records import RecordRef, confirm_record
from tests import factories
from tests.support.attaching import attached
from tests.support.bulk import code
from tests.support.sheets import AT, SilentJob, begin_import, finish_import, write_workbook

ORGANIZATIONS = [
    "组织名称",
    "类别",
    "依托单位",
    "所在区划",
    "成立日期",
    "批复文号",
    "主席",
    "会员数",
    "联系电话",
    "作用发挥",
]
CONTACTS = ["企业名称", "所在区划", "联系人姓名", "职务", "手机", "建立日期"]
PARKS = ["园区名称", "类型", "级别", "所在区划", "设立年份", "已建园区科协"]
ENTERPRISES = ["企业名称", "组织机构代码", "所在区划", "企业类型"]
NAME = "广州示范甲辰精密机械有限公司"


def outcomes(batch):
    return {
        row.number: (row.outcome, [message for _, _, message in row.problems]) for row in batch.rows.all()
    }


def again(batch):
    stage_import(batch_id=batch.pk, job=SilentJob())
    batch.refresh_from_db()
    return batch


def test_organizations_stand_at_registered_hosts(cast, tree, tmp_path):
    enterprise = factories.make_enterprise(tree.tianhe, name=NAME, organization_code=code(1))
    park = factories.make_park(tree.tianhe, name="示范甲高新技术产业园区")
    path = write_workbook(
        tmp_path / "a.xlsx",
        [
            ORGANIZATIONS,
            [
                f"{NAME}科协",
                "企业科协",
                NAME,
                "天河区",
                41890,
                "穗科协[2014]3号",
                "陈 示例",
                "46人",
                2023456789,
                "较好",
            ],
            [
                "园区科协",
                "园区",
                "示范甲高新技术产业园区",
                440106,
                "2014年9月8日",
                None,
                "林示例",
                None,
                None,
                None,
            ],
            [
                "无主科协",
                "企业",
                "没有登记的企业有限公司",
                440106,
                "2014.9.8",
                None,
                "林示例",
                None,
                None,
                None,
            ],
            [f"{NAME}科协", "企业科协", code(1), "天河区", "2014-09-08", None, "陈示例", None, None, None],
        ],
    )
    batch = begin_import(cast.owner, path, kind="organization", office=tree.tianhe)
    assert {number: outcome for number, (outcome, _) in outcomes(batch).items()} == {
        2: "refused",
        3: "new",
        4: "refused",
        5: "new",
    }
    assert outcomes(batch)[2][1] == [
        "联系电话应为 11 位手机号或带区号的固定电话。请核对后重填，例如 020-23456789。"
    ]
    finish_import(cast.owner, batch)
    made = CastOrganization.objects.get(enterprise=enterprise)
    assert (made.state, made.office, made.established_on) == ("submitted", tree.tianhe, dt.date(2014, 9, 8))
    assert CastOrganization.objects.get(park=park).chair == "林示例"


def test_a_second_organization_in_the_file_is_refused_as_in_the_form(cast, tree, tmp_path):
    factories.make_enterprise(tree.tianhe, name=NAME)
    rows = [
        ["甲科协", "企业科协", NAME, "天河区", day, None, "陈示例", None, None, None]
        for day in ("2014-09-08", "2014-09-09")
    ]
    batch = begin_import(
        cast.owner,
        write_workbook(tmp_path / "a.xlsx", [ORGANIZATIONS, *rows]),
        kind="organization",
        office=tree.tianhe,
    )
    assert [outcome for outcome, _ in outcomes(batch).values()] == ["new", "refused"]


def test_contacts_come_with_serial_dates_and_numbers_as_phones(cast, tree, tmp_path):
    enterprise = factories.make_enterprise(tree.tianhe, name=NAME)
    path = write_workbook(
        tmp_path / "a.xlsx",
        [
            CONTACTS,
            [NAME, "440106", "林 示例", "主任", 13800000001, 41852],
            [NAME, "440106", "林示例", "主任", "１３８００００００01", "20140801"],
        ],
    )
    batch = begin_import(cast.owner, path, kind="contact", office=tree.tianhe)
    assert [outcome for outcome, _ in outcomes(batch).values()] == ["new", "repeated"]
    finish_import(cast.owner, batch)
    contact = ContactPerson.objects.get()
    assert (contact.enterprise, contact.name, contact.mobile, contact.established_on) == (
        enterprise,
        "林示例",
        "13800000001",
        dt.date(2014, 8, 1),
    )


def test_parks_keep_that_an_organization_is_reported(cast, tree, tmp_path):
    path = write_workbook(
        tmp_path / "a.xlsx",
        [
            PARKS,
            ["广州示范高新区园区", "高新技术产业开发区", "省级", "天河区", 2001, "√"],
            ["国家园区示范", "经开区", "国家级", "天河区", None, "否"],
        ],
    )
    batch = begin_import(cast.owner, path, kind="park", office=tree.tianhe)
    assert outcomes(batch) == {
        2: ("new", []),
        3: ("refused", ["国家级园区只由中国科协登记和撤销。请把情况报中国科协。"]),
    }
    finish_import(cast.owner, batch)
    park = Park.objects.get()
    assert (park.has_reported_organization, CastOrganization.objects.count()) == (True, 0)
    assert list(Park.objects.awaiting_organization()) == [park]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(cast, tree, tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_text(
        f"企业名称,组织机构代码,所在区划,企业类型\r\n{NAME},{code(1)},天河区,民营\r\n", encoding=encoding
    )
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe, format="csv")
    assert batch.counts == {"new": 1}


def test_a_missing_required_column_is_asked_and_remembered(cast, tree, tmp_path):
    path = write_workbook(
        tmp_path / "a.xlsx", [["甲栏", *ENTERPRISES[1:]], [NAME, code(1), "天河区", "民营"]]
    )
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
    assert (batch.state, batch.message) == (
        "columns",
        "缺少必填的列：企业名称。请在下面指定是哪一列；文件里没有的，请补上后重新上传。",
    )
    chosen = {0: "name", 1: "organization_code", 2: "division", 3: "types"}
    with pytest.raises(DomainError, match="“企业名称”选了不止一列"):
        assign_columns(actor=cast.owner, batch_id=batch.pk, columns=chosen | {1: "name"})
    assign_columns(actor=cast.owner, batch_id=batch.pk, columns=chosen)
    assert again(batch).counts == {"new": 1}
    assert list(RememberedColumn.objects.values_list("header_key", "field")) == [("甲栏", "name")]
    assert begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe).state == "ready"


def test_a_file_of_another_kind_is_recognised(cast, tree, tmp_path):
    factories.make_enterprise(tree.tianhe, name=NAME)
    path = write_workbook(
        tmp_path / "a.xlsx", [CONTACTS, [NAME, "440106", "林示例", "主任", 13800000001, "2014-08-01"]]
    )
    batch = begin_import(cast.owner, path, kind="park", office=tree.tianhe)
    assert batch.state == "columns"
    assert batch.message.startswith("这张表看起来是“联系人”表，不是“园区”表。")
    change_kind(actor=cast.owner, batch_id=batch.pk, kind="contact")
    assert again(batch).counts == {"new": 1}


def test_of_several_sheets_one_is_chosen(cast, tree, tmp_path):
    book = openpyxl.Workbook()
    for title, place in (("一月", "天河区"), ("二月", "番禺区")):
        sheet = book.create_sheet(title)
        sheet.append(ENTERPRISES)
        sheet.append([NAME, code(1), place, "民营"])
    book.remove(book["Sheet"])
    book.save(tmp_path / "a.xlsx")
    batch = begin_import(cast.owner, tmp_path / "a.xlsx", kind="enterprise", office=tree.tianhe)
    assert (batch.state, batch.message) == ("columns", "有 2 张工作表都可以导入，请选一张。")
    choose_sheet(actor=cast.owner, batch_id=batch.pk, sheet="二月")
    assert again(batch).counts == {"refused": 1}


def test_a_file_without_header_or_rows_says_so(cast, tree, tmp_path):
    for rows, words in (
        ([["随便", "写写"], [1, 2]], "没有找到表头"),
        ([ENTERPRISES], "表头下面没有可以导入的行"),
    ):
        path = write_workbook(tmp_path / "a.xlsx", rows)
        with pytest.raises(DomainError, match=words):
            begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
        assert ImportBatch.objects.latest("pk").state == "failed"


def test_the_same_file_twice_is_recognised_and_asked(cast, tree, tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", [ENTERPRISES, [NAME, code(1), "天河区", "民营"]])
    first = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
    file = receive_file(actor=cast.colleague, name="另一个名字.xlsx", path=path)
    asked = start_import(actor=cast.colleague, kind="enterprise", office=tree.tianhe, file=file, submits=True)
    assert (asked.batch, asked.earlier) == (None, [first])


def test_two_people_importing_one_list_write_each_row_once(cast, tree, tmp_path):
    path = write_workbook(
        tmp_path / "a.xlsx",
        [
            ENTERPRISES,
            [NAME, code(1), "天河区", "民营"],
            ["广州示范乙巳电子有限公司", None, "天河区", "民营"],
        ],
    )
    batches = [
        begin_import(actor, path, kind="enterprise", office=tree.tianhe)
        for actor in (cast.owner, cast.colleague)
    ]
    for actor, batch in zip((cast.owner, cast.colleague), batches, strict=True):
        finish_import(actor, batch)
    assert Enterprise.objects.count() == 2
    assert [list(batch.effects.values_list("action", flat=True)) for batch in batches] == [
        ["created", "created"],
        ["refused", "refused"],
    ]


def test_a_batch_is_taken_back_while_nothing_was_built_on_it(cast, tree, tmp_path):
    draft = factories.make_enterprise(
        tree.tianhe, state="draft", actor=cast.owner, name=NAME, organization_code=code(1)
    )
    path = write_workbook(
        tmp_path / "a.xlsx",
        [
            [*ENTERPRISES, "职工人数"],
            [NAME, code(1), "天河区", "民营", 9],
            ["广州示范乙巳电子有限公司", code(2), "天河区", "民营", 3],
        ],
    )
    batch = finish_import(
        cast.owner, begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe, submits=False)
    )
    assert Enterprise.objects.get(pk=draft.pk).employees == 9
    request_undo(actor=cast.owner, batch_id=batch.pk)
    undo_import(batch_id=batch.pk, actor=cast.owner, job=SilentJob())
    assert list(Enterprise.objects.values_list("pk", "employees")) == [(draft.pk, None)]
    assert (
        AuditEvent.objects.filter(action="enterprise.undo_import", target_type="orgs.enterprise").count() == 1
    )


def test_a_batch_something_was_built_on_stays(cast, tree, tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", [ENTERPRISES, [NAME, code(1), "天河区", "民营"]])
    batch = finish_import(cast.owner, begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe))
    enterprise = Enterprise.objects.get()
    confirm_record(actor=cast.reviewer, ref=RecordRef("enterprise", enterprise.pk, enterprise.version))
    with pytest.raises(DomainError, match=f"不能整批撤销：第 2 行“{NAME}”导入之后已确认"):
        request_undo(actor=cast.owner, batch_id=batch.pk)
    assert ImportBatch.objects.get(pk=batch.pk).state == "done"


def test_a_batch_whose_organisation_has_a_document_by_now_stays(cast, tree, tmp_path, settings):
    settings.PORTAL_FILES_DIR = tmp_path / "kept"
    factories.make_enterprise(tree.tianhe, name=NAME, organization_code=code(1))
    head = ["组织名称", "类别", "依托单位", "所在区划", "成立日期", "主席"]
    row = [f"{NAME}科协", "企业科协", code(1), "天河区", "2014-09-08", "陈示例"]
    path = write_workbook(tmp_path / "a.xlsx", [head, row])
    batch = finish_import(
        cast.owner, begin_import(cast.owner, path, kind="organization", office=tree.tianhe, submits=False)
    )
    organization = CastOrganization.objects.get()
    record_founding_step(
        actor=cast.owner, organization_id=organization.pk, step="application", done_on="2014-06-04"
    )
    with pytest.raises(DomainError, match="已登记成立步骤"):
        request_undo(actor=cast.owner, batch_id=batch.pk)
    attached(cast.owner, organization, tmp_path)
    with pytest.raises(DomainError, match="已上传附件"):
        request_undo(actor=cast.owner, batch_id=batch.pk)


def test_choices_are_closed_once_the_import_is_confirmed(cast, tree, tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", [ENTERPRISES, [NAME, code(1), "天河区", "民营"]])
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
    choose_for_row(actor=cast.owner, batch_id=batch.pk, number=2, choice="skip")
    with pytest.raises(DomainError, match="没有要写入的行"):
        confirm_import(actor=cast.owner, batch_id=batch.pk, at=AT)
    choose_for_row(actor=cast.owner, batch_id=batch.pk, number=2, choice="")
    confirm_import(actor=cast.owner, batch_id=batch.pk, at=AT)
    with pytest.raises(ClosedByState):
        choose_for_row(actor=cast.owner, batch_id=batch.pk, number=2, choice="skip")


def test_bad_rows_go_back_and_only_they_are_added_when_corrected(cast, tree, tmp_path):
    rows = [
        ["企业名单", None, None, None],
        ENTERPRISES,
        [NAME, code(1), "天河区", "民营"],
        ["广州示范乙巳电子有限公司", code(2), "火星区", "民营"],
        ["=1+1", code(3), "天河区", "民营"],
    ]
    path = write_workbook(tmp_path / "名单.xlsx", rows)
    batch = finish_import(cast.owner, begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe))
    make_returned(batch_id=batch.pk, actor=cast.owner, job=SilentJob())
    stored = StoredFile.objects.get(purpose="import_returned")
    assert stored.name == "名单（问题行）.xlsx"
    with path_of(stored).open("rb") as file:
        sheet = openpyxl.load_workbook(file).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[1:] for row in cells[1:3]] == [
        ENTERPRISES,
        ["广州示范乙巳电子有限公司", code(2), "火星区", "民营"],
    ]
    assert cells[1][0] == "问题说明"
    assert cells[2][0].startswith("所在区划：没有找到区划“火星区”。")
    assert sheet["D3"].fill.fgColor.rgb == "00F8CBCB"
    sheet["D3"] = "番禺区"
    sheet["D3"] = "天河区"
    corrected = tmp_path / "改好.xlsx"
    sheet.parent.save(corrected)
    second = begin_import(cast.owner, corrected, kind="enterprise", office=tree.tianhe)
    assert second.counts == {"new": 1, "refused": 1}


@pytest.mark.parametrize("kind", ["enterprise", "park", "organization", "contact"])
def test_a_template_is_recognised_and_its_example_skipped(cast, tree, tmp_path, kind):
    path = tmp_path / "模板.xlsx"
    path.write_bytes(template_workbook(cast.owner, kind))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert [row[0].value for row in book["区划代码"].iter_rows()] == ["区划代码", "440106"]
    assert sheet.data_validations.dataValidation
    values = {
        "enterprise": {"企业名称*": NAME, "所在区划*": "440106", "企业类型*": "民营"},
        "park": {"园区名称*": "广州示范园区", "类型*": "其他", "级别*": "省级", "所在区划*": "440106"},
        "organization": {
            "组织名称*": "甲科协",
            "类别*": "企业科协",
            "依托单位*": NAME,
            "所在区划*": "440106",
            "成立日期*": "2014-09-08",
            "主席*": "陈示例",
        },
        "contact": {
            "企业名称*": NAME,
            "所在区划*": "440106",
            "联系人姓名*": "林示例",
            "手机*": "13800000001",
            "建立日期*": "2014-08-01",
        },
    }[kind]
    if kind in ("organization", "contact"):
        factories.make_enterprise(tree.tianhe, name=NAME)
    for cell in sheet[1]:
        if cell.value in values:
            sheet.cell(3, cell.column, values[cell.value])
    book.save(path)
    batch = begin_import(cast.owner, path, kind=kind, office=tree.tianhe)
    assert (batch.counts, batch.skipped) == ({"new": 1}, {"example": 1})


def test_a_viewer_does_not_import(cast, tree, tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", [ENTERPRISES, [NAME, code(1), "天河区", "民营"]])
    file = receive_file(actor=cast.viewer, name="a.xlsx", path=path)
    with pytest.raises(DomainError, match="只有经办人可以导入"):
        start_import(actor=cast.viewer, kind="enterprise", office=tree.tianhe, file=file, submits=True)
