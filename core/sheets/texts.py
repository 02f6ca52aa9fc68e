"""Text files as tables: their encoding, their separator, their rows. Read as a stream."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from core.sheets.formulas import unprotect_text

LONGEST_CELL = 1 << 20
SEPARATORS = ",\t;"
SNIFFED = 64 << 10
PIECE = 1 << 20
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(path: Path) -> str | None:
    """UTF-16 with its mark, UTF-8 with or without one, else GB18030, which holds GBK. None when it is none of them."""
    with path.open("rb") as file:
        start = file.read(3)
    if start.startswith(WIDE):
        return "utf-16" if _decodes(path, "utf-16") else None
    if _decodes(path, "utf-8"):
        return "utf-8-sig" if start == codecs.BOM_UTF8 else "utf-8"
    return "gb18030" if _decodes(path, "gb18030") else None


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def separator_of(path: Path, encoding: str) -> str:
    """The sign that parts the columns: the one found most often outside quotes in the first lines."""
    with path.open(encoding=encoding, newline="") as file:
        outside = "".join(file.read(SNIFFED).split('"')[::2])
    return max(SEPARATORS, key=outside.count)


def csv_records(path: Path, encoding: str) -> Iterator[list[str]]:
    """The records as they stand. Raises csv.Error for a cell of more than a million characters."""
    csv.field_size_limit(LONGEST_CELL)
    separator = separator_of(path, encoding)
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.reader(file, delimiter=separator)


def csv_rows(path: Path, encoding: str) -> Iterator[tuple[int, list[object]]]:
    """The records that hold anything, numbered as Excel would number its rows, cells as ``protect_text`` was given them."""
    for number, cells in enumerate(csv_records(path, encoding), start=1):
        plain: list[object] = [unprotect_text(cell) or None for cell in cells]
        while plain and plain[-1] is None:
            plain.pop()
        if plain:
            yield number, plain
