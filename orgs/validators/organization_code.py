"""Organisation codes (组织机构代码) after GB 11714-1997.

Eight characters and a check character. Worked table: docs/algorithms/organization-code.md.
"""

from operator import mul

from orgs.validators.errors import CodeError
from orgs.validators.text import compact_code

LENGTH = 9
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# A character's place is its value: 0–9, then A = 10 … Z = 35.
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHECK_CHARACTERS = "0123456789X"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def check_character(body: str) -> str:
    """The ninth character for the first eight: 0–9, or X for 10.

    ``body`` is eight digits or capital letters; anything else is a ValueError.
    """
    if len(body) != len(WEIGHTS) or not _VALUES.keys() >= set(body):
        raise ValueError("the body of an organisation code is eight digits or capital letters")
    return _CHECK_CHARACTERS[-sum(map(mul, map(_VALUES.__getitem__, body), WEIGHTS)) % 11]


def parse_organization_code(text: str) -> str:
    """The nine canonical characters of what was typed, or ``CodeError``.

    Full-width and lower-case characters, spaces and dashes are accepted.
    """
    code = compact_code(text)
    _refuse_other_codes(code)
    if len(code) != LENGTH:
        raise CodeError(
            f"组织机构代码应为 9 位，现为 {len(code)} 位。请对照组织机构代码证补全或删去多余的字符。"
        )
    for position, character in enumerate(code, start=1):
        if character not in _VALUES:
            raise CodeError(
                f"组织机构代码只用数字和英文字母，第 {position} 位现为“{character}”。请对照组织机构代码证改正。"
            )
    if code[-1] not in _CHECK_CHARACTERS:
        raise CodeError(f"组织机构代码的最后一位应为数字或 X，现为 {code[-1]}。请对照组织机构代码证核对。")
    expected = check_character(code[:-1])
    if code[-1] != expected:
        raise CodeError(f"组织机构代码的最后一位应为 {expected}，现为 {code[-1]}。请对照组织机构代码证核对。")
    return code


def is_valid_organization_code(text: str) -> bool:
    """Whether ``parse_organization_code`` accepts the text."""
    try:
        parse_organization_code(text)
    except CodeError:
        return False
    return True


def _refuse_other_codes(code: str) -> None:
    """Say which field a code of another kind belongs in."""
    if len(code) == 18:
        raise CodeError(
            "这里应填 9 位的组织机构代码，现为 18 位。18 位的是统一社会信用代码，请填到“统一社会信用代码”一栏。"
        )
    if len(code) == 15 and code.isdigit():
        raise CodeError("这里应填 9 位的组织机构代码，现为 15 位数字。15 位的是注册号，请填到“注册号”一栏。")
