"""Rows of a workbook given back to its person: the own sheet, columns and order untouched, the reason in front.

What stands above the header stays, then come the bad rows alone. Texts are texts and formulas their last value, so that
nothing runs that did not run before.
"""

import copy
import csv
import dataclasses
import logging
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from core.sheets.errors import SheetRefused
from core.sheets.formulas import protect_text
from core.sheets.reader import read_rows
from core.sheets.texts import encoding_of, separator_of

logger = logging.getLogger(__name__)

# Unpacked, about 18,000 rows of 15 columns: openpyxl keeps some 400 bytes a cell, so larger ones come back in a plain form.
MOST_BYTES_KEPT_WHOLE = 16 << 20
REASON_WIDTH = 46
_BAD = PatternFill("solid", fgColor="F8CBCB")
_REASON_HEAD = PatternFill("solid", fgColor="E7B8B7")
_TEXT = "@"


@dataclasses.dataclass(frozen=True)
class RowProblem:
    """Why a row is given back, and the places of its bad cells (0 is A)."""

    reason: str
    columns: frozenset[int]


def write_returned(
    source: Path,
    format: str,  # noqa: A002 - what it is
    *,
    sheet: str,
    header_row: int,
    problems: Mapping[int, RowProblem],
    target: Path,
    reason_header: str = "问题说明",
) -> None:
    """Write the rows of ``problems`` (by Excel's row number) to ``target``: .csv for a csv, else .xlsx.

    Of another workbook than a small .xlsx the styles are not kept, columns and order are. Raises ``SheetRefused``.
    """
    if format == "csv":
        _write_csv(source, header_row, problems, target, reason_header)
        return
    if format == "xlsx" and _unpacked_bytes(source) <= MOST_BYTES_KEPT_WHOLE:
        try:
            _write_own(source, sheet, header_row, problems, target, reason_header)
            return
        except SheetRefused:
            raise
        except Exception:
            # Other programs write workbooks openpyxl does not take; the rows matter more than their looks.
            logger.warning("returned rows lose their styles", exc_info=True)
    _write_plain(source, format, sheet, header_row, problems, target, reason_header)


def _unpacked_bytes(source: Path) -> int:
    with zipfile.ZipFile(source) as archive:
        return sum(part.file_size for part in archive.infolist())


# ---------- csv ----------


