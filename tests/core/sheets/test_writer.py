"""Workbooks and text files as other programs read them."""

import csv
import datetime as dt
import io
import shutil
import subprocess
import tracemalloc
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import load_workbook

from core.sheets import cells, writer
from core.sheets.guard import guard_file
from core.sheets.reader import list_sheets, read_rows
from core.sheets.writer import Column, Sheet, StrongRow, write_csv, write_xlsx
from tests.support.properties import deterministic

COLUMNS = (
    Column("企业名称", width=30),
    Column("注册号", "code", width=18),
    Column("成立日期", "date"),
    Column("更新时间", "datetime"),
    Column("职工人数", "number", note="只填数字"),
    Column("设立年份", "year"),
    Column("覆盖率", "percent"),
)
ROW = (
    "广州示范精密机械有限公司",
    "000000123456789",
    dt.date(2014, 6, 4),
    dt.datetime(2014, 6, 4, 8, 30),  # noqa: DTZ001 - what a sheet shows has no zone
    12_345,
    1992,
    Decimal("0.249"),
)


def workbook_of(rows, columns=COLUMNS, **more) -> io.BytesIO:
    """A written workbook, ready to be read."""
    target = io.BytesIO()
    write_xlsx(target, [Sheet("企业", columns, rows)], **more)
    target.seek(0)
    return target


def texts_of(texts) -> io.BytesIO:
    """A workbook with one text a row."""
    return workbook_of([(text,) for text in texts], columns=(Column("文字"),))


def by_calamine(file: io.BytesIO) -> list[str]:
    """The texts below the header, in the order of the rows."""
    file.seek(0)
    return [row[0] for row in load_workbook(file).get_sheet_by_index(0).to_python(skip_empty_area=False)[1:]]


# ---------- values ----------


def test_every_kind_of_cell_is_read_back_as_what_it_is():
    sheet = openpyxl.load_workbook(workbook_of([ROW]))["企业"]
    assert [cell.value for cell in sheet[1]] == [column.header for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        ROW[0],
        ROW[1],
        dt.datetime(2014, 6, 4),  # noqa: DTZ001 - openpyxl has no cells of days
        ROW[3],
        12_345,
        1992,
        0.249,
    ]
    assert [cell.number_format for cell in sheet[2]] == [
        *("@", "@", "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm", "#,##0", "0", "0.0%")
    ]


def test_calamine_reads_the_same():
    workbook = load_workbook(workbook_of([ROW]))
    assert workbook.get_sheet_by_index(0).to_python()[1] == [
        ROW[0],
        ROW[1],
        ROW[2],
        ROW[3],
        12_345,
        1992,
        0.249,
    ]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", "没有数字", "没有数字"),
        ("number", 12.5, 12.5),
        ("number", Fraction(1, 4), 0.25),
        ("number", 10**15 - 1, 10**15 - 1),
        ("number", 10**15, "1000000000000000"),
        ("number", -(10**15), "-1000000000000000"),
        ("number", True, "是"),
        ("date", "2014年", "2014年"),
        ("date", dt.date(1900, 3, 1), dt.date(1900, 3, 1)),
        ("date", dt.date(1899, 12, 30), "1899-12-30"),
        ("date", dt.datetime(2014, 6, 4, 8, 30), dt.datetime(2014, 6, 4, 8, 30)),  # noqa: DTZ001
        ("datetime", dt.date(2014, 6, 4), dt.datetime(2014, 6, 4)),  # noqa: DTZ001
        ("text", 12, "12"),
        ("code", 12, "12"),
        ("text", False, "否"),
        ("percent", 1, 1),
        ("percent", Fraction(249, 1000), 0.249),
    ],
)
def test_value_of_another_type_is_written_as_what_it_is(kind, value, expected):
    file = workbook_of([(value,)], columns=(Column("列", kind),))
    found = load_workbook(file).get_sheet_by_index(0).to_python()[1][0]
    if kind == "datetime" or isinstance(value, dt.datetime):
        assert found == expected or dt.datetime.combine(found, dt.time()) == expected
    else:
        assert (found, type(found) is str) == (expected, isinstance(expected, str))


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), dt.datetime(2014, 1, 1, tzinfo=dt.UTC)]
)
def test_what_no_sheet_can_hold_is_an_error_of_the_caller(value):
    with pytest.raises(ValueError):
        workbook_of([(value,)], columns=(Column("列", "number"),))


