"""What is refused in an .xls: passwords, macros, links, grids too large, files of other programs in the same container."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.sheets.containers import Container
from core.sheets.errors import refusal, sheet_words
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
# After so many records of one length those that follow are looked at together, first so many, then ever more: texts and whole
# numbers take as much as each other, so that most of a long list is passed in steps of thousands.
_ALIKE, _FIRST, _MOST_TOGETHER = 64, 256, 1 << 16
_ONE_CELL = np.isin(np.arange(1 << 16), list(_CELLS - {_SEVERAL}))
_WORKSHEET = 0x0010
_MACRO_SHEET = 1
# What stands instead of a file name for the workbook itself and for functions of add-ins.
_OWN, _FUNCTIONS = 0x0401, 0x3A01
_HEAD = struct.Struct("<HH")
# Kind and length of any record, row and column of a cell.
_CELL = struct.Struct("<HHHH")


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
        for start, rows, columns, values in self._sheets_by_records():
            sheet = sheet_words(self._sheets.get(start, ""))
            if columns > MOST_COLUMNS:
                raise refusal("columns", sheet=sheet, most=MOST_COLUMNS, column=columns)
            judge_extent(sheet, rows, columns, values)
        # A sheet that begins inside another record would have been passed over here.
        if not self._sheets or not set(self._sheets) <= self._begins:
            raise refusal("damaged")
        if len(self._sheets) > MOST_SHEETS:
            raise refusal("sheets", count=len(self._sheets), most=MOST_SHEETS)

    def _sheets_by_records(self) -> Iterator[tuple[int, int, int, int]]:  # noqa: C901 - one loop, and calls would double it
        """Where each begins, how many rows and columns it reaches, and its cells.

        A million records of changing lengths take half a second.
        """
        stream, place, last = self._stream, 0, len(self._stream) - _CELL.size
        begin = seen = rows = columns = values = alike = before = 0
        together = _FIRST
        unpack, looked_at, cells = _CELL.unpack_from, _LOOKED_AT, _CELLS
        while place <= last:
            kind, length, row, column = unpack(stream, place)
            seen += 1
            if length != before:
                alike, before, together = 0, length, _FIRST
            elif alike < _ALIKE:
                alike += 1
            elif kind in cells and (found := self._cells_alike(place, length, together)):
                count, most_row, most_column = found
                if count == together:
                    together = min(together * 8, _MOST_TOGETHER)
                else:
                    alike, together = 0, _FIRST
                rows, columns = max(rows, most_row + 1), max(columns, most_column + 1)
                values += count
                place += count * (4 + length)
                # As if they had been looked at one by one.
                if (seen + count) // 10_000 > seen // 10_000:
                    seen += count
                    if seen > MOST_RECORDS or seen * LEAST_RECORD > place + _SLACK:
                        raise refusal("bomb")
                else:
                    seen += count
                continue
            if not seen % 10_000 and (seen > MOST_RECORDS or seen * LEAST_RECORD > place + _SLACK):
                raise refusal("bomb")
            if kind in looked_at:
                if kind in cells:
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

    def _cells_alike(self, place: int, length: int, most: int) -> tuple[int, int, int] | None:
        """How many records from here on, at most, are one cell each and have this length; their last row and column."""
        size = 4 + length
        count = min((len(self._stream) - place) // size, most)
        if size % 2 or not count:
            return None
        words = np.frombuffer(self._stream, "<u2", count * size // 2, place).reshape(count, size // 2)
        fits = (words[:, 1] == length) & _ONE_CELL[words[:, 0]]
        if not fits.all():
            count = int(fits.argmin())
            if not count:
                return None
        return count, int(words[:count, 2].max()), int(words[:count, 3].max())

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
