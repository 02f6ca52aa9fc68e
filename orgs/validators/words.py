"""Answers and choices as people write them in sheets: 是, √, Y; 大型 or 大型企业."""

from collections.abc import Mapping, Sequence

from orgs.validators.errors import CodeError
from orgs.validators.text import without_spaces

_YES = frozenset({"是", "√", "✓", "✔", "☑", "有", "Y", "YES", "1", "TRUE", "T", "对", "已建", "已认定"})
_NO = frozenset(
    {"否", "×", "✗", "✘", "X", "无", "N", "NO", "0", "FALSE", "F", "不是", "没有", "未建", "未认定", "-", "—"}
)


def parse_yes_no(text: str, *, label: str) -> bool:
    """True for 是 √ 有 Y 1, False for 否 × 无 N 0, or ``CodeError``."""
    word = without_spaces(text).upper()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CodeError(f"{label}应填“是”或“否”，现为“{text.strip()[:20]}”。请改正。")


def parse_choice(text: str, *, label: str, options: Mapping[str, str], shown: Sequence[str]) -> str:
    """The value of a written choice, or ``CodeError``. ``options``: each accepted word, without spaces, to its value."""
    word = without_spaces(text)
    value = options.get(word)
    if value is None:
        value = options.get(word.removesuffix("企业"))
    if value is None:
        raise CodeError(f"{label}没有“{text.strip()[:20]}”这一项。请从这些里填：{'、'.join(shown)}。")
    return value
