"""How far a sheet of an .xlsx reaches, seen while its XML passes in pieces.

One regular expression goes over the text and stops at nothing but cells outside the bounds known so far, so that the
hundred thousands of usual cells cost no step of Python. Bounds grow in steps; what they hold is therefore "about".
"""

import functools
import re

from core.sheets.errors import refusal, sheet_words
from core.sheets.limits import FREE_GRID, GRID_PER_CELL, MOST_COLUMNS, MOST_GRID, MOST_ROWS
from core.sheets.unpacking import ATTRIBUTES

# (last column, the letters up to it) and (last row, the digits up to it).
_COLUMN_STEPS = (
    (8, rb"[A-H]"),
    (16, rb"[A-P]"),
    (26, rb"[A-Z]"),
    (52, rb"A?[A-Z]"),
    (104, rb"[A-C]?[A-Z]"),
    (MOST_COLUMNS, rb"(?:[A-H]?[A-Z]|I[A-V])"),
)
_ROW_STEPS = (
    (999, rb"[1-9][0-9]{0,2}"),
    (1_999, rb"(?:[1-9][0-9]{0,2}|1[0-9]{3})"),
    (4_999, rb"(?:[1-9][0-9]{0,2}|[1-4][0-9]{3})"),
    (9_999, rb"[1-9][0-9]{0,3}"),
    (19_999, rb"(?:[1-9][0-9]{0,3}|1[0-9]{4})"),
    (49_999, rb"(?:[1-9][0-9]{0,3}|[1-4][0-9]{4})"),
    (99_999, rb"[1-9][0-9]{0,4}"),
    (MOST_ROWS, rb"(?:[1-9][0-9]{0,4}|1[0-9]{5}|200000)"),
)
# So many rows, and still nothing in those beyond the last that is read.
_SURELY_EMPTY = MOST_ROWS + MOST_ROWS // 4
# No opening tag of a row or a cell is longer.
LONGEST_TAG = 4096
_SHEET_DATA = re.compile(rb"<(?:([A-Za-z_][\w.\-]*):)?sheetData[\s/>]")
_OTHER_PREFIX = re.compile(rb"<([A-Za-z_][\w.\-]*:)(?:c|row)(?=[\s/>])")
_TAG = re.compile(rb"<(?:[\w.\-]+:)?(?:c|row)(" + ATTRIBUTES + rb")>")
_PLACE = re.compile(rb"\sr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL_PLACE = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")


@functools.lru_cache(maxsize=256)
def _outside(prefix: bytes, columns: int, rows: int) -> re.Pattern[bytes]:
    """Finds cells beyond the bounds or written in an unusual way; cells with nothing but a format are passed over."""
    return re.compile(
        rb"<" + prefix + rb"c(?=[\s/>])"
        rb"(?! r=\"" + _COLUMN_STEPS[columns][1] + _ROW_STEPS[rows][1] + rb"\"[ />])"
        rb"(?! r=\"[A-Z]{1,3}[0-9]{1,7}\"(?: s=\"[0-9]{1,9}\")?(?:/>|></" + prefix + rb"c>))"
    )


@functools.lru_cache(maxsize=16)
def _each(prefix: bytes) -> re.Pattern[bytes]:
    """Finds every row and cell, for sheets whose cells do not say where they stand."""
    return re.compile(rb"<" + prefix + rb"(?:(row)|c)(?=[\s/>])(" + ATTRIBUTES + rb")>")


