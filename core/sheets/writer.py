"""Writing workbooks and text files row by row, in the memory of one piece whatever the number of rows.

By hand because it was measured so (docs/benchmarks.md): ten times as fast as the libraries, and no text becomes a formula
or a link. Moments come in the local time they are to show, without a zone.
"""

import contextlib
import datetime as dt
import io
import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import getitem
from pathlib import Path
from typing import IO, BinaryIO

from core.sheets import workbook
from core.sheets.cells import Remembered, maker_of, text_of
from core.sheets.formulas import protect_text

# With the header a sheet has 1,048,576 rows, Excel's limit.
MOST_DATA_ROWS = 1_048_575
# A part of 2 GiB would need the 64-bit fields of the zip format, which Excel takes for damage in a streamed file.
MOST_SHEET_BYTES = 1_500_000_000
DEFLATE = 1
ROWS_AT_ONCE = 500
PROGRESS_EVERY = 2_000
COVER = "说明"
BOM = b"\xef\xbb\xbf"
Progress = Callable[[int], None]
Row = Sequence[object]


@dataclass(frozen=True)
class Column:
    """One column. ``kind``: text, code (a text too), number (6,000), year (2014), date, datetime, percent (a share of one).

    ``width`` in characters; ``note`` is shown when the header is selected. A value of another type than the column's is
    written as what it is.
    """

    header: str
    kind: str = "text"
    width: float = 14
    note: str = ""


class StrongRow(tuple[object, ...]):
    """A row that stands out, such as a total: printed bold."""

    __slots__ = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``rows`` is read once; None and the empty text are empty cells, a shorter row ends in them."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]


# ---------- workbooks ----------


def write_xlsx(
    target: BinaryIO | Path,
    sheets: Sequence[Sheet],
    *,
    cover: Sequence[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> int:
    """Write a workbook; returns how many rows of data it holds, and tells ``progress`` the number so far.

    ``cover`` are labels and values of a first sheet that no import takes for a list. Rows beyond what a sheet holds go on
    in further sheets, "… (2)". What the target or the rows raise is passed on; a path then has no file.
    """
    if not isinstance(target, Path):
        return _Workbook(target, progress).write(sheets, cover)
    with _path_or_nothing(target) as file:
        return _Workbook(file, progress).write(sheets, cover)


@contextlib.contextmanager
def _path_or_nothing(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _Workbook:
    """Writes one workbook, sheet by sheet."""

    def __init__(self, file: BinaryIO, progress: Progress | None) -> None:
        self._file, self._progress = file, progress
        self._names = workbook.SheetNames()
        self._placed: list[workbook.PlacedSheet] = []
        self._written = 0

    def write(self, sheets: Sequence[Sheet], cover: Sequence[tuple[str, str]]) -> int:
        with zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=DEFLATE) as archive:
            workbook.write_first_parts(archive)
            if cover:
                archive.writestr(workbook.sheet_part(1), workbook.cover_xml(cover))
                self._placed.append(workbook.PlacedSheet(self._names.take(COVER), 0, 0))
            for sheet in sheets:
                self._write_sheet(archive, sheet)
            workbook.write_last_parts(archive, self._placed)
        if self._progress is not None:
            self._progress(self._written)
        return self._written

    def _write_sheet(self, archive: zipfile.ZipFile, sheet: Sheet) -> None:
        rows = iter(sheet.rows)
        for number in itertools.count(1):
            with archive.open(workbook.sheet_part(len(self._placed) + 1), "w") as part:
                written = self._fill(part, sheet.columns, rows)
            name = self._names.take(sheet.title, number)
            self._placed.append(workbook.PlacedSheet(name, len(sheet.columns), written))
            following = list(itertools.islice(rows, 1))
            if not following:
                return
            rows = itertools.chain(following, rows)

    def _fill(self, part: IO[bytes], columns: Sequence[Column], rows: Iterator[Row]) -> int:
        """Write rows as long as the sheet has room for them; how many."""
        size = part.write(workbook.sheet_start(columns).encode())
        makers = [
            [Remembered(maker_of(column.kind, strong=strong)) for column in columns]
            for strong in (False, True)
        ]
        done = 0
        while size < MOST_SHEET_BYTES:
            block = list(itertools.islice(rows, min(ROWS_AT_ONCE, MOST_DATA_ROWS - done)))
            if not block:
                break
            size += part.write(_rows_xml(block, *makers).encode())
            done += len(block)
            self._written += len(block)
            if self._progress is not None and done % PROGRESS_EVERY == 0:
                self._progress(self._written)
        part.write(workbook.sheet_end(columns, done).encode())
        return done


def _rows_xml(block: list[Row], plain: list[Remembered], strong: list[Remembered]) -> str:
    return "".join(
        [
            f"<row>{''.join(map(getitem, strong if type(row) is StrongRow else plain, row))}</row>"
            for row in block
        ]
    )


# ---------- text files ----------


def write_csv(target: BinaryIO | Path, sheet: Sheet, *, progress: Progress | None = None) -> int:
    """Write a csv as Excel opens it by a double click: UTF-8 with BOM, CRLF; returns how many rows of data it holds.

    Texts a spreadsheet program would run are marked, and reading takes the mark off again (``core.sheets.formulas``).
    """
    if not isinstance(target, Path):
        return _write_csv(target, sheet, progress)
    with _path_or_nothing(target) as file:
        return _write_csv(file, sheet, progress)


def _write_csv(file: BinaryIO, sheet: Sheet, progress: Progress | None) -> int:
    rows, width, done = iter(sheet.rows), len(sheet.columns), 0
    kinds = [column.kind for column in sheet.columns]
    file.write(BOM + (",".join(_csv_text(column.header) for column in sheet.columns) + "\r\n").encode())
    while block := list(itertools.islice(rows, ROWS_AT_ONCE)):
        lines = io.StringIO(newline="")
        for row in block:
            cells = [_csv_cell(value, kind) for value, kind in zip(row, kinds, strict=False)]
            # A line of one empty cell would be no line at all.
            lines.write(",".join(cells + [""] * (width - len(cells))) or '""')
            lines.write("\r\n")
        file.write(lines.getvalue().encode("utf-8", "replace"))
        done += len(block)
        if progress is not None and done % PROGRESS_EVERY == 0:
            progress(done)
    if progress is not None:
        progress(done)
    return done


def _csv_cell(value: object, kind: str) -> str:
    if value is None:
        return ""
    if type(value) is str:
        return value if value.isalnum() else _csv_text(value)
    if kind == "percent" and not isinstance(value, bool | dt.date):
        return f"{float(value) * 100:.1f}%"  # type: ignore[arg-type]
    return text_of(value)


def _csv_text(text: str) -> str:
    text = protect_text(text)
    # Also what other programs part columns by, so that a reader which looks for the separator is not misled.
    if any(sign in text for sign in ',;\t"\r\n') or text[:1] == " " or text[-1:] == " ":
        return '"' + text.replace('"', '""') + '"'
    return text
