"""Unpacking the parts of an .xlsx piece by piece, trusting none of the sizes it states."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from posixpath import normpath
from typing import BinaryIO, NamedTuple

from core.sheets.errors import refusal

PIECE = 1 << 20
_READ = 128 << 10
_LOCAL = struct.Struct("<4s22xHH")
WORKBOOK, WORKBOOK_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
# A workbook's own list of sheets, names and views; larger ones hold hundreds of thousands of names.
_LARGEST_LIST = 8 << 20
# A tag to its end; what stands in quotes may hold a ">".
ATTRIBUTES = rb"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
_SHEET = re.compile(rb"<(?:[\w.\-]+:)?sheet(?=\s)(" + ATTRIBUTES + rb")>")
RELATION = re.compile(rb"<(?:[\w.\-]+:)?Relationship(?=\s)(" + ATTRIBUTES + rb")>")
_ATTRIBUTE = re.compile(rb"([\w.\-:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The contents of a part in pieces of at most 1 MiB.

    Raises ``SheetRefused`` as soon as they are more than the archive's directory says, and when anything else of them
    does not agree with it: other readers may believe the other of two statements.
    """
    file.seek(part.header_offset)
    magic, name_length, extra_length = _LOCAL.unpack(file.read(_LOCAL.size))
    name = file.read(name_length).decode("utf-8" if part.flag_bits & 0x800 else "cp437")
    if magic != b"PK\x03\x04" or name != part.orig_filename:
        raise refusal("damaged")
    file.seek(extra_length, 1)
    total, check = 0, 0
    for piece in _inflated(file, part.compress_size, packed=part.compress_type == zipfile.ZIP_DEFLATED):
        total += len(piece)
        if total > part.file_size:
            raise refusal("damaged")
        check = zlib.crc32(piece, check)
        yield piece
    if total != part.file_size or check != part.CRC:
        raise refusal("damaged")


def _inflated(file: BinaryIO, size: int, *, packed: bool) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while size > 0:
        data = file.read(min(_READ, size))
        if not data:
            raise refusal("damaged")
        size -= len(data)
        if not packed:
            yield data
            continue
        while data:
            if piece := inflater.decompress(data, PIECE):
                yield piece
            data = inflater.unconsumed_tail
        if inflater.unused_data:
            raise refusal("damaged")
    if packed:
        if piece := inflater.flush():
            yield piece
        if not inflater.eof:
            raise refusal("damaged")


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a tag by their names without prefix, the first of each."""
    found: dict[str, str] = {}
    for name, one, other in _ATTRIBUTE.findall(tag):
        plain = unescape((one or other).decode("utf-8", "replace"))
        found.setdefault(name.rpartition(b":")[2].decode("utf-8", "replace"), plain)
    return found


class Listed(NamedTuple):
    """A sheet as its workbook lists it."""

    part: str
    name: str
    visible: bool


def listed_sheets(workbook: bytes, relations: bytes) -> list[Listed]:
    """The worksheets in their order; charts and dialogs are none."""
    targets = {}
    for tag in RELATION.findall(relations):
        values = attributes(tag)
        target = values.get("Target", "")
        if values.get("Type", "").endswith("/worksheet"):
            inside = target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
            targets[values.get("Id", "")] = inside
    found = []
    for tag in _SHEET.findall(workbook):
        values = attributes(tag)
        part = targets.get(values.get("id", ""))
        if part is not None:
            found.append(Listed(part, values.get("name", ""), values.get("state", "visible") == "visible"))
    return found


def sheets_in(file: BinaryIO, known: Mapping[str, zipfile.ZipInfo]) -> list[Listed]:
    """The worksheets of an open .xlsx whose parts are ``known`` by their names."""
    lists = [
        whole_part(unpacked(file, known[name])) if name in known else b""
        for name in (WORKBOOK, WORKBOOK_RELATIONS)
    ]
    return listed_sheets(*lists)


def whole_part(pieces: Iterable[bytes], most: int = _LARGEST_LIST) -> bytes:
    """The pieces of one part together; refused above ``most`` bytes."""
    parts, total = [], 0
    for piece in pieces:
        parts.append(piece)
        total += len(piece)
        if total > most:
            raise refusal("bomb")
    return b"".join(parts)
