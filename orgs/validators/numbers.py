"""Whole numbers as people write them in forms and sheets."""

import re

from orgs.validators.errors import CodeError
from orgs.validators.text import without_spaces

LARGEST = 9_999_999
_COMMAS = re.compile(r"[,，]")


def parse_whole_number(
    text: str, *, label: str, largest: int = LARGEST, unit: str = "人", example: str = "46"
) -> int:
    """The number of 46, ４６, 1,200 or 120人, or ``CodeError``; ``unit`` is what may follow it."""
    digits = _COMMAS.sub("", without_spaces(text).removesuffix(unit))
    if not (digits.isascii() and digits.isdigit()):
        raise CodeError(f"{label}只填数字，例如 {example}。")
    # Long strings of digits are not converted at all: int() of them is slow.
    if len(digits.lstrip("0")) > len(str(largest)) or int(digits) > largest:
        raise CodeError(f"{label}不能超过 {largest:,}。请核对后重填。")
    return int(digits)