def test_empty_cells_keep_the_others_in_place_and_have_the_format_of_their_column():
    sheet = openpyxl.load_workbook(workbook_of([(None, "", None, None, 5)]))["企业"]
    assert [cell.value for cell in sheet[2]] == [None, None, None, None, 5, None, None]
    assert [cell.number_format for cell in sheet[2]][:3] == ["@", "@", "yyyy\\-mm\\-dd"]


def test_a_code_written_below_the_list_stays_text():
    sheet = openpyxl.load_workbook(workbook_of([]))["企业"]
    assert sheet.column_dimensions["B"].number_format == "@"


def test_strong_row_is_bold_and_keeps_its_formats():
    sheet = openpyxl.load_workbook(workbook_of([ROW, StrongRow(ROW)]))["企业"]
    assert [cell.font.b for cell in sheet[2]] == [False] * 7
    assert [cell.font.b for cell in sheet[3]] == [True] * 7
    assert [cell.number_format for cell in sheet[3]] == [cell.number_format for cell in sheet[2]]


# ---------- texts ----------

NOT_CHARACTERS = {"exclude_categories": ["Cs"], "exclude_characters": "\ufffe\uffff"}
ANY = st.characters(**NOT_CHARACTERS)
# openpyxl leaves Excel's way of writing control characters as it stands.
ANY_PRINTED = st.characters(min_codepoint=32, **NOT_CHARACTERS)


@given(st.lists(st.text(ANY, min_size=1), min_size=1))
@deterministic
def test_any_text_comes_back_from_calamine_unchanged(texts):
    assert by_calamine(texts_of(texts)) == texts


