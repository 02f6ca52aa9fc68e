"""Unified social credit codes (统一社会信用代码) after GB 32100-2015; the check character is python-stdnum's.

Characters 9–17 are the organisation code. Worked table: docs/algorithms/organization-code.md.
"""

from stdnum.cn import uscc

from orgs.validators.errors import CodeError
from orgs.validators.organization_code import check_character
from orgs.validators.text import compact_code

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_EMBEDDED = slice(8, 17)
# Letters the standard leaves out because they are misread, and the digit that was probably meant.
_MISREAD = {"I": "1", "O": "0", "S": "5", "Z": "2"}


def parse_credit_code(text: str) -> str:
    """The eighteen canonical characters of what was typed, or ``CodeError``.

    Full-width and lower-case characters, spaces and dashes are accepted. The first two characters may be letters, as the
    standard has them for registering bodies other than the market regulator (python-stdnum's own check refuses
    those). A wrong check digit of the organisation code inside is no error: see ``embedded_code_warning``.
    """
    code = compact_code(text)
    if len(code) == 9:
        raise CodeError(
            "统一社会信用代码应为 18 位，现为 9 位。9 位的是组织机构代码，请填到“组织机构代码”一栏。"
        )
    if len(code) == 15 and code.isdigit():
        raise CodeError("统一社会信用代码应为 18 位，现为 15 位数字。15 位的是注册号，请填到“注册号”一栏。")
    if len(code) != LENGTH:
        raise CodeError(
            f"统一社会信用代码应为 18 位，现为 {len(code)} 位。请对照营业执照补全或删去多余的字符。"
        )
    for position, character in enumerate(code, start=1):
        _refuse_character(position, character)
    expected = uscc.calc_check_digit(code[:-1])
    if code[-1] != expected:
        raise CodeError(
            f"统一社会信用代码的最后一位应为 {expected}，现为 {code[-1]}。请对照营业执照逐位核对。"
        )
    return code


def is_valid_credit_code(text: str) -> bool:
    """Whether ``parse_credit_code`` accepts the text."""
    try:
        parse_credit_code(text)
    except CodeError:
        return False
    return True


def embedded_organization_code(code: str) -> str:
    """Characters 9–17 of a canonical credit code: the organisation code it carries."""
    if len(code) != LENGTH:
        raise ValueError("a credit code has 18 characters")
    return code[_EMBEDDED]


def embedded_code_warning(code: str) -> str | None:
    """A message when the organisation code inside a canonical credit code has a wrong GB 11714 digit, else None.

    Only a warning: such codes were really issued, and the credit code's own check character is what is binding.
    """
    embedded = embedded_organization_code(code)
    expected = check_character(embedded[:-1])
    if embedded[-1] == expected:
        return None
    return (
        f"统一社会信用代码第 9–17 位是组织机构代码 {embedded}，按国家标准末位应为 {expected}，现为 {embedded[-1]}。"
        "可以保存，保存前请再对照营业执照核对一次。"
    )


def check_codes_agree(credit_code: str, organization_code: str) -> None:
    """Raise ``CodeError`` when two canonical codes of one enterprise name different organisation codes."""
    embedded = embedded_organization_code(credit_code)
    if embedded != organization_code:
        raise CodeError(
            f"组织机构代码应为统一社会信用代码的第 9–17 位 {embedded}，现为 {organization_code}。"
            "请核对两个代码，改正其中填错的一个。"
        )


def _refuse_character(position: int, character: str) -> None:
    """Raise ``CodeError`` when the standard has no such character at that place (counted from 1)."""
    if character in _MISREAD:
        raise CodeError(
            f"统一社会信用代码不使用字母 {character}，第 {position} 位现为 {character}。请核对是否应为数字 {_MISREAD[character]}。"
        )
    if character not in ALPHABET:
        raise CodeError(
            f"统一社会信用代码只用数字和英文字母（I、O、S、V、Z 除外），第 {position} 位现为“{character}”。请对照营业执照改正。"
        )
    if 3 <= position <= 8 and not character.isdigit():
        raise CodeError(
            f"统一社会信用代码的第 3–8 位应为数字，第 {position} 位现为 {character}。请对照营业执照改正。"
        )
