"""A list of Excel 97-2003, as another program wrote it, from the upload to the corrected rows; and a large one of today."""

import datetime as dt
from pathlib import Path

import openpyxl
from openpyxl.styles import Font

from core.services.files import path_of
from orgs.models import Enterprise
from orgs.services.imports.returning import make_returned
from orgs.services.imports.staging import stage_import
from orgs.services.imports.uploads import receive_file, start_import
from tests.support.bulk import code
from tests.support.sheets import SilentJob, begin_import, finish_import

LIST = Path(__file__).parent / "files" / "list.xls"
HEAD = ["序号", "单位全称", "组织机构代码", "所在区划", "企业类型", "职工人数", "成立日期"]


def given_back(batch, owner):
    """The workbook of refused rows."""
    make_returned(batch_id=batch.pk, actor=owner, job=SilentJob())
    batch.refresh_from_db()
    with path_of(batch.returned_file).open("rb") as file:
        return batch.returned_file, openpyxl.load_workbook(file)


def test_an_old_workbook_is_read_to_the_end_and_its_bad_rows_come_back_as_a_new_one(cast, tree, tmp_path):
    file = receive_file(actor=cast.owner, name="企业名单.xls", path=LIST)
    batch = start_import(
        actor=cast.owner, kind="enterprise", office=tree.tianhe, file=file, submits=True
    ).batch
    stage_import(batch_id=batch.pk, job=SilentJob())
    batch.refresh_from_db()
    assert (batch.file_format, batch.sheet_name, batch.header_row, batch.counts) == (
        "xls",
        "企业名单",
        3,
        {"new": 2, "refused": 2},
    )
    finish_import(cast.owner, batch)
    written = Enterprise.objects.order_by("pk").values_list(
        "name", "organization_code", "division__code", "employees", "established_on"
    )
    assert list(written) == [
        ("广州示范甲辰机械有限公司", code(1), "440106", 120, dt.date(2001, 3, 1)),
        ("广州示范乙巳电子有限公司", code(2), "440106", 35, dt.date(2003, 5, 8)),
    ]

    stored, book = given_back(batch, cast.owner)
    rows = [[cell.value for cell in row] for row in book["企业名单"].iter_rows()]
    assert stored.name == "企业名单（问题行）.xlsx"
    assert [row[1:] for row in rows[2:]] == [
        HEAD,
        [3, "广州示范丙午材料有限公司", code(3), "天河区", "民营", "很多", "2010-01-01"],
        [4, "杭州示范丁未软件有限公司", code(4), "西湖区", "民营", 20, "2011.7.8"],
    ]
    assert rows[2][0] == "问题说明"
    sheet = book["企业名单"]
    sheet["G4"] = 30
    corrected = tmp_path / "改好.xlsx"
    book.save(corrected)
    again = finish_import(
        cast.owner, begin_import(cast.owner, corrected, kind="enterprise", office=tree.tianhe)
    )
    assert again.counts == {"new": 1, "refused": 1}
    assert Enterprise.objects.count() == 3


def test_a_list_of_ten_thousand_keeps_its_looks_and_only_the_corrected_rows_are_added(cast, tree, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["天河区企业名单"])
    sheet["A1"].font = Font(size=18, bold=True)
    sheet.append(HEAD)
    sheet.column_dimensions["B"].width = 41
    # Names of their own: beside the numbered ones they would be asked about as look-alikes.
    wrong = {100: "天河星海生物制药厂", 5_000: "岭南书画装裱社", 9_999: "粤秀农业机械研究所"}
    for n in range(10_000):
        name = wrong.get(n, f"广州示范第{n}号机械有限公司")
        sheet.append([n, name, code(n), "天河区", "民营", "很多" if n in wrong else 10, None])
    sheet.cell(103, 2).font = Font(color="FF00AA00")
    path = tmp_path / "名单.xlsx"
    book.save(path)
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
    assert batch.counts == {"new": 9_997, "refused": 3}
    finish_import(cast.owner, batch)

    _, returned = given_back(batch, cast.owner)
    sheet = returned.active
    assert [row[1].value for row in sheet.iter_rows(min_row=3)] == sorted(wrong)
    assert (sheet["B1"].font.size, sheet.column_dimensions["C"].width, sheet["C3"].font.color.rgb) == (
        18,
        41,
        "FF00AA00",
    )
    for row in range(3, 6):
        sheet.cell(row, 7).value = 10
    corrected = tmp_path / "改好.xlsx"
    returned.save(corrected)
    again = begin_import(cast.owner, corrected, kind="enterprise", office=tree.tianhe)
    again = finish_import(cast.owner, again)
    assert (again.counts, Enterprise.objects.count()) == ({"new": 3}, 10_000)
