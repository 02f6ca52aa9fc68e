"""Single cells as XML: each column has a maker of its own, chosen once and called for every row."""

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from core.sheets.xml_text import inline_text

# A value to the whole cell. Cells do not say where they stand: that is as good as half of a file, and right of the one
# before is where they are. So an empty one is written too, in the format of its column.
CellMaker = Callable[[object], str]

# Excel keeps fifteen digits of a number: longer ones are written as text.
_EXACT_BELOW = 10**15
_SERIAL_ZERO = dt.date(1899, 12, 30).toordinal()
# Excel counts a 29 February 1900 that never was: days before it would be shown one off.
_FIRST_DAY = dt.date(1900, 3, 1)
_DAY = 86_400
# All divisions of the country, or all days of ten years; a column of names stops there.
MOST_REMEMBERED = 4_000

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


class Remembered(dict[Any, Any]):
    """What a function makes of a value, by the value: most columns say the same few things again and again.

    Numbers equal to a truth value are not kept, since 1 and True are one key.
    """

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> Any:
        made = self._make(value)
        if len(self) < MOST_REMEMBERED and (type(value) is str or value not in (0, 1)):
            self[value] = made
        return made


def maker_of(kind: str, *, strong: bool = False) -> CellMaker:
    """Makes the cells of a column, those of None and of the empty text too. KeyError for an unknown kind."""
    style = STYLE_OF[kind][strong]
    if kind in {"text", "code"}:
        return _texts(style)
    other = _any(strong)
    return _days(style, other) if kind == "date" else _values(kind, style, other)


def _texts(style: int) -> CellMaker:
    empty, head = f'<c s="{style}"/>', f'<c s="{style}" t="inlineStr"><is>'

    def make(value: object) -> str:
        if value is None or value == "":
            return empty
        return f"{head}{inline_text(value if type(value) is str else text_of(value))}</is></c>"

    return make


def _days(style: int, other: CellMaker) -> CellMaker:
    empty, head = f'<c s="{style}"/>', f'<c s="{style}"><v>'

    def make(value: object) -> str:
        if type(value) is dt.date and value >= _FIRST_DAY:
            return f"{head}{value.toordinal() - _SERIAL_ZERO}</v></c>"
        return empty if value is None or value == "" else other(value)

    return make


def _values(kind: str, style: int, other: CellMaker) -> CellMaker:
    empty, head = f'<c s="{style}"/>', f'<c s="{style}"><v>'

    takes_int = kind != "datetime"

    def make(value: object) -> str:
        if type(value) is int and takes_int and -_EXACT_BELOW < value < _EXACT_BELOW:
            return f"{head}{value}</v></c>"
        if value is None or value == "":
            return empty
        return f"{head}{number_text(value)}</v></c>" if _fits(kind, value) else other(value)

    return make


def _any(strong: bool) -> CellMaker:
    """Cells of a value the column is not made for: in the form of what they are."""
    texts = _texts(STYLE_OF["text"][strong])

    def make(value: object) -> str:
        for kind in ("date", "datetime", "number"):
            if _fits(kind, value):
                return f'<c s="{STYLE_OF[kind][strong]}"><v>{number_text(value)}</v></c>'
        if _is_number(value):  # with a fraction, which the format of whole numbers would hide
            return f"<c><v>{number_text(value)}</v></c>"
        return texts(value)

    return make


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return False
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is no number for a sheet.")
    return -_EXACT_BELOW < value < _EXACT_BELOW


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