@given(st.lists(st.text(ANY_PRINTED, min_size=1), min_size=1))
@deterministic
def test_any_printable_text_comes_back_from_openpyxl_unchanged(texts):
    sheet = openpyxl.load_workbook(texts_of(texts)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == texts


@pytest.mark.parametrize(
    "text",
    [
        "_x0041_",
        "_x0041__x0042_",
        "a_x000D_b",
        "__x0041_",
        "\r",
        "a\r\nb",
        " 前后 ",
        "\t",
        "<&>\"'",
        "𠀀",
        "]]>",
    ],
)
def test_texts_other_writers_change(text):
    file = texts_of([text])
    assert by_calamine(file) == [text]
    assert openpyxl.load_workbook(file).active["A2"].value == text


def test_half_a_character_and_no_character_are_replaced():
    assert by_calamine(texts_of(["a\ud800b\ufffec\uffff"])) == ["a\ufffdb\ufffdc\ufffd"]


def test_text_longer_than_a_cell_says_so_at_its_end():
    found = by_calamine(texts_of(["好" * 32_767, "好" * 32_768, "𠀀" * 16_384]))
    assert found[0] == "好" * 32_767
    assert [len(text.encode("utf-16-le")) // 2 <= 32_767 for text in found] == [True] * 3
    assert [text.endswith("…（内容超过一格能放的长度，后面的没有写出）") for text in found] == [
        False,
        True,
        True,
    ]


# ---------- the sheet ----------


def test_header_is_frozen_and_filtered_and_columns_have_their_widths():
    sheet = openpyxl.load_workbook(workbook_of([ROW, ROW]))["企业"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G3"
    assert sheet.print_title_rows == "$1:$1"
    assert [round(sheet.column_dimensions[letter].width) for letter in "ABC"] == [31, 19, 15]
    head = sheet["A1"]
    assert (head.font.b, head.alignment.wrap_text, head.fill.fgColor.rgb) == (True, True, "FFE8EEF6")
    assert head.border.bottom.style == "thin"
    assert [(str(rule.sqref), rule.prompt) for rule in sheet.data_validations.dataValidation] == [
        ("E1", "只填数字")
    ]


def test_sheet_without_rows_has_its_header():
    sheet = openpyxl.load_workbook(workbook_of([]))["企业"]
    assert (sheet.max_row, sheet["A1"].value) == (1, "企业名称")


def test_cover_stands_first_and_is_a_sheet_without_a_list():
    workbook = openpyxl.load_workbook(workbook_of([ROW], cover=[("名单", "企业"), ("条件", "=1+1")]))
    assert workbook.sheetnames == ["说明", "企业"]
    assert [[cell.value for cell in row] for row in workbook["说明"]] == [["名单", "企业"], ["条件", "=1+1"]]
    assert workbook["说明"]["B2"].data_type == "s"
    assert workbook.active.title == "说明"


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["企业", "企业"], ["企业", "企业 (2)"]),
        (["a/b\\c?d*e[f]g:h"], ["a b c d e f g h"]),
        (["'引号'"], ["引号"]),
        (["", "  "], ["工作表", "工作表 (2)"]),
        (["History"], ["History (2)"]),
        (["长" * 40, "长" * 40], ["长" * 31, "长" * 27 + " (2)"]),
        (["𠀀" * 20], ["𠀀" * 15]),
        (["Ab", "aB"], ["Ab", "aB (2)"]),
        (["说明"], ["说明 (2)"]),
        (["a\nb\u202e"], ["ab"]),
    ],
)
def test_names_of_sheets_are_such_as_excel_takes(titles, names):
    target = io.BytesIO()
    write_xlsx(
        target, [Sheet(title, (Column("列"),), [("值",)]) for title in titles], cover=[("名单", "企业")]
    )
    assert openpyxl.load_workbook(target).sheetnames == ["说明", *names]


def test_rows_beyond_a_sheet_go_on_in_further_sheets(monkeypatch):
    monkeypatch.setattr(writer, "MOST_DATA_ROWS", 700)
    file = workbook_of(((f"第{number}行",) for number in range(2_000)), columns=(Column("行"),))
    workbook = openpyxl.load_workbook(file)
    assert workbook.sheetnames == ["企业", "企业 (2)", "企业 (3)"]
    assert [sheet.max_row for sheet in workbook] == [701, 701, 601]
    assert [sheet["A1"].value for sheet in workbook] == ["行"] * 3
    assert [cell.value for sheet in workbook for (cell,) in sheet.iter_rows(min_row=2)] == [
        f"第{number}行" for number in range(2_000)
    ]


def test_rows_that_just_fill_a_sheet_need_no_second_one(monkeypatch):
    monkeypatch.setattr(writer, "MOST_DATA_ROWS", 700)
    file = workbook_of([("值",)] * 700, columns=(Column("行"),))
    assert openpyxl.load_workbook(file).sheetnames == ["企业"]


def test_sheet_too_large_for_a_streamed_part_goes_on_in_another(monkeypatch):
    monkeypatch.setattr(writer, "MOST_SHEET_BYTES", 50_000)
    file = workbook_of([("值" * 20,)] * 3_000, columns=(Column("行"),))
    workbook = openpyxl.load_workbook(file)
    assert len(workbook.sheetnames) > 1
    assert sum(sheet.max_row - 1 for sheet in workbook) == 3_000


def test_parts_need_no_64_bit_fields():
    assert writer.MOST_SHEET_BYTES + 500 * 16_384 * 40 < zipfile.ZIP64_LIMIT


def test_limit_is_excels():
    assert writer.MOST_DATA_ROWS + 1 == 2**20


