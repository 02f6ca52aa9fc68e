"""What is refused in an .xlsx beyond what is refused in any office file: sheets that are no sheets, too many or too large."""

import zipfile
from pathlib import Path

from core.sheets.errors import refusal
from core.sheets.grid import Grid
from core.sheets.limits import LONGEST_STRETCH, MOST_SHEETS
from core.sheets.package import CONTENT_TYPES, Part, open_package
from core.sheets.unpacking import WORKBOOK, sheets_in


def judge_zip(path: Path) -> None:
    """Raise ``SheetRefused`` for a file that is damaged, hostile, or no workbook one can read."""
    with path.open("rb") as file:
        parts = open_package(file, judge_workbook_names)
        known = {part.filename: part for part in parts}
        listed = sheets_in(file, known)
        if len(listed) > MOST_SHEETS:
            raise refusal("sheets", count=len(listed), most=MOST_SHEETS)
        names = {sheet.part: sheet.name for sheet in listed}
        # Small ones first: what is wrong with them is known before a large sheet is unpacked.
        for part in sorted(parts, key=lambda part: part.file_size):
            _SheetPart(part, names.get(part.filename, "")).judge(file)


def judge_workbook_names(names: list[str]) -> None:
    """Raise ``SheetRefused`` when the parts of a package make no workbook, or one that carries macros or links."""
    if WORKBOOK not in names or CONTENT_TYPES not in names:
        raise refusal("no_workbook")
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise refusal("macros")
    if any(name.startswith("xl/externallinks/") or name == "xl/connections.xml" for name in names):
        raise refusal("links")
    sheets = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names)
    if sheets > MOST_SHEETS:
        raise refusal("sheets", count=sheets, most=MOST_SHEETS)


class _SheetPart(Part):
    """A part of a workbook that will be read: its texts end somewhere, its grid is not too large."""

    def __init__(self, part: zipfile.ZipInfo, sheet: str) -> None:
        super().__init__(part)
        self._sheet = sheet
        self._grid: Grid | None = None
        self._stretch = 0

    def _look(self, tail: bytes, fresh: bytes) -> None:
        self._measure(fresh)
        self._follow(tail, fresh)

    def _end(self) -> None:
        if self._grid is not None:
            self._grid.end()

    def _measure(self, fresh: bytes) -> None:
        """Refuse a text that never ends."""
        if not self._is_markup:
            return
        first = fresh.find(b"<")
        self._stretch += len(fresh) if first < 0 else first
        if self._stretch > LONGEST_STRETCH:
            raise refusal("cell")
        if first >= 0:
            self._stretch = len(fresh) - 1 - fresh.rfind(b"<")

    def _follow(self, tail: bytes, fresh: bytes) -> None:
        if self._grid is not None:
            self._grid.take(fresh)
        elif b"sheetData" in tail + fresh:
            self._grid = Grid(self._sheet)
            self._grid.take(tail + fresh)
