"""Cells to values and back, as django-import-export's widgets: ``clean`` reads a cell, ``render`` gives the exported value.

``clean`` takes what a reader of spreadsheets gives (text, whole number, fraction, truth value, None) and raises
``CodeError``. An empty cell cleans to None: the file says nothing about it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from import_export import widgets

from orgs.choices import ENTERPRISE_TYPES
from orgs.validators.dates import FIRST_YEAR, LAST_YEAR, parse_date
from orgs.validators.errors import CodeError
from orgs.validators.numbers import LARGEST, parse_whole_number
from orgs.validators.reasons import LABELS, read_reason, reason_words
from orgs.validators.text import compact_code, without_spaces
from orgs.validators.words import parse_choice, parse_yes_no

# Excel keeps fifteen digits of a number: a longer code typed as one has lost its end.
_EXACT_BELOW = 10**15
_TIME = re.compile(r"[ T]\s*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")
_SEPARATORS = re.compile(r"[、，,;；/／|｜+＋\n]+")
# Day 0 of Excel's serial days, its phantom 29 February 1900 taken into account for all later days.
_SERIAL_ZERO = dt.date(1899, 12, 30)
_FIRST_SERIAL = (dt.date(FIRST_YEAR, 3, 1) - _SERIAL_ZERO).days
_LAST_SERIAL = (dt.date(LAST_YEAR, 12, 31) - _SERIAL_ZERO).days
# Below this a bare number in a date column is a year (2014), not the day 2014 after 1900.
_LEAST_LIKELY_SERIAL = 10_000
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})


def cell_text(cell: Any) -> str:
    """A cell as the text a person sees, without outer spaces; a truth value is TRUE or FALSE."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return repr(cell) if isinstance(cell, float) else str(cell)


class CellWidget(widgets.Widget):
    """Reads the text of a cell that is not empty; an error of a formula is refused with words.

    ``repeats``: a file says the same few things in such a column, so what a text means is worth remembering.
    """

    repeats = False

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The value of a cell, None for an empty one."""
        text = value.strip() if type(value) is str else cell_text(value)
        if not text:
            return None
        if text in ERRORS:
            raise CodeError(f"这一格的公式出错（{text}）。请改成数值或文字。")
        return self.read(text, **kwargs)

    def read(self, text: str, **kwargs: Any) -> Any:
        """What a text that is not empty means."""
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The value of the exported cell, None for an empty one."""
        return value if value not in (None, "") else None


class CodeWidget(CellWidget):
    """A code or a telephone number, also when Excel keeps it as a number. ``zeros``: the length lost zeros are put back to."""

    def __init__(self, *, zeros: int = 0, keep: bool = False) -> None:
        super().__init__()
        self.zeros, self.keep = zeros, keep

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The code as text; a number that has lost digits is refused."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if isinstance(value, float) or value >= _EXACT_BELOW:
                raise CodeError(
                    "这一格在 Excel 里是数字，末几位已经丢失。请把单元格改成“文本”格式，再按证照重新填写。"
                )
            return str(value).zfill(self.zeros)
        return super().clean(value, row, **kwargs)

    def read(self, text: str, **kwargs: Any) -> str:
        """Without spaces and dashes, in capital letters; as typed for telephone numbers."""
        return text if self.keep else compact_code(text)


class DateWidget(CellWidget):
    """A day in any usual form, a serial number of Excel's, or a moment whose time of day is left out."""

    repeats = True

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        """The day, None for an empty cell."""
        if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_serial(value):
            return _SERIAL_ZERO + dt.timedelta(days=int(value))
        day: dt.date | None = super().clean(value, row, **kwargs)
        return day

    def read(self, text: str, **kwargs: Any) -> dt.date:
        """The day of a text."""
        if len(text) == 10 and text[4] == "-" == text[7]:
            try:
                day = dt.date.fromisoformat(text)
            except ValueError:
                pass  # parse_date says what is wrong
            else:
                if FIRST_YEAR <= day.year <= LAST_YEAR:
                    return day
        if text.isascii() and text.isdigit() and len(text) == 5 and _is_serial(int(text)):
            return _SERIAL_ZERO + dt.timedelta(days=int(text))
        return parse_date(_TIME.sub("", text))


def _is_serial(number: float) -> bool:
    return max(_FIRST_SERIAL, _LEAST_LIKELY_SERIAL) <= number <= _LAST_SERIAL + 1


