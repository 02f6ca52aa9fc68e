"""What is refused in a text file that calls itself a table."""

import csv
from pathlib import Path

from core.sheets.errors import refusal, sheet_words
from core.sheets.limits import LONGEST_STRETCH, MOST_COLUMNS, MOST_ROWS
from core.sheets.texts import PIECE, WIDE, csv_records, encoding_of

_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<script", b"<meta", b"<body", b"mime-version")
_CONTROLS = bytes({*range(1, 9), *range(14, 26), *range(27, 32)})
# A stray one comes from a scanner or an old system; a program is full of them.
_MOST_CONTROLS = 0.01


def is_markup(start: bytes) -> bool:
    """Whether a file begins like a page or an XML document, in whatever encoding."""
    return start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:20].lower().startswith(_MARKUP)


def judge_text(path: Path) -> None:
    """Raise ``SheetRefused`` for what is no text, or none a reader should meet."""
    _judge_bytes(path)
    encoding = encoding_of(path)
    if encoding is None:
        raise refusal("encoding")
    _judge_rows(path, encoding)


def _judge_bytes(path: Path) -> None:
    stretch, controls, size, is_wide = 0, 0, 0, False
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if not size:
                is_wide = piece.startswith(WIDE)
                if is_markup(piece[:1024]):
                    raise refusal("markup")
            size += len(piece)
            if b"\0" in piece and not is_wide:
                raise refusal("binary")
            controls += 0 if is_wide else len(piece) - len(piece.translate(None, _CONTROLS))
            first = _first_break(piece)
            stretch += len(piece) if first < 0 else first
            if stretch > LONGEST_STRETCH:
                raise refusal("cell")
            if first >= 0:
                stretch = len(piece) - 1 - max(piece.rfind(b"\n"), piece.rfind(b"\r"))
    if controls > size * _MOST_CONTROLS:
        raise refusal("binary")


def _first_break(piece: bytes) -> int:
    found = [place for place in (piece.find(b"\n"), piece.find(b"\r")) if place >= 0]
    return min(found, default=-1)


def _judge_rows(path: Path, encoding: str) -> None:
    sheet = sheet_words("")
    filled = empty = 0
    try:
        for number, cells in enumerate(csv_records(path, encoding), start=1):
            if not any(cells):
                empty += 1
                if empty > MOST_ROWS:
                    raise refusal("empty_rows", sheet=sheet, row=empty)
                continue
            filled += 1
            if filled > MOST_ROWS:
                raise refusal("rows", sheet=sheet, most=MOST_ROWS, row=number)
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                last = max(place for place, cell in enumerate(cells, start=1) if cell)
                raise refusal("columns", sheet=sheet, most=MOST_COLUMNS, column=last)
    except csv.Error as error:
        raise refusal("quotes") from error
