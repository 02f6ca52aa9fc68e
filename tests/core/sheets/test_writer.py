"""Workbooks and csv: what is written is what is read, and nothing of it runs (BARS R19)."""

import datetime as dt
import io
import shutil
import subprocess
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sheets import writer
from core.sheets.formulas import is_formula_like, protect_text, unprotect_text
from core.sheets.guard import guard_file
from core.sheets.reader import read_rows
from core.sheets.writer import Column, Sheet, write_csv, write_xlsx
from tests.support.properties import deterministic

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
TEXTS = [
    text
    for sign in SIGNS
    for text in (f"{sign}1+1", f" {sign}1+1", f"\u3000{sign}cmd|'/C calc'!A0", f"'{sign}1", f"''{sign}1")
] + ["_x0041_", "_x000D_", "a&b<c>", "http://example.com", "  两边有空格  ", "行一\n行二", "'", "''"]


def back(path, kind, sheet):
    return [cells for part in read_rows(path, kind, sheet=sheet) for _, cells in part]


def test_every_sign_stays_text_in_a_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [Sheet("表", [Column("文字")], [(text,) for text in TEXTS])])
    assert guard_file(path, name="a.xlsx") == "xlsx"
    assert [cells[0] for cells in back(path, "xlsx", "表")[1:]] == TEXTS
    book = openpyxl.load_workbook(path)
    cells = [row[0] for row in book["表"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(TEXTS)


def test_every_sign_is_marked_in_csv_and_comes_back_unmarked(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, Sheet("表", [Column("序"), Column("文字")], [(str(n), t) for n, t in enumerate(TEXTS)]))
    rows = back(path, "csv", "")
    assert [cells[1] for cells in rows[1:]] == TEXTS
    import csv  # noqa: PLC0415 - the raw file, as Excel sees it

    raw = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert [row[1] for row in raw[1:] if is_formula_like(row[1])] == []


@deterministic
@given(st.text())
def test_protecting_and_unprotecting_gives_the_text_back(text):
    assert unprotect_text(protect_text(text)) == text
    assert not is_formula_like(protect_text(text))


def test_cells_have_the_kind_of_their_column(tmp_path):
    columns = [
        Column("代码", "code"),
        Column("人数", "number"),
        Column("年份", "year"),
        Column("日期", "date"),
        Column("时间", "datetime"),
        Column("比例", "percent"),
    ]
    row = ("00012", 1200, 1992, dt.date(2014, 6, 4), dt.datetime(2014, 6, 4, 8, 30), Fraction(249, 1000))  # noqa: DTZ001
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [Sheet("表", columns, [row, (None,) * 6])], cover=[("内容", "试")])
    sheet = openpyxl.load_workbook(path)["表"]
    assert [(cell.value, cell.number_format) for cell in sheet[2]] == [
        ("00012", "@"),
        (1200, "#,##0"),
        (1992, "0"),
        (dt.datetime(2014, 6, 4), "yyyy\\-mm\\-dd"),  # noqa: DTZ001
        (dt.datetime(2014, 6, 4, 8, 30), "yyyy\\-mm\\-dd\\ hh:mm"),  # noqa: DTZ001
        (0.249, "0.0%"),
    ]
    assert [cell.value for cell in sheet[3]] == [None] * 6
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:F3")


def test_rows_beyond_a_sheet_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "ROWS_PER_SHEET", 3)
    path = tmp_path / "a.xlsx"
    told = []
    monkeypatch.setattr(writer, "PIECE_ROWS", 2)
    written = write_xlsx(
        path, [Sheet("企业", [Column("号", "number")], ((n,) for n in range(7)))], progress=told.append
    )
    book = openpyxl.load_workbook(path)
    assert written == 7
    assert told == [2, 5]
    assert {sheet.title: [row[0].value for row in sheet.iter_rows()] for sheet in book} == {
        "企业": ["号", 0, 1, 2],
        "企业 (2)": ["号", 3, 4, 5],
        "企业 (3)": ["号", 6],
    }


def test_titles_are_made_such_as_excel_takes(tmp_path):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [Sheet("a/b:c*?[d]" * 5, [], []), Sheet("表", [], []), Sheet("表", [], [])])
    assert openpyxl.load_workbook(path).sheetnames == ["a b c   d a b c   d a b c   d a", "表", "表 (2)"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_sees_the_same(tmp_path):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [Sheet("表", [Column("文字"), Column("日期", "date")], [("=1+1", dt.date(2014, 6, 4))])])
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            path.name,
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").split() == ["文字,日期", "=1+1,2014-06-04"]
