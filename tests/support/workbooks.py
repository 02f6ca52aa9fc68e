"""Workbooks made by hand, for what no writer would write: parts of an .xlsx, records of an .xls in its container."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
)
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def sheet(rows: str, *, before: str = "") -> str:
    """A worksheet with these rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def relations(*rows: str) -> str:
    """A part of relations with these rows."""
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def relation(kind: str, target: str, *, key: str = "rId1", mode: str = "") -> str:
    """One relation; ``mode`` "External" leaves the file."""
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{outside}/>'


def parts_of(rows: str = ONE_CELL, *, name: str = "S", **more: str | bytes) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet; ``more`` adds or replaces, ``/`` written as ``__``."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(relation("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            relation("worksheet", "worksheets/sheet1.xml"),
            relation("sharedStrings", "sharedStrings.xml", key="rId2"),
        ),
        "xl/worksheets/sheet1.xml": sheet(rows),
    }
    return parts | {name.replace("__", "/"): content for name, content in more.items()}


def zipped(path: Path, parts: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]]) -> Path:
    """An archive of these parts, names as they stand."""
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def workbook(path: Path, rows: str = ONE_CELL, *, name: str = "S", **more: str | bytes) -> Path:
    """An .xlsx of one sheet (see ``parts_of``)."""
    return zipped(path, parts_of(rows, name=name, **more))


def lying_about_size(path: Path, part: str, stated: int) -> Path:
    """The archive with another unpacked size of one part in both of its headers."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        real = archive.getinfo(part)
    struct.pack_into("<I", data, real.header_offset + 22, stated)
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(part.encode()))
    struct.pack_into("<I", data, place + 24, stated)
    path.write_bytes(data)
    return path


def noise(size: int) -> bytes:
    """Bytes that do not pack, the same every time."""
    state, found = b"seed", bytearray()
    while len(found) < size:
        state = zlib.crc32(state).to_bytes(4, "big") + state[:8]
        found += state
    return bytes(found[:size])


# ---------- .xls ----------


def record(kind: int, contents: bytes = b"") -> bytes:
    """One record of a workbook."""
    return struct.pack("<HH", kind, len(contents)) + contents


def number_cell(row: int, column: int, value: float = 1.0) -> bytes:
    """A number; row and column count from 0."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def xls_stream(cells: bytes, *, globals_: bytes = b"", nature: int = 0, shift: int = 0) -> bytes:
    """A workbook of one sheet "S". ``shift`` lets its list point that many bytes beside the sheet."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    sheet_begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    named = struct.pack("<BBBB", 0, nature, 1, 0) + b"S"
    place = len(begin) + len(globals_) + 4 + 4 + len(named) + 4
    listed = record(0x0085, struct.pack("<I", place + shift) + named)
    return begin + globals_ + listed + record(0x000A) + sheet_begin + cells + record(0x000A)


def container(entries: Mapping[str, bytes | None], *, sector: int = 512) -> bytes:
    """A compound file of streams; None is a folder. Small streams are filled up; sectors may have 4,096 bytes."""
    end = 0xFFFFFFFE
    directory = _entry("Root Entry", 5, end, 0)
    blocks: list[bytes] = []
    table: list[int] = []
    for name, contents in entries.items():
        if contents is None:
            directory += _entry(name, 1, 0, 0)
            continue
        contents = contents.ljust(4096, b"\0")
        start, count = len(blocks), -(-len(contents) // sector)
        blocks += [
            contents[place * sector : (place + 1) * sector].ljust(sector, b"\0") for place in range(count)
        ]
        table += [*range(start + 1, start + count), end]
        directory += _entry(name, 2, start, len(contents))
    first = len(blocks)
    directory = directory.ljust(-(-len(directory) // sector) * sector, b"\0")
    blocks += [directory[place : place + sector] for place in range(0, len(directory), sector)]
    table += [*range(first + 1, len(blocks)), end]
    tables = 1
    while tables * (sector // 4) < len(table) + tables:
        tables += 1
    places = list(range(len(blocks), len(blocks) + tables))
    table += [0xFFFFFFFD] * tables
    table += [0xFFFFFFFF] * (tables * (sector // 4) - len(table))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, sector.bit_length() - 1, 6)
        + bytes(10)
    )
    head += struct.pack("<IIIIIIII", tables, first, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", *(places + [0xFFFFFFFF] * 109)[:109])
    return head.ljust(sector, b"\0") + b"".join(blocks) + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + struct.pack("<III", *[0xFFFFFFFF] * 3)
        + bytes(36) + struct.pack("<II", start, size) + bytes(4)
    )  # fmt: skip
