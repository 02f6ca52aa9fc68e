"""Reads one spreadsheet and prints it as lines of JSON: FORMAT PATH [SHEET BATCH].

Runs in a process of its own (``core.sheets.reader``) with the standard library and python-calamine alone: whatever a
file makes of it, the portal's process lives. Without SHEET it lists the sheets.
"""

import csv
import datetime as dt
import itertools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.children.limits import as_line, limit_process, say
from core.sheets.error_cells import error_cells
from core.sheets.errors import SheetRefused, refusal, sheet_words
from core.sheets.limits import MOST_COLUMNS, MOST_ROWS
from core.sheets.texts import csv_rows, encoding_of

# 200,000 rows of 20 columns take some 400 MiB; a hostile grid asks for hundreds of GiB and is refused at once.
MEMORY = 1 << 30
CPU_SECONDS = 60
# Of what it says before it dies nothing is of use beyond this.
LOG_BYTES = 64 << 10
# A batch of long texts goes in several lines.
LONGEST_LINE = 4 << 20
# From here on a double's neighbours are further apart than 100,000, and JSON would carry hundreds of digits.
LARGEST_WHOLE = 1e21
Row = tuple[int, list[Any]]
_HALF_SECOND = dt.timedelta(milliseconds=500)


def main(arguments: Sequence[str]) -> int:
    """List the sheets, or print the rows of one."""
    limit_process(memory=MEMORY, cpu_seconds=CPU_SECONDS, file_bytes=LOG_BYTES)
    kind, name, *asked = arguments
    path = Path(name)
    try:
        if not asked:
            say(as_line({"sheets": list_sheets(kind, path)}))
            return 0
        sheet, batch = asked
        rows = text_rows(path) if kind == "csv" else workbook_rows(kind, path, sheet)
        while part := list(itertools.islice(rows, int(batch))):
            say_rows(part)
        say(as_line({"end": True}))
    except MemoryError:
        say(as_line({"refused": "memory"}))
    except SheetRefused as refused:
        say(as_line({"refused": refused.code, "message": refused.message}))
    except Exception as error:  # noqa: BLE001 - this process exists to turn whatever a file does into one line
        say(as_line({"refused": type(error).__name__, "detail": str(error)[:200]}))
    return 0


def say_rows(rows: list[Row]) -> None:
    """The rows in one line, or in several when their texts are long."""
    text = as_line({"rows": rows})
    if len(text) > LONGEST_LINE and len(rows) > 1:
        middle = len(rows) // 2
        say_rows(rows[:middle])
        say_rows(rows[middle:])
    else:
        say(text)


def list_sheets(kind: str, path: Path) -> list[dict[str, Any]]:
    """Name and visibility of each worksheet; a csv is one without a name."""
    if kind == "csv":
        return [{"name": "", "visible": True}]
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook  # noqa: PLC0415 - csv needs none of it

    with load_workbook(path) as workbook:
        return [
            {"name": sheet.name, "visible": sheet.visible == SheetVisibleEnum.Visible}
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]


def workbook_rows(kind: str, path: Path, sheet: str) -> Iterator[Row]:
    """The rows of a sheet that hold anything, with Excel's row numbers and cells from column A on."""
    from python_calamine import SheetTypeEnum, load_workbook  # noqa: PLC0415 - as above

    with load_workbook(path) as workbook:
        names = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        if sheet not in names:
            raise refusal("no_sheet", sheet=sheet)
        errors = error_cells(path, kind, names.index(sheet), sheet)
        found = workbook.get_sheet_by_name(sheet)
        if found.start is None:
            return
        before: list[Any] = [None] * found.start[1]
        for number, cells in enumerate(found.iter_rows(), start=1):
            plain = before + [plain_cell(cell) for cell in cells]
            for column, words in errors.get(number, ()):
                if column <= len(plain) and plain[column - 1] is None:
                    plain[column - 1] = words
            while plain and plain[-1] is None:
                plain.pop()
            if plain:
                yield number, plain


def text_rows(path: Path) -> Iterator[Row]:
    """The records of a text file that hold anything."""
    encoding = encoding_of(path)
    if encoding is None:
        raise refusal("encoding")
    filled = 0
    try:
        for number, cells in csv_rows(path, encoding):
            filled += 1
            if filled > MOST_ROWS:
                raise refusal("rows", sheet=sheet_words(""), most=MOST_ROWS, row=number)
            if len(cells) > MOST_COLUMNS:
                raise refusal("columns", sheet=sheet_words(""), most=MOST_COLUMNS, column=len(cells))
            yield number, cells
    except csv.Error as error:
        raise refusal("quotes") from error


def plain_cell(cell: Any) -> Any:
    """A cell as JSON carries it: dates as ISO text, whole fractions as whole numbers, an empty one as None."""
    kind = type(cell)
    if kind is str:
        return cell or None
    if kind is float:
        if cell.is_integer() and abs(cell) < LARGEST_WHOLE:
            return int(cell)
        return cell if math.isfinite(cell) else str(cell)
    if kind is bool or kind is int or cell is None:
        return cell
    return _moment(cell)


def _moment(cell: Any) -> str:
    """A day, a moment, a time of day or a span of time, to the nearest second: serials are a little off."""
    if isinstance(cell, dt.datetime):
        try:
            cell = (cell + _HALF_SECOND).replace(microsecond=0)
        except OverflowError:
            cell = cell.replace(microsecond=0)
        text = cell.isoformat(" ")
        return text[:10] if text.endswith(" 00:00:00") else text
    if isinstance(cell, dt.timedelta):
        seconds = round(cell.total_seconds())
        minutes, seconds = divmod(abs(seconds), 60)
        return f"{'-' if cell < dt.timedelta(0) else ''}{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return cell.isoformat("seconds") if isinstance(cell, dt.time) else str(cell)
