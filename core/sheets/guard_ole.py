"""What is refused in an .xls: passwords, macros, links, grids too large, files of other programs in the same container."""

import functools
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from core.sheets.containers import Container
from core.sheets.errors import SheetRefused, refusal, sheet_words
from core.sheets.grid import judge_extent
from core.sheets.limits import MOST_COLUMNS, MOST_SHEETS

_MACRO_FOLDERS = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "MACROS"})
_LOCKED = frozenset({"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"})
# Rows of an .xls; a record can state more of both.
MOST_XLS_ROWS = 65_536
# A cell takes 10 bytes at least, so that 30 MiB of honest ones are fewer; what precedes them is small.
LEAST_RECORD, _SLACK = 10, 200_000
MOST_RECORDS = 2_500_000
_BEGIN, _END, _PASSWORD, _SHEET, _LINKED = 0x0809, 0x000A, 0x002F, 0x0085, 0x01AE
# Formula, number, text, logical value or error, number in brief, text by its number, several numbers, formatted text.
_CELLS = frozenset((0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00BD, 0x00D6))
_SEVERAL = 0x00BD
_LOOKED_AT = _CELLS | {_BEGIN, _END, _PASSWORD, _SHEET, _LINKED}
# After so many cells in a row those that follow are passed by a regular expression, ten times as fast as one by one.
_IN_A_ROW = 64
_LONGEST_USUAL = 18
# The last row and column it lets pass, and the class of the byte that decides: the rest is looked at one by one.
_ROW_STEPS = ((1 << 12, rb"[\x00-\x0f]"), (1 << 14, rb"[\x00-\x3f]"), (1 << 16, rb"[\x00-\xff]"))
_COLUMN_STEPS = ((1 << 4, rb"[\x00-\x0f]"), (1 << 6, rb"[\x00-\x3f]"), (1 << 8, rb"[\x00-\xff]"))
_WORKSHEET = 0x0010
_MACRO_SHEET = 1
# What stands instead of a file name for the workbook itself and for functions of add-ins.
_OWN, _FUNCTIONS = 0x0401, 0x3A01
_HEAD = struct.Struct("<HH")
# Kind and length of any record, row and column of a cell.
_CELL = struct.Struct("<HHHH")


@functools.lru_cache(maxsize=9)
def _usual_cells(rows: int, columns: int) -> re.Pattern[bytes]:
    """As many numbers, texts, brief numbers and logical values as follow each other within the bounds of these steps."""
    where = rb"." + _ROW_STEPS[rows][1] + _COLUMN_STEPS[columns][1] + rb"\x00"
    number = rb"\x03\x02\x0e\x00" + where + rb".{10}"
    brief = rb"(?:\xfd\x00|\x7e\x02)\x0a\x00" + where + rb".{6}"
    logical = rb"\x05\x02\x08\x00" + where + rb".{4}"
    return re.compile(rb"(?:" + brief + rb"|" + number + rb"|" + logical + rb")++", re.DOTALL)


def refuse_locked(path: Path) -> None:
    """Raise ``SheetRefused`` for a workbook of any kind that is locked as a whole."""
    names = {entry.name.upper() for entry in Container(path.read_bytes()).entries}
    if names & _LOCKED:
        raise refusal("encrypted")


def judge_ole(path: Path) -> None:
    """Raise ``SheetRefused`` for a container that is damaged, locked, carries macros or holds no workbook."""
    container = Container(path.read_bytes())
    names = {entry.name.upper() for entry in container.entries}
    books = [
        entry for entry in container.entries if entry.is_stream and entry.name.upper() in ("WORKBOOK", "BOOK")
    ]
    if names & _LOCKED:
        raise refusal("encrypted")
    if not books:
        raise refusal("no_workbook")
    if len({entry.name.upper() for entry in books}) < len(books):
        raise refusal("damaged")  # readers would choose differently
    if names & _MACRO_FOLDERS:
        raise refusal("macros")
    for entry in books:
        _Book(container.stream(entry)).judge()