def _write_csv(
    source: Path, header_row: int, problems: Mapping[int, RowProblem], target: Path, reason_header: str
) -> None:
    encoding = encoding_of(source) or "utf-8"
    separator = separator_of(source, encoding)
    header: list[Any] = []
    # Without a mark Excel takes UTF-8 for GBK.
    with target.open("w", encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        for number, cells in (row for part in read_rows(source, "csv", sheet="") for row in part):
            texts = ["" if cell is None else protect_text(str(cell)) for cell in cells]
            if number < header_row:
                writer.writerow(["", *texts])
            elif number == header_row:
                header = cells
                writer.writerow([reason_header, *texts])
            elif number in problems:
                writer.writerow([protect_text(_named(problems[number], header)), *texts])


def _named(problem: RowProblem, header: list[Any]) -> str:
    """The reason with the names of the bad columns, since a csv cannot colour them."""
    names = [str(header[place]) for place in sorted(problem.columns) if place < len(header) and header[place]]
    missing = [name for name in names if name.strip("*＊ ") not in problem.reason]
    reason = problem.reason.replace("\n", " ")
    return f"（{'、'.join(missing)}）{reason}" if missing else reason


# ---------- the own workbook ----------


def _write_own(
    source: Path,
    sheet: str,
    header_row: int,
    problems: Mapping[int, RowProblem],
    target: Path,
    reason_header: str,
) -> None:
    values = dict(_wanted(source, "xlsx", sheet, header_row, problems))
    with source.open("rb") as file:
        workbook = openpyxl.load_workbook(file, keep_links=False)
    old = workbook[sheet]
    assert isinstance(old, Worksheet)  # the reader lists worksheets only
    new = workbook.create_sheet(f"{sheet[:28]}__", workbook.index(old))
    kept = list(range(1, header_row + 1)) + sorted(number for number in problems if number > header_row)
    places = {number: place for place, number in enumerate(kept, start=1)}
    for number, place in places.items():
        _copy_row(old, new, number, place, values.get(number, []))
        problem = problems.get(number) if number > header_row else None
        if problem is not None:
            _mark(new, place, problem)
    _put_reason_head(new, header_row, reason_header)
    _copy_shape(old, new, header_row, len(kept))
    title = old.title
    workbook.remove(old)
    new.title = title
    workbook.active = workbook.index(new)
    workbook.save(target)


def _wanted(
    source: Path,
    format: str,  # noqa: A002 - what it is
    sheet: str,
    header_row: int,
    problems: Mapping[int, RowProblem],
) -> Iterator[tuple[int, list[Any]]]:
    for part in read_rows(source, format, sheet=sheet):
        for number, cells in part:
            if number <= header_row or number in problems:
                yield number, cells


def _copy_row(old: Worksheet, new: Worksheet, number: int, place: int, values: list[Any]) -> None:
    """A row one column further right: styles and values; of a formula the value the reader saw."""
    for cell in old[number]:
        if not isinstance(cell, Cell):
            continue  # inside a merged area
        copied = new.cell(place, cell.column + 1)
        if cell.has_style:
            copied._style = copy.copy(cell._style)
        value = cell.value
        if cell.data_type == "f":
            value = values[cell.column - 1] if cell.column <= len(values) else None
        if value is None:
            continue
        copied.value = value
        if isinstance(value, str):
            copied.data_type = "s"
    height = old.row_dimensions[number].height
    if height:
        new.row_dimensions[place].height = height


def _mark(sheet: Worksheet, row: int, problem: RowProblem) -> None:
    reason = sheet.cell(row, 1)
    reason.value, reason.data_type = problem.reason, "s"
    reason.alignment = Alignment(wrap_text=True, vertical="top")
    reason.font, reason.number_format = Font(color="9C1C1C"), _TEXT
    for place in problem.columns:
        sheet.cell(row, place + 2).fill = _BAD


def _put_reason_head(sheet: Worksheet, header_row: int, words: str) -> None:
    head = sheet.cell(header_row, 1)
    head.value, head.fill, head.font = words, _REASON_HEAD, Font(bold=True)
    head.alignment = Alignment(vertical="center")


def _copy_shape(old: Worksheet, new: Worksheet, header_row: int, last: int) -> None:
    """Widths, merged titles, lists to choose from, and a header that stays in sight."""
    new.column_dimensions["A"].width = REASON_WIDTH
    for letter, dimension in old.column_dimensions.items():
        first = dimension.min or openpyxl.utils.column_index_from_string(letter)
        for column in range(first, min(dimension.max or first, first + 255) + 1):
            if dimension.width:
                new.column_dimensions[get_column_letter(column + 1)].width = dimension.width
    for merged in old.merged_cells.ranges:
        if merged.max_row <= header_row:
            new.merge_cells(
                start_row=merged.min_row,
                end_row=merged.max_row,
                start_column=merged.min_col + 1,
                end_column=merged.max_col + 1,
            )
    for rule in old.data_validations.dataValidation:
        moved = copy.copy(rule)
        areas = [range_boundaries(str(area)) for area in rule.sqref.ranges]
        moved.sqref = openpyxl.worksheet.cell_range.MultiCellRange(
            [
                f"{get_column_letter(left + 1)}{header_row + 1}:{get_column_letter(right + 1)}{max(last, header_row + 1)}"
                for left, _, right, bottom in areas
                if bottom is None or bottom > header_row
            ]
        )
        if moved.sqref.ranges:
            new.add_data_validation(moved)
    new.freeze_panes = new.cell(header_row + 1, 2)


# ---------- a plain one ----------


def _write_plain(
    source: Path,
    format: str,  # noqa: A002
    sheet: str,
    header_row: int,
    problems: Mapping[int, RowProblem],
    target: Path,
    reason_header: str,
) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    new = workbook.create_sheet(sheet or "Sheet1")
    new.column_dimensions["A"].width = REASON_WIDTH
    new.freeze_panes = f"B{header_row + 1}"
    last = 0
    for number, cells in _wanted(source, format, sheet, header_row, problems):
        for _ in range(last + 1, number if number <= header_row else last + 1):
            new.append([])
        last = number
        problem = problems.get(number) if number > header_row else None
        first = reason_header if number == header_row else problem.reason if problem else None
        row = []
        for place, value in enumerate([first, *cells], start=-1):
            cell = openpyxl.cell.WriteOnlyCell(new, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
                cell.number_format = _TEXT
            if problem is not None and place in problem.columns:
                cell.fill = _BAD
            row.append(cell)
        if row[0].value is not None:
            row[0].alignment = Alignment(wrap_text=True, vertical="top")
        new.append(row)
    workbook.save(target)
