"""Cells that hold an error such as #N/A, which the reader gives as empty: found in the file itself."""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.sheets.containers import Container
from core.sheets.grid import number_of
from core.sheets.unpacking import ATTRIBUTES, sheets_in, unpacked

# Row and column as Excel counts them, and what Excel shows.
Found = dict[int, list[tuple[int, str]]]
_MARK = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_CELL = re.compile(rb"<(?:[\w.\-]+:)?c(?=\s)(" + ATTRIBUTES + rb")>(.*?)</(?:[\w.\-]+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_VALUE = re.compile(rb"<(?:[\w.\-]+:)?v>([^<]{1,20})<")
_FORMULA, _LOGICAL, _SHEET, _END = 0x0006, 0x0205, 0x0085, 0x000A
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def error_cells(path: Path, kind: str, place: int, name: str) -> Found:
    """The errors of the sheet at this place among the worksheets, with this name, by rows."""
    found: Found = {}
    cells = _in_zip(path, name) if kind == "xlsx" else _in_container(path, place)
    for row, column, words in cells:
        found.setdefault(row, []).append((column, words))
    return found


def _in_zip(path: Path, name: str) -> Iterator[tuple[int, int, str]]:
    with path.open("rb") as file:
        with zipfile.ZipFile(file) as archive:
            known = {part.filename: part for part in archive.infolist()}
        part = next((sheet.part for sheet in sheets_in(file, known) if sheet.name == name), "")
        if part not in known:
            return
        rest = b""
        for piece in unpacked(file, known[part]):
            text = rest + piece
            end = text.rfind(b"</")
            end = max(text.rfind(b"<row", 0, end), text.rfind(b"<c ", 0, end), 0)
            if b'"e"' in text or b"'e'" in text:
                yield from _errors_in(text[:end])
            rest = text[end:]
        yield from _errors_in(rest)


def _errors_in(text: bytes) -> Iterator[tuple[int, int, str]]:
    position = 0
    while mark := _MARK.search(text, position):
        position = mark.end()
        cell = _CELL.match(text, max(text.rfind(b"<", 0, mark.start()), 0))
        place = _PLACE.search(cell[1]) if cell else None
        value = _VALUE.search(cell[2]) if cell else None
        if place and value:
            yield int(place[2]), number_of(place[1]), value[1].decode("utf-8", "replace")


def _in_container(path: Path, wanted: int) -> Iterator[tuple[int, int, str]]:
    container = Container(path.read_bytes())
    entry = min(
        (one for one in container.entries if one.is_stream and one.name.upper() in ("WORKBOOK", "BOOK")),
        key=lambda one: one.name.upper() != "WORKBOOK",
    )
    stream = container.stream(entry)
    begins = [
        struct.unpack_from("<I", stream, place)[0]
        for kind, place, _ in _records(stream, 0)
        if kind == _SHEET and stream[place + 5] == 0
    ]
    if wanted >= len(begins):
        return
    for kind, place, length in _records(stream, begins[wanted]):
        if kind == _LOGICAL and length >= 8 and stream[place + 7]:
            code = stream[place + 6]
        elif (
            kind == _FORMULA
            and length >= 14
            and stream[place + 6] == 2
            and stream[place + 12 : place + 14] == b"\xff\xff"
        ):
            code = stream[place + 8]
        else:
            continue
        row, column = struct.unpack_from("<HH", stream, place)
        yield row + 1, column + 1, _ERRORS.get(code, "#N/A")


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the contents and length of each record up to the end of a sheet."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, place + 4, length
        if kind == _END:
            return
        place += 4 + length
