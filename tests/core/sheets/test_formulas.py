"""No text of an export becomes a formula or a link, and each comes back as it was (R19)."""

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sheets.formulas import is_formula_like, protect_text, unprotect_text
from core.sheets.reader import read_rows
from core.sheets.writer import Column, Sheet, write_csv, write_xlsx
from tests.support.properties import deterministic

SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]
BEHIND = ["", " ", "  ", "\u3000", "\xa0", "\t", "\r\n", "'", "''"]
PAYLOADS = ["1+1", "cmd|'/c calc'!A0", 'HYPERLINK("http://127.0.0.1/","点这里")', "http://127.0.0.1/"]
HOSTILE = [f"{behind}{sign}{payload}" for behind in BEHIND for sign in SIGNS for payload in PAYLOADS]
COLUMNS = (Column("文字"), Column("代码", "code"))


def sheet_of(texts) -> Sheet:
    """Each text as a text and as a code."""
    return Sheet("名单", COLUMNS, [(text, text) for text in texts])


@given(st.text())
@deterministic
def test_reading_takes_off_exactly_what_writing_put_on(text):
    assert unprotect_text(protect_text(text)) == text


@given(st.text(alphabet="'=+-@＝ \t\r\n1a", max_size=6))
@deterministic
def test_reading_takes_off_exactly_what_writing_put_on_where_it_matters(text):
    assert unprotect_text(protect_text(text)) == text
    assert not is_formula_like(protect_text(text))


@pytest.mark.parametrize("text", ["'我的'公司", "'", "''", "'abc", "O'Neil"])
def test_an_apostrophe_of_somebody_elses_file_stays(text):
    assert unprotect_text(text) == (text[1:] if text == "''" else text)


@pytest.mark.parametrize("text", ["广州示范公司", "020-23456789", "a=b", "3-4 号", "", " 前面有空格"])
def test_harmless_texts_are_written_as_they_are(text):
    assert protect_text(text) == text


def test_workbook_has_no_formula_and_no_link():
    target = io.BytesIO()
    write_xlsx(target, [sheet_of(HOSTILE)], cover=[(text, text) for text in HOSTILE])
    with zipfile.ZipFile(target) as archive:
        for name in archive.namelist():
            part = archive.read(name).decode()
            assert "<f>" not in part
            assert "<f " not in part
            assert "hyperlink" not in part
            assert "External" not in part
    workbook = openpyxl.load_workbook(target)
    kinds = {cell.data_type for sheet in workbook for row in sheet for cell in row}
    assert kinds == {"s"}
    assert [cell.hyperlink for sheet in workbook for row in sheet for cell in row if cell.hyperlink] == []


def test_text_file_has_no_cell_a_spreadsheet_program_runs():
    target = io.BytesIO()
    write_csv(target, sheet_of(HOSTILE))
    rows = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert len(cells) == 2 * len(HOSTILE) + 2
    assert [cell for cell in cells if is_formula_like(cell)] == []


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_own_reader_gives_every_text_back_unchanged(tmp_path, ending):
    path = tmp_path / f"list.{ending}"
    if ending == "xlsx":
        write_xlsx(path, [sheet_of(HOSTILE)])
    else:
        write_csv(path, sheet_of(HOSTILE))
    sheet = "名单" if ending == "xlsx" else ""
    rows = [cells for batch in read_rows(path, ending, sheet=sheet) for _, cells in batch]
    assert rows[1:] == [[text, text] for text in HOSTILE]