def test_progress_tells_how_many_rows_are_written():
    told: list[int] = []
    workbook_of([ROW] * 4_100, progress=told.append)
    assert told == [2_000, 4_000, 4_100]


def test_memory_does_not_grow_with_the_rows():
    def peak(count: int) -> int:
        tracemalloc.start()
        write_xlsx(Path("/dev/null"), [Sheet("企业", COLUMNS, (ROW for _ in range(count)))])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1_000)
    small, large = peak(2_000), peak(20_000)
    assert large < small * 1.1 + 100_000


def test_failure_in_the_middle_leaves_no_file(tmp_path):
    def rows():
        yield ROW
        raise RuntimeError("the database went away")

    for write in (
        lambda path: write_xlsx(path, [Sheet("企业", COLUMNS, rows())]),
        lambda path: write_csv(path, Sheet("", COLUMNS, rows())),
    ):
        with pytest.raises(RuntimeError):
            write(tmp_path / "half")
        assert list(tmp_path.iterdir()) == []


# ---------- other programs ----------


def test_own_guard_and_reader_take_it(tmp_path):
    path = tmp_path / "名单.xlsx"
    write_xlsx(path, [Sheet("企业", COLUMNS, [ROW] * 1_200)], cover=[("名单", "企业")])
    assert guard_file(path, name=path.name) == "xlsx"
    assert [sheet.name for sheet in list_sheets(path, "xlsx")] == ["说明", "企业"]
    batches = list(read_rows(path, "xlsx", sheet="企业"))
    rows = [row for batch in batches for row in batch]
    assert (len(rows), rows[0]) == (1_201, (1, [column.header for column in COLUMNS]))
    assert rows[1200] == (1201, [ROW[0], ROW[1], "2014-06-04", "2014-06-04 08:30:00", 12_345, 1992, 0.249])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_it(tmp_path):
    path = tmp_path / "list.xlsx"
    write_xlsx(
        path, [Sheet("企业", COLUMNS, [ROW, StrongRow(("_x0041_", " =1+1 "))])], cover=[("名单", "企业")]
    )
    kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            tmp_path,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (made,) = tmp_path.glob("*.csv")
    with made.open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            [column.header for column in COLUMNS],
            [ROW[0], ROW[1], "2014-06-04", "2014-06-04 08:30:00", "12345", "1992", "24.9%"],
            ["_x0041_", " =1+1 ", "", "", "", "", ""],
        ]


# ---------- text files ----------


def csv_bytes(rows, columns=COLUMNS) -> bytes:
    """A written text file."""
    target = io.BytesIO()
    write_csv(target, Sheet("", columns, rows))
    return target.getvalue()


def test_csv_opens_in_excel_by_a_double_click():
    assert (
        csv_bytes([ROW, ("甲,乙\n丙", None)])
        == (
            "\ufeff企业名称,注册号,成立日期,更新时间,职工人数,设立年份,覆盖率\r\n"
            "广州示范精密机械有限公司,000000123456789,2014-06-04,2014-06-04 08:30,12345,1992,24.9%\r\n"
            '"甲,乙\n丙",,,,,,\r\n'
        ).encode()
    )


def test_csv_of_one_empty_cell_keeps_its_line():
    assert csv_bytes([("",), ("b",)], columns=(Column("列"),)) == '\ufeff列\r\n""\r\nb\r\n'.encode()


def test_csv_progress_and_number_of_rows():
    told: list[int] = []
    assert write_csv(io.BytesIO(), Sheet("", COLUMNS, [ROW] * 2_500), progress=told.append) == 2_500
    assert told == [2_000, 2_500]


def test_negative_numbers_are_numbers():
    assert csv_bytes([(-5,)], columns=(Column("列", "number"),)) == "\ufeff列\r\n-5\r\n".encode()


def test_every_kind_has_a_style_of_its_own_form():
    assert set(cells.STYLE_OF) == {"text", "code", "number", "year", "date", "datetime", "percent"}
