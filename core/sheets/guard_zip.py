"""What is refused in an .xlsx: bombs, macros, links to other files, entities, grids too large to be read."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.sheets.errors import SheetRefused
from core.sheets.limits import (
    LONGEST_STRETCH,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    empty_rows,
    too_long,
    too_many_columns,
    too_many_rows,
    too_many_sheets,
)

# 200,000 rows of 15 columns unpack to some 180 MiB; a bomb to as much as it likes.
LARGEST_UNPACKED = 256 << 20
MOST_PARTS = 2_000
PIECE = 1 << 20
# Longest thing looked for that may lie across two pieces.
OVERLAP = 256
BOMB = SheetRefused(
    "bomb", "文件解压后大得不正常，不能读取。请用 Excel 打开，只保留要导入的工作表，另存后再上传。"
)
DAMAGED = SheetRefused("damaged", "文件已损坏，读不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
MACROS = SheetRefused("macros", "文件带宏，不能读取。请另存为不含宏的 .xlsx 后再上传。")
LINKS = SheetRefused(
    "links", "文件链接了别的文件或数据源，不能读取。请在“数据”里断开链接（编辑链接 → 断开），保存后再上传。"
)
ENTITIES = SheetRefused("entities", "文件里有不允许的内容（外部实体），不能读取。请另存为 .xlsx 后再上传。")
ENCRYPTED = SheetRefused("encrypted", "文件加了密码，不能读取。请去掉打开密码，保存后再上传。")
NO_WORKBOOK = SheetRefused(
    "no_workbook", "这个文件不是 Excel 工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
)
_ENTITY = re.compile(rb"<!DOCTYPE|<!ENTITY|2001/XInclude", re.IGNORECASE)
_EXTERNAL = re.compile(
    rb"<(?:\w+:)?Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE
)
_HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_SHEET = re.compile(rb"<(?:\w+:)?sheet[\s>]")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"']([0-9]{1,9})[\"']")
_WIDE = re.compile(rb"\br=[\"']([A-Z]{2,3})[0-9]")
_CELL_OPENS = (b"<c ", b"<c>", b"<c/")
_VALUES = (b"<v", b"<is")
_XML = (".xml", ".rels", ".vml")


def judge_zip(path: Path) -> None:
    """Raise ``SheetRefused`` for a file that is damaged, hostile, or no workbook one can read."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        names = _judge_directory(parts)
        _judge_names(names)
        for part in parts:
            if part.filename.lower().endswith(_XML):
                _judge_part(archive, part)


def _judge_directory(parts: list[zipfile.ZipInfo]) -> list[str]:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise BOMB
    names = []
    for part in parts:
        name = part.filename
        if part.flag_bits & 0x1:
            raise ENCRYPTED
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DAMAGED
        if "\\" in part.orig_filename or ":" in name or name.startswith("/") or ".." in name.split("/"):
            raise DAMAGED
        names.append(name.lower())
    if len(set(names)) != len(names):
        raise DAMAGED
    return names


def _judge_names(names: list[str]) -> None:
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise NO_WORKBOOK
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise MACROS
    if any(name.startswith("xl/externallinks/") or name == "xl/connections.xml" for name in names):
        raise LINKS
    sheets = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names)
    if sheets > MOST_SHEETS:
        raise too_many_sheets(sheets)


def _judge_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = part.filename.lower()
    grid = _Grid() if name.startswith("xl/worksheets/") and name.endswith(".xml") else None
    relations = name.endswith(".rels")
    sheets = 0
    for piece, fresh in _pieces(archive, part):
        if b"\0" in piece:
            raise DAMAGED  # Excel writes UTF-8; UTF-16 would hide what is looked for here
        if _ENTITY.search(piece):
            raise ENTITIES
        if relations:
            for found in _EXTERNAL.finditer(piece):
                if not _HYPERLINK.search(found[0]):
                    raise LINKS
        elif name == "[content_types].xml" and b"macroenabled" in piece.lower():
            raise MACROS
        elif name == "xl/workbook.xml":
            sheets += len(_SHEET.findall(fresh))
        elif grid is not None:
            grid.take(piece, fresh)
        if len(fresh) >= LONGEST_STRETCH and b"<" not in fresh:
            raise too_long()
    if sheets > MOST_SHEETS:
        raise too_many_sheets(sheets)


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """The unpacked part in pieces: each with the end of the one before in front, and by itself."""
    with archive.open(part) as source:
        tail = b""
        while fresh := source.read(PIECE):
            yield tail + fresh, fresh
            tail = fresh[-OVERLAP:]


class _Grid:
    """How far a sheet reaches, counted while its pieces pass."""

    def __init__(self) -> None:
        self._rows = 0

    def take(self, piece: bytes, fresh: bytes) -> None:
        """Refuse as soon as the sheet is too large to be read as a grid."""
        numbers = _ROW.findall(piece)
        rows = len(numbers) or fresh.count(b"<row")
        self._rows += rows
        last = max(self._rows, max(map(int, numbers), default=0))
        if last > MOST_ROWS:
            # What stands in the rows of this piece decides the words.
            raise too_many_rows(last) if any(mark in fresh for mark in _VALUES) else empty_rows(last)
        if any(_number_of(found) > MOST_COLUMNS for found in set(_WIDE.findall(piece))):
            raise too_many_columns()
        cells = sum(fresh.count(mark) for mark in _CELL_OPENS)
        if cells > MOST_COLUMNS * (rows + 1):
            raise too_many_columns()


def _number_of(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