def number_of(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class Grid:
    """One part that may be a sheet. ``take`` its pieces in order, then ``end``; both raise ``SheetRefused``."""

    def __init__(self, name: str) -> None:
        self._sheet = sheet_words(name)
        self._carried = b""
        self._prefix: bytes | None = None
        self._columns = self._rows = 0  # places in the steps
        self._row_tags = self._values = 0
        self._last_row = 0
        self._counting = False
        self._at_row = self._at_column = 0

    def take(self, piece: bytes) -> None:
        """Look at the next piece, all but its end, which is looked at together with the following one."""
        text = self._carried + piece
        limit = max(0, len(text) - LONGEST_TAG)
        self._look(text, limit)
        self._carried = text[limit:]

    def end(self) -> None:
        """Look at the rest and judge the sheet as a whole."""
        self._look(self._carried, len(self._carried))
        self._carried = b""
        if self._row_tags > MOST_ROWS:
            raise refusal("empty_rows", sheet=self._sheet, row=max(self._last_row, self._row_tags))
        rows, columns = _ROW_STEPS[self._rows][0], _COLUMN_STEPS[self._columns][0]
        judge_extent(self._sheet, rows, columns, self._values)

    def _look(self, text: bytes, limit: int) -> None:
        if self._prefix is None:
            found = _SHEET_DATA.search(text)
            if found is None or found.start() >= limit:
                return
            self._prefix = found[1] + b":" if found[1] else b""
            self._close = tuple(b"</" + self._prefix + end for end in (b"v>", b"is>"))
            self._row_tag = b"<" + self._prefix + b"row"
        if self._row_tags > _SURELY_EMPTY:
            # Refused in any case: what is left to learn is how many rows there are.
            self._row_tags += text.count(self._row_tag, 0, limit + len(self._row_tag) - 1)
            self._note_last_row(text, limit)
            return
        self._refuse_mixed(text)
        # Counted where they begin before the limit: those after it are counted next time.
        for end in self._close:
            self._values += text.count(end, 0, limit + len(end) - 1)
        self._row_tags += text.count(self._row_tag, 0, limit + len(self._row_tag) - 1)
        self._note_last_row(text, limit)
        if self._counting:
            self._count(text, 0, limit)
        else:
            self._search(text, limit)

    def _refuse_mixed(self, text: bytes) -> None:
        # Readers look at names without prefixes: cells under a second one would go unseen here.
        if b":c" in text or b":row" in text:
            for found in _OTHER_PREFIX.finditer(text):
                if found[1] != self._prefix:
                    raise refusal("damaged")

    def _note_last_row(self, text: bytes, limit: int) -> None:
        last = text.rfind(self._row_tag, 0, limit)
        tag = _TAG.match(text, last) if last >= 0 else None
        place = _PLACE.search(tag[1]) if tag else None
        number = (place[1] or place[2]) if place else b""
        if number.isdigit() and len(number) < 10:
            self._last_row = int(number)

    def _search(self, text: bytes, limit: int) -> None:
        position = 0
        assert self._prefix is not None  # set before anything is searched
        while True:
            found = _outside(self._prefix, self._columns, self._rows).search(text, position)
            if found is None or found.start() >= limit:
                return
            position = found.start() + 1
            tag = _TAG.match(text, found.start())
            if tag is None:
                raise refusal("damaged")
            place = _PLACE.search(tag[1])
            if place is None:
                self._counting = True
                self._begin_counting(text, found.start(), limit)
                return
            self._judge_cell(text, tag, place[1] or place[2])

    def _judge_cell(self, text: bytes, tag: re.Match[bytes], place: bytes) -> None:
        where = _CELL_PLACE.fullmatch(place)
        if where is None:
            raise refusal("damaged")
        if tag[1].endswith(b"/") or text.startswith(b"</" + (self._prefix or b"") + b"c>", tag.end()):
            return  # nothing but a format
        self._reach(int(where[2]), number_of(where[1]), rest=text[tag.end() : tag.end() + (256 << 10)])

    def _reach(self, row: int, column: int, rest: bytes = b"") -> None:
        """Let the bounds hold one more cell with contents, or refuse it."""
        if row > MOST_ROWS:
            if self._row_tags > MOST_ROWS // 2:
                raise refusal("rows", sheet=self._sheet, most=MOST_ROWS, row=row)
            raise refusal("stray", sheet=self._sheet, cell=f"{_letters(column)}{row}")
        if column > MOST_COLUMNS:
            raise refusal("columns", sheet=self._sheet, most=MOST_COLUMNS, column=_furthest(rest, column))
        while _COLUMN_STEPS[self._columns][0] < column:
            self._columns += 1
        while _ROW_STEPS[self._rows][0] < row:
            self._rows += 1

    def _begin_counting(self, text: bytes, position: int, limit: int) -> None:
        begin = text.rfind(self._row_tag, 0, position)
        if begin < 0:
            begin, self._at_column = position, _COLUMN_STEPS[self._columns][0]
        self._at_row = max(self._last_row, self._row_tags)
        if begin >= 0:
            self._at_row -= text.count(self._row_tag, begin, limit)
        self._count(text, begin, limit)

    def _count(self, text: bytes, position: int, limit: int) -> None:
        """Follow rows and cells one by one: a cell without a place stands right of the one before."""
        assert self._prefix is not None  # as above
        for found in _each(self._prefix).finditer(text, position):
            if found.start() >= limit:
                return
            place = _PLACE.search(found[2])
            value = (place[1] or place[2]) if place else b""
            if found[1]:
                self._at_row = int(value) if value.isdigit() and len(value) < 10 else self._at_row + 1
                self._at_column = 0
                continue
            row = self._at_row
            self._at_column += 1
            if value:
                where = _CELL_PLACE.fullmatch(value)
                if where is None:
                    raise refusal("damaged")
                row, self._at_column = int(where[2]), number_of(where[1])
            if not found[2].endswith(b"/"):
                self._reach(row, self._at_column)


def judge_extent(sheet: str, rows: int, columns: int, values: int) -> None:
    """Refuse a sheet whose grid takes too much memory for what stands in it."""
    grid = rows * columns
    if grid > MOST_GRID or grid > max(FREE_GRID, GRID_PER_CELL * values):
        raise refusal("grid", sheet=sheet, row=rows, column=columns)


def _furthest(rest: bytes, column: int) -> int:
    """The last column of the row a cell stands in."""
    row = rest[: rest.find(b"</row>")] if b"</row>" in rest else rest
    places = re.findall(rb"<c r=\"([A-Z]{1,3})[0-9]+\"[^<>]*(?<!/)>", row)
    return max([column, *map(number_of, places)])


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
