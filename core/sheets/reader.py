"""Reading a spreadsheet through a process of its own (``core.sheets.child``), row by row and with little memory here.

The fast readers abort the whole process on a two-kilobyte file, and some files never end: so the reader is a child with
limits of memory and time, and every way it can end badly becomes one sentence for people.
"""

import contextlib
import dataclasses
import zipfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

from core.children.lines import ChildFailed, child_lines, program_of
from core.sheets.errors import SheetRefused, refusal
from core.sheets.unpacking import sheets_in

Cell = str | int | float | bool | None
Rows = list[tuple[int, list[Cell]]]
PROGRAM = program_of("core.sheets.child")
# Without a word for so long it hangs; its work is limited by itself (CPU_SECONDS).
SILENT_SECONDS = 180
# 256 cells of 32,767 characters with four bytes each.
LONGEST_LINE = 64 << 20


class ReaderFailed(Exception):
    """How the child ended, for the log: what a refusal was caused by."""


@dataclasses.dataclass(frozen=True)
class SheetInfo:
    """One sheet of a workbook. A csv has one without a name."""

    name: str
    visible: bool


def list_sheets(path: Path, format: str) -> list[SheetInfo]:  # noqa: A002 - what it is
    """The worksheets in their order. Raises ``SheetRefused``.

    Of an .xlsx the list stands in a small part of its own; the reader would unpack all texts first.
    """
    if format == "xlsx" and (listed := _listed_in(path)):
        return listed
    with contextlib.closing(_lines([format, str(path)])) as lines:
        for line in lines:
            return [SheetInfo(str(sheet["name"]), bool(sheet["visible"])) for sheet in line["sheets"]]
    raise refusal("unreadable")


def _listed_in(path: Path) -> list[SheetInfo]:
    """The sheets as the workbook's own part lists them; empty when that is written otherwise than usual."""
    try:
        with path.open("rb") as file:
            with zipfile.ZipFile(file) as archive:
                known = {part.filename: part for part in archive.infolist()}
            return [SheetInfo(sheet.name, sheet.visible) for sheet in sheets_in(file, known)]
    except Exception:  # noqa: BLE001 - the child has the last word on what is wrong
        return []


def read_rows(path: Path, format: str, *, sheet: str, batch: int = 500) -> Generator[Rows, None, None]:  # noqa: A002
    """The rows of a sheet that hold anything, ``batch`` at a time or fewer: Excel's row number and the cells from A on.

    Dates are ISO text ("2014-06-04", with the time of day where there is one), whole numbers int, formulas their stored
    value, errors the text Excel shows. A number from 10**15 on has lost its last digits in Excel already and comes as the
    int Excel keeps. Closing the iterator ends the child. Raises ``SheetRefused``, also in the middle.
    """
    with contextlib.closing(_lines([format, str(path), sheet, str(batch)])) as lines:
        for line in lines:
            if "end" in line:
                return
            yield [(number, cells) for number, cells in line["rows"]]
    raise refusal("unreadable")


def _lines(arguments: list[str]) -> Generator[dict[str, Any], None, None]:
    said = child_lines(PROGRAM, arguments, silent_seconds=SILENT_SECONDS, longest_line=LONGEST_LINE)
    with contextlib.closing(said):
        try:
            for line in said:
                yield _judged(line)
        except ChildFailed as failed:
            raise refusal("too_large" if failed.by_limits else "unreadable") from ReaderFailed(str(failed))


def _judged(line: dict[str, Any]) -> dict[str, Any]:
    if "message" in line:
        raise SheetRefused(str(line["refused"]), str(line["message"]))
    if "refused" in line:
        code = {"PasswordError": "encrypted", "memory": "too_large"}.get(line["refused"], "unreadable")
        raise refusal(code) from ReaderFailed(str(line))
    return line
