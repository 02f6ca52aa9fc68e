"""Reads one spreadsheet and prints it as lines of JSON.   python child.py FORMAT PATH [SHEET BATCH]

A program of its own, run by ``core.sheets.reader`` with the standard library and python-calamine alone: whatever a file
makes of it, the portal's process lives. Without SHEET it lists the sheets.
"""

import csv
import datetime as dt
import io
import itertools
import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from formulas import unprotect_text  # type: ignore[import-not-found]  # the neighbour file: this program runs without the project around it

# 200,000 rows of 20 columns take some 400 MiB; a hostile grid asks for hundreds of GiB and is refused at once.
MEMORY = 1 << 30
CPU_SECONDS = 60
LONGEST_CELL = 1 << 20
SEPARATORS = ",\t;"
SNIFFED = 64 * 1024
Row = tuple[int, list[object]]


def main() -> int:
    """List the sheets, or print the rows of one."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    kind, path, *asked = sys.argv[1:]
    try:
        if not asked:
            say({"sheets": list_sheets(kind, path)})
            return 0
        sheet, batch = asked
        rows = csv_rows(path) if kind == "csv" else workbook_rows(path, sheet)
        while part := list(itertools.islice(rows, int(batch))):
            say({"rows": part})
        say({"end": True})
    except MemoryError:
        say({"refused": "memory"})
    except Exception as error:  # noqa: BLE001 - this process exists to turn whatever a file does into one line
        say({"refused": type(error).__name__, "detail": str(error)[:200]})
    return 0


def say(line: dict[str, object]) -> None:
    """One line to the reader."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def list_sheets(kind: str, path: str) -> list[dict[str, object]]:
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


def workbook_rows(path: str, sheet: str) -> Iterator[Row]:
    """The rows of a sheet that hold anything, with Excel's row numbers and cells from column A on."""
    from python_calamine import load_workbook  # noqa: PLC0415 - as above

    with load_workbook(path) as workbook:
        found = workbook.get_sheet_by_name(sheet)
        if found.start is None:
            return
        before: list[object] = [None] * found.start[1]
        for number, cells in enumerate(found.iter_rows(), start=1):
            plain = [plain_cell(cell) for cell in cells]
            while plain and plain[-1] is None:
                plain.pop()
            if plain:
                yield number, before + plain


def plain_cell(cell: object) -> object:
    """A cell as JSON carries it: dates as ISO text, whole fractions as whole numbers, an empty one as None."""
    kind = type(cell)
    if kind is str:
        return cell or None
    if kind is float:
        return int(cell) if cell.is_integer() else cell  # type: ignore[attr-defined,call-overload]
    if kind is dt.date:
        return str(cell)
    if kind is dt.datetime:
        text = cell.isoformat(" ", "seconds")  # type: ignore[attr-defined]
        return text[:10] if text.endswith("00:00:00") else text
    if kind is bool or kind is int:
        return cell
    return None if cell is None else str(cell)


def csv_rows(path: str) -> Iterator[Row]:
    """The records of a text file that hold anything, numbered as Excel would number its rows."""
    csv.field_size_limit(LONGEST_CELL)
    text = decoded(Path(path).read_bytes())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    for number, cells in enumerate(reader, start=1):
        plain: list[object] = [unprotect_text(cell) or None for cell in cells]
        while plain and plain[-1] is None:
            plain.pop()
        if plain:
            yield number, plain


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 with or without BOM, UTF-16 with BOM, or GBK with its extension GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def separator_of(text: str) -> str:
    """The sign that parts the columns: the one found most often outside quotes in the first lines."""
    outside = "".join(text[:SNIFFED].split('"')[::2])
    return max(SEPARATORS, key=outside.count)


if __name__ == "__main__":
    sys.exit(main())
