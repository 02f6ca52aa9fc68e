"""Writing .xlsx and .csv as a stream: memory stays flat however many rows there are.

By hand, because every library tried was a tenth as fast or kept the whole sheet in memory, and most made a live formula
of the text ``=1+1`` (docs/benchmarks.md, P7). Texts are inline texts here, never formulas, never links.
"""

import csv
import dataclasses
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from core.sheets import parts
from core.sheets.formulas import protect_text

# Excel's last row, less the header.
ROWS_PER_SHEET = 1_048_575
PIECE_ROWS = 1_000
COVER_TITLE = "说明"
COVER_WIDTHS = ((18, "text"), (70, "text"))
Progress = Callable[[int], None]
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's moments have no zone
_EPOCH_DAY = _EPOCH.toordinal()
# What XML cannot hold, what stands for it, and a text that looks like that.
_SPECIAL = re.compile("[&<>]|[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclasses.dataclass(frozen=True)
class Column:
    """One column: its header, the kind of its cells (the keys of ``parts.STYLE_OF``), its width in characters."""

    header: str
    kind: str = "text"
    width: int = 14


@dataclasses.dataclass(frozen=True)
class Sheet:
    """One table. A row has a value for each column: text, whole number, Fraction, date, moment (local) or None."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


class _Rows:
    """Rows that can be asked whether there is another."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    @property
    def has_more(self) -> bool:
        """Whether ``take`` gives any."""
        return self._next is not None

    def take(self, most: int) -> Iterator[Sequence[Any]]:
        """At most so many rows."""
        for _ in range(most):
            row = self._next
            if row is None:
                return
            self._next = next(self._rows, None)
            yield row


def write_xlsx(
    target: BinaryIO | Path,
    sheets: Sequence[Sheet],
    *,
    cover: Sequence[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> int:
    """Write tables into a workbook and return the number of rows. ``cover`` lines stand on a sheet of their own in front.

    Rows beyond Excel's last go on in further sheets. ``progress`` is told the rows written so far.
    """
    titles: list[str] = []
    written = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if cover:
            titles.append(COVER_TITLE)
            archive.writestr("xl/worksheets/sheet1.xml", _cover_xml(cover))
        for sheet in sheets:
            rows, number = _Rows(sheet.rows), 1
            while number == 1 or rows.has_more:
                title = sheet.title if number == 1 else f"{sheet.title[:26]} ({number})"
                titles.append(_unlike(title, titles))
                with archive.open(f"xl/worksheets/sheet{len(titles)}.xml", "w", force_zip64=True) as part:
                    written = _write_sheet(part, sheet.columns, rows, written, progress)
                number += 1
        parts.write_rest(archive, titles)
    return written


def _write_sheet(
    part: Any, columns: Sequence[Column], rows: _Rows, written: int, progress: Progress | None
) -> int:
    part.write(parts.sheet_start([(column.width, column.kind) for column in columns]).encode())
    heads = "".join(_text_cell(column.header, parts.HEADER) for column in columns)
    part.write(f'<row ht="32" customHeight="1">{heads}</row>'.encode())
    makers = [_MAKERS[column.kind] for column in columns]
    before = written
    piece: list[str] = []
    for row in rows.take(ROWS_PER_SHEET):
        cells = "".join([make(value) for make, value in zip(makers, row, strict=True)])
        piece.append(f"<row>{cells}</row>")
        if len(piece) == PIECE_ROWS:
            part.write("".join(piece).encode())
            written += PIECE_ROWS
            piece.clear()
            if progress is not None:
                progress(written)
    part.write("".join(piece).encode())
    written += len(piece)
    part.write(parts.sheet_end(len(columns), written - before).encode())
    return written


def _cover_xml(cover: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f"<row>{_text_cell(label, parts.LABEL)}{_text_cell(text, parts.PROSE)}</row>" for label, text in cover
    )
    return parts.sheet_start(COVER_WIDTHS, frozen=False) + rows + parts.sheet_end(0, 0)


def _unlike(title: str, taken: Sequence[str]) -> str:
    """A title Excel takes: 31 characters, none of its signs, unlike the others."""
    plain = _FORBIDDEN_IN_TITLES.sub(" ", title).strip("' ")[:31] or "Sheet"
    others = {other.lower() for other in taken}
    number, unlike = 2, plain
    while unlike.lower() in others:
        unlike = f"{plain[:26]} ({number})"
        number += 1
    return unlike


# ---------- cells ----------


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _NAMED:
        return _NAMED[sign]
    if sign == "_":
        return "_x005F_"
    return f"_x{ord(sign):04X}_" if ord(sign) < 0x20 else "\ufffd"


_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _text_cell(value: str, style: int = parts.TEXT) -> str:
    if not value:
        return "<c/>"
    text = value if value.isalnum() else _SPECIAL.sub(_escaped, value)
    if value[0].isspace() or value[-1].isspace():
        return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'


def _text(value: Any) -> str:
    return "<c/>" if value is None else _text_cell(value if type(value) is str else str(value))


def _number(value: Any) -> str:
    return "<c/>" if value is None else f'<c s="{parts.NUMBER}"><v>{value}</v></c>'


def _year(value: Any) -> str:
    return "<c/>" if value is None else f'<c s="{parts.YEAR}"><v>{value}</v></c>'


def _date(value: dt.date | None) -> str:
    return "<c/>" if value is None else f'<c s="{parts.DATE}"><v>{value.toordinal() - _EPOCH_DAY}</v></c>'


def _moment(value: dt.datetime | None) -> str:
    if value is None:
        return "<c/>"
    days = (value.replace(tzinfo=None) - _EPOCH) / dt.timedelta(days=1)
    return f'<c s="{parts.MOMENT}"><v>{days:.8f}</v></c>'


def _percent(value: Fraction | None) -> str:
    """A share of one, already rounded as it is to be printed."""
    return "<c/>" if value is None else f'<c s="{parts.PERCENT}"><v>{float(value):.6g}</v></c>'


_MAKERS: dict[str, Callable[[Any], str]] = {
    "text": _text,
    "code": _text,
    "number": _number,
    "year": _year,
    "date": _date,
    "datetime": _moment,
    "percent": _percent,
}

# ---------- csv ----------


def write_csv(target: BinaryIO | Path, sheet: Sheet, *, progress: Progress | None = None) -> int:
    """Write one table as UTF-8 with BOM, so that Excel knows the encoding. Returns the number of rows.

    Texts Excel would run are marked (``core.sheets.formulas``) and come back unmarked when imported.
    """
    if isinstance(target, Path):
        with target.open("wb") as file:
            return write_csv(file, sheet, progress=progress)
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([protect_text(column.header) for column in sheet.columns])
    kinds = [column.kind for column in sheet.columns]
    written = 0
    for row in sheet.rows:
        writer.writerow([_csv_text(kind, value) for kind, value in zip(kinds, row, strict=True)])
        written += 1
        if progress is not None and written % PIECE_ROWS == 0:
            progress(written)
    text.flush()
    text.detach()
    return written


def _csv_text(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "percent":
        tenths = value.numerator * 1000 // value.denominator
        return f"{tenths // 10}.{tenths % 10}%"
    if kind == "datetime":
        return f"{value:%Y-%m-%d %H:%M}"
    return protect_text(value) if isinstance(value, str) else str(value)