class NumberWidget(CellWidget):
    """A whole number of people, or a year."""

    repeats = True

    def __init__(self, *, label: str, largest: int = LARGEST, unit: str = "人", example: str = "46") -> None:
        super().__init__()
        self._how: dict[str, Any] = {"label": label, "largest": largest, "unit": unit, "example": example}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        """The number, None for an empty cell."""
        if type(value) is int and 0 <= value <= self._how["largest"]:
            return value
        number: int | None = super().clean(value, row, **kwargs)
        return number

    def read(self, text: str, **kwargs: Any) -> int:
        """The number of a text."""
        return parse_whole_number(text, **self._how)


class YearWidget(NumberWidget):
    """A year; of a whole date its year."""

    def read(self, text: str, **kwargs: Any) -> int:
        """The year of a text."""
        try:
            return parse_date(text).year
        except CodeError:
            return super().read(text, **kwargs)


class YesNoWidget(CellWidget):
    """是 or 否, in all the ways people tick."""

    repeats = True

    def __init__(self, *, label: str) -> None:
        super().__init__()
        self._label = label

    def read(self, text: str, **kwargs: Any) -> bool:
        """The answer."""
        return parse_yes_no(text, label=self._label)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str | None:
        """是 or 否."""
        return None if value is None else "是" if value else "否"


class ChoiceWidget(CellWidget):
    """One of a closed list, by its label or another usual word."""

    repeats = True

    def __init__(
        self, choices: Sequence[tuple[str, str]], *, label: str, words: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._label, self.labels = label, dict(choices)
        self._options = {**{str(text): value for value, text in choices}, **(words or {})}

    @property
    def shown(self) -> list[str]:
        """The words offered in a template's list."""
        return list(self.labels.values())

    def read(self, text: str, **kwargs: Any) -> str:
        """The value of the word."""
        value = self._options.get(text)
        return value or parse_choice(text, label=self._label, options=self._options, shown=self.shown)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str | None:
        """The word of the value."""
        return self.labels.get(value) if value else None


_TYPE_WORDS = {
    "国有": "is_state_owned",
    "国企": "is_state_owned",
    "国有大中": "is_state_owned",
    "民企": "is_private",
    "私营": "is_private",
    "科技型": "is_tech_sme",
    "科技型中小型": "is_tech_sme",
    "科技中小": "is_tech_sme",
    "行业": "is_industry",
    "其它": "is_other_type",
}


class TypesWidget(CellWidget):
    """The overlapping types of an enterprise. Cleans to the columns that are ticked."""

    repeats = True

    shown = tuple(label for _, label in ENTERPRISE_TYPES)
    _options: Mapping[str, str] = {label: flag for flag, label in ENTERPRISE_TYPES} | _TYPE_WORDS

    def read(self, text: str, **kwargs: Any) -> list[str]:
        """The columns of the words, each once."""
        if text in self._options:
            return [self._options[text]]
        flags = []
        for word in _SEPARATORS.split(text):
            if word.strip():
                flags.append(parse_choice(word, label="企业类型", options=self._options, shown=self.shown))
        if not flags:
            raise CodeError(f"企业类型没有写明。请从这些里填：{'、'.join(self.shown)}。")
        return list(dict.fromkeys(flags))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str | None:
        """The words of the ticked columns; ``value`` are the flags in the notice's order."""
        return "、".join(label for ticked, label in zip(value, self.shown, strict=True) if ticked) or None


class ReasonWidget(CellWidget):
    """Why there is no organisation: a label, a label and words, or words alone. Cleans to the code and the words."""

    repeats = True

    shown = tuple(LABELS.values())

    def read(self, text: str, **kwargs: Any) -> tuple[str, str]:
        """The code and the words."""
        return read_reason(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str | None:
        """Both as one text; ``value`` is the pair."""
        return reason_words(*value) or None


class DivisionWidget(CellWidget):
    """An address by code or unambiguous name. ``places`` (``orgs.selectors.places.PlaceBook``) answers."""

    repeats = True

    def clean(self, value: Any, row: Any = None, *, places: Any = None, **kwargs: Any) -> Any:
        """The division, None for an empty cell."""
        text = without_spaces(cell_text(value)) if type(value) is not str else value.strip()
        if not text:
            return None
        assert places is not None  # the reader of a file always hands one in
        return places.read(text)


class ParsedWidget(CellWidget):
    """A text a validator reads (a document number, a name)."""

    def __init__(self, parse: Callable[[str], str]) -> None:
        super().__init__()
        self._parse = parse

    def read(self, text: str, **kwargs: Any) -> str:
        """What the validator makes of it."""
        return self._parse(text)
