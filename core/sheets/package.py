"""What is refused in any office file (.xlsx, .docx): damage, bombs, hidden names, macros, links to other files, entities."""

import re
import struct
import zipfile
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import unquote

from core.sheets.errors import refusal
from core.sheets.unpacking import RELATION, attributes, unpacked, whole_part

# 200,000 rows of 15 columns unpack to some 180 MiB; a bomb to as much as it likes.
LARGEST_UNPACKED = 256 << 20
# Sheets pack to a fifth or a tenth, rows with nothing but a format to a fortieth.
MOST_PACKED, SMALL = 100, 4 << 20
# A hundred sheets with comments, drawings and their relations are 800 parts.
MOST_PARTS = 2_000
# Excel keeps 65,530 links in a sheet; their relations take some 13 MiB.
LARGEST_RELATIONS = 32 << 20
# Longest thing looked for that may lie across two pieces.
OVERLAP = 256
CONTENT_TYPES = "[content_types].xml"
_DIRECTORY_END = struct.Struct("<4s6xH8xH")
_MARKUP = (".xml", ".rels", ".vml")
# Neither a comment nor CDATA: a document type or an entity, whatever its case.
_DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[|$|-$|\[C?D?A?T?A?$)")
_XINCLUDE = b"www.w3.org/2001/XInclude"
_ENCODING = re.compile(rb"^[^<]*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
# In these a "<" is one everywhere; the readers take anything else for UTF-8 or fail.
_READ_ENCODINGS = frozenset((b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1"))
_MACRO_TYPES = (b"macroenabled", b"vbaproject")


def open_package(file: BinaryIO, judge_names: Callable[[list[str]], None]) -> list[zipfile.ZipInfo]:
    """The parts of an open file after everything its directory alone can tell; ``judge_names`` sees their names, in small
    letters. Raises ``SheetRefused``.
    """
    _judge_end(file)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    _judge_directory(parts, judge_names)
    return parts


def _judge_end(file: BinaryIO) -> None:
    """The directory must end the file: readers look for its end in different ways and may find different ones."""
    file.seek(-_DIRECTORY_END.size, 2)
    magic, count, comment = _DIRECTORY_END.unpack(file.read())
    if magic != b"PK\x05\x06" or comment:
        raise refusal("damaged")
    if count > MOST_PARTS:
        raise refusal("parts", count=count)


def _judge_directory(parts: list[zipfile.ZipInfo], judge_names: Callable[[list[str]], None]) -> None:
    if any(part.flag_bits & 0x1 for part in parts):
        raise refusal("encrypted")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise refusal("damaged")
    if len(parts) > MOST_PARTS:
        raise refusal("parts", count=len(parts))
    names = [part.filename.lower() for part in parts]
    if len(set(names)) != len(names) or not all(map(_is_plain, parts)):
        raise refusal("names")
    judge_names(names)
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED or any(map(_is_bomb, parts)):
        raise refusal("bomb")
    # Each begins where the one before has ended: parts that share their bytes unpack a hundredfold.
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end or (end == 0 and part.header_offset):
            raise refusal("damaged")
        end = part.header_offset + 30 + part.compress_size


def _is_plain(part: zipfile.ZipInfo) -> bool:
    name = unquote(part.orig_filename)
    pieces = name.removesuffix("/").split("/")
    if name.endswith("/") and part.file_size:
        return False
    return not any(sign in name for sign in "\\:\0") and not any(piece in ("", ".", "..") for piece in pieces)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > MOST_PACKED * max(part.compress_size, 1)


class Part:
    """One part on its way through the judge. What it calls itself decides nothing: relations may name any part."""

    def __init__(self, part: zipfile.ZipInfo) -> None:
        self._part = part
        self._name = part.filename.lower()
        self._is_markup = self._name.endswith(_MARKUP)

    def judge(self, file: BinaryIO) -> None:
        """Unpack and look at it; ends with the first thing that is wrong."""
        if self._name.endswith(".rels"):
            self._judge_relations(whole_part(unpacked(file, self._part), LARGEST_RELATIONS))
            return
        tail, is_first = b"", True
        for fresh in unpacked(file, self._part):
            if is_first:
                self._judge_start(fresh)
                is_first = False
            self._judge_piece(tail + fresh)
            self._look(tail, fresh)
            tail = fresh[-OVERLAP:]
        self._end()

    def _look(self, tail: bytes, fresh: bytes) -> None:
        """What a kind of file asks of each piece beyond this; ``tail`` is the end of the piece before."""

    def _end(self) -> None:
        """What it asks of the whole part."""

    def _judge_start(self, start: bytes) -> None:
        plain = start[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        self._is_markup = self._is_markup or plain.startswith(b"<")
        if not self._is_markup:
            return
        if b"\0" in start[:1024]:  # UTF-16, which Excel never writes and the reader does not know
            raise refusal("entities" if _DECLARATION.search(start.replace(b"\0", b"")) else "damaged")
        encoding = _ENCODING.match(start[:1024])
        if encoding is not None and encoding[1].lower() not in _READ_ENCODINGS:
            raise refusal("damaged")

    def _judge_piece(self, piece: bytes) -> None:
        if not self._is_markup:
            return
        if b"<!" in piece and _DECLARATION.search(piece):
            raise refusal("entities")
        if _XINCLUDE in piece:
            raise refusal("entities")
        if b"\0" in piece:
            raise refusal("damaged")
        if self._name == CONTENT_TYPES and any(kind in piece.lower() for kind in _MACRO_TYPES):
            raise refusal("macros")

    def _judge_relations(self, text: bytes) -> None:
        self._judge_start(text)
        self._judge_piece(text)
        for tag in RELATION.findall(text):
            if b"TargetMode" not in tag:
                continue
            values = attributes(tag)
            # Links of cells are shown and never followed.
            if values.get("TargetMode") != "Internal" and not values.get("Type", "").endswith("/hyperlink"):
                raise refusal("links")