class _Book:
    """The records of one workbook, looked at in their order."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._begins: set[int] = set()
        self._sheets: dict[int, str] = {}

    def judge(self) -> None:
        """Follow them all; ends with the first that is wrong."""
        try:
            self._judge_sheets(exactly=False)
        except SheetRefused as refused:
            if refused.code != "grid":
                raise
            # Of the bounds it was only known that they are no further.
            self._judge_sheets(exactly=True)
        # A sheet that begins inside another record would have been passed over here.
        if not self._sheets or not set(self._sheets) <= self._begins:
            raise refusal("damaged")
        if len(self._sheets) > MOST_SHEETS:
            raise refusal("sheets", count=len(self._sheets), most=MOST_SHEETS)

    def _judge_sheets(self, *, exactly: bool) -> None:
        for start, rows, columns, values in self._sheets_by_records(exactly=exactly):
            sheet = sheet_words(self._sheets.get(start, ""))
            if columns > MOST_COLUMNS:
                raise refusal("columns", sheet=sheet, most=MOST_COLUMNS, column=columns)
            judge_extent(sheet, rows, columns, values)

    def _sheets_by_records(self, *, exactly: bool) -> Iterator[tuple[int, int, int, int]]:  # noqa: C901 - one loop, and calls would double it
        """Where each begins, how many rows and columns it reaches, and its cells.

        Not ``exactly``: at most so many rows and columns, at least so many cells. A million records one by one take half a
        second.
        """
        stream, place, last = self._stream, 0, len(self._stream) - _CELL.size
        begin = seen = rows = columns = values = in_a_row = 0
        unpack, looked_at, cells = _CELL.unpack_from, _LOOKED_AT, _CELLS
        checked = 10_000
        while place <= last:
            kind, length, row, column = unpack(stream, place)
            seen += 1
            if seen >= checked:
                checked = seen + 10_000
                if seen > MOST_RECORDS or seen * LEAST_RECORD > place + _SLACK:
                    raise refusal("bomb")
            if kind in looked_at:
                if kind in cells:
                    in_a_row += 1
                    if in_a_row > _IN_A_ROW and not exactly:
                        in_a_row = 0
                        passed, rows, columns = self._pass_usual(place, rows, columns)
                        if passed:
                            seen += passed // _LONGEST_USUAL - 1
                            values += passed // _LONGEST_USUAL
                            place += passed
                            if seen > MOST_RECORDS:
                                raise refusal("bomb")
                            continue
                    if kind == _SEVERAL:
                        column = struct.unpack_from("<H", stream, place + 2 + length)[0]
                    values += 1
                    if row >= rows:
                        rows = row + 1
                    if column >= columns:
                        columns = column + 1
                elif kind == _BEGIN:
                    self._begins.add(place)
                    begin = place
                elif kind == _END:
                    yield begin, rows, columns, values
                    rows = columns = values = 0
                else:
                    self._judge_record(kind, place, length)
            place += 4 + length
        yield begin, rows, columns, values

    def _pass_usual(self, place: int, rows: int, columns: int) -> tuple[int, int, int]:
        """How many bytes of usual cells stand here, and the bounds of the step they were passed by."""
        row_step = next((step for step, (most, _) in enumerate(_ROW_STEPS) if rows <= most), 2)
        column_step = next((step for step, (most, _) in enumerate(_COLUMN_STEPS) if columns <= most), 2)
        found = _usual_cells(row_step, column_step).match(self._stream, place)
        if found is None:
            return 0, rows, columns
        return (
            found.end() - place,
            max(rows, _ROW_STEPS[row_step][0]),
            max(columns, _COLUMN_STEPS[column_step][0]),
        )

    def _judge_record(self, kind: int, place: int, length: int) -> None:
        if kind == _PASSWORD:
            raise refusal("encrypted")
        if kind == _LINKED and length >= 4:
            if _HEAD.unpack_from(self._stream, place + 4)[1] not in (_OWN, _FUNCTIONS):
                raise refusal("links")
        elif kind == _SHEET and length >= 8:
            begin, _, nature, letters, is_wide = struct.unpack_from("<IBBBB", self._stream, place + 4)
            if nature == _MACRO_SHEET:
                raise refusal("macros")
            name = self._stream[place + 12 : place + 4 + length]
            self._sheets[begin] = (
                name[: letters * 2].decode("utf-16-le", "replace")
                if is_wide & 1
                else (name[:letters].decode("latin-1"))
            )
