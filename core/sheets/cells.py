"""Single cells as XML: each column has a maker of its own, chosen once and called for every row."""

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from core.sheets.xml_text import inline_text

# A cell's value and its row number as text, to the whole cell.
CellMaker = Callable[[object, str], str]

# Excel keeps fifteen digits of a number: longer ones are written as text.
_EXACT_BELOW = 10**15
_SERIAL_ZERO = dt.date(1899, 12, 30).toordinal()
# Excel counts a 29 February 1900 that never was: days before it would be shown one off.
_FIRST_DAY = dt.date(1900, 3, 1)
_DAY = 86_400

# kind → (style of a cell, style of a cell in a strong row); the numbers are places in workbook.CELL_FORMATS.
STYLE_OF = {
    "text": (2, 8),
    "code": (2, 8),
    "date": (3, 9),
    "datetime": (4, 10),
    "number": (5, 11),
    "year": (6, 12),
    "percent": (7, 13),
}


def maker_of(kind: str, letters: str, *, strong: bool = False) -> CellMaker:
    """Makes the cells of the column with these letters. KeyError for an unknown kind."""
    own = STYLE_OF[kind][strong]
    if kind in {"text", "code"}:
        return _texts(letters, own)
    if kind == "date":
        return _days(letters, own, _any(letters, strong))
    return _values(kind, letters, own, _any(letters, strong))


def _texts(letters: str, style: int) -> CellMaker:
    head, middle = f'<c r="{letters}', f'" s="{style}" t="inlineStr"><is>'

    def make(value: object, row: str) -> str:
        text = value if type(value) is str else text_of(value)
        return f"{head}{row}{middle}{inline_text(text)}</is></c>"

    return make


def _days(letters: str, style: int, other: CellMaker) -> CellMaker:
    head, middle = f'<c r="{letters}', f'" s="{style}"><v>'

    def make(value: object, row: str) -> str:
        if type(value) is dt.date and value >= _FIRST_DAY:
            return f"{head}{row}{middle}{value.toordinal() - _SERIAL_ZERO}</v></c>"
        return other(value, row)

    return make


def _values(kind: str, letters: str, style: int, other: CellMaker) -> CellMaker:
    head, middle = f'<c r="{letters}', f'" s="{style}"><v>'

    def make(value: object, row: str) -> str:
        if _fits(kind, value):
            return f"{head}{row}{middle}{number_text(value)}</v></c>"
        return other(value, row)

    return make


def _any(letters: str, strong: bool) -> CellMaker:
    """Cells of a value the column is not made for: in the form of what they are."""
    head = f'<c r="{letters}'
    texts = _texts(letters, STYLE_OF["text"][strong])

    def make(value: object, row: str) -> str:
        for kind in ("date", "datetime", "number"):
            if _fits(kind, value):
                return f'{head}{row}" s="{STYLE_OF[kind][strong]}"><v>{number_text(value)}</v></c>'
        if _is_number(value):  # with a fraction, which the format of whole numbers would hide
            return f'{head}{row}"><v>{number_text(value)}</v></c>'
        return texts(value, row)

    return make


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return False
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is no number for a sheet.")
    return abs(value) < _EXACT_BELOW


def _fits(kind: str, value: object) -> bool:
    if type(value) is int:
        return kind in {"number", "year", "percent"} and -_EXACT_BELOW < value < _EXACT_BELOW
    if isinstance(value, dt.datetime):
        return kind == "datetime" and value.date() >= _FIRST_DAY
    if isinstance(value, dt.date):
        return kind in {"date", "datetime"} and value >= _FIRST_DAY
    if not _is_number(value):
        return False
    return kind == "percent" or (kind in {"number", "year"} and value % 1 == 0)  # type: ignore[operator]


@lru_cache(maxsize=1024)
def number_text(value: object) -> str:
    """A number, a day or a moment as Excel keeps it. ValueError for a moment with a zone."""
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            raise ValueError("A moment in a sheet is local time without a zone.")
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return repr(value.toordinal() - _SERIAL_ZERO + seconds / _DAY)
    if isinstance(value, dt.date):
        return str(value.toordinal() - _SERIAL_ZERO)
    return repr(float(value)) if isinstance(value, float | Fraction) else str(value)


def text_of(value: object) -> str:
    """Any value as a person reads it: days and moments in ISO form, truth as 是 and 否."""
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes" if not value.second else "seconds")
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
