"""Numbers of official documents (批复文号), such as 科协发〔2014〕31号."""

import re

from orgs.validators.errors import CodeError
from orgs.validators.text import without_spaces

MAX_LENGTH = 60
# Official documents put the year in 〔〕; people type any other brackets.
_YEAR_IN_BRACKETS = re.compile(r"[\[(〔【〖｛{〈<「『⟦]([12][0-9]{3})年?[\])〕】〗｝}〉>」』⟧]")
_NUMBER_MARK = re.compile(r"(?:第|NO\.?|№)?([0-9]+)号$", re.IGNORECASE)


def parse_document_number(text: str) -> str:
    """The number as stored: plain digits, no spaces, the year in 〔〕 and no 第 before the number.

    Deliberately loose: offices number as they like. Only more than 60 characters are refused (``CodeError``).
    Empty stays empty.
    """
    number = _YEAR_IN_BRACKETS.sub(r"〔\1〕", without_spaces(text).replace("﹝", "〔").replace("﹞", "〕"))
    number = _NUMBER_MARK.sub(r"\1号", number)
    if len(number) > MAX_LENGTH:
        raise CodeError(
            f"批复文号最多 60 个字，现为 {len(number)} 个字。请只填文号，例如 科协发〔2014〕31号。"
        )
    return number
