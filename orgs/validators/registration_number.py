"""Registration numbers of enterprises (注册号) after GS 15—2006: fourteen digits and an ISO 7064 MOD 11,10 check digit.

Worked table: docs/algorithms/organization-code.md.
"""

from stdnum.iso7064 import mod_11_10

from orgs.validators.errors import CodeError
from orgs.validators.text import compact_code

LENGTH = 15
_DIGITS = frozenset("0123456789")


def check_digit(body: str) -> str:
    """The fifteenth digit for the first fourteen; anything but fourteen digits is a ValueError."""
    if len(body) != LENGTH - 1 or not _DIGITS.issuperset(body):
        raise ValueError("the body of a registration number is fourteen digits")
    return mod_11_10.calc_check_digit(body)


def parse_registration_number(text: str) -> str:
    """The fifteen digits of what was typed, or ``CodeError``. Full-width digits, spaces and dashes are accepted."""
    number = compact_code(text)
    if len(number) == 18:
        raise CodeError(
            "注册号应为 15 位数字，现为 18 位。18 位的是统一社会信用代码，请填到“统一社会信用代码”一栏。"
        )
    if len(number) == 9:
        raise CodeError("注册号应为 15 位数字，现为 9 位。9 位的是组织机构代码，请填到“组织机构代码”一栏。")
    if len(number) == 13 and _DIGITS.issuperset(number):
        raise CodeError(
            "注册号应为 15 位数字，现为 13 位旧号。请按换发后的营业执照填写，还没有新号的可留空。"
        )
    if len(number) != LENGTH:
        raise CodeError(f"注册号应为 15 位数字，现为 {len(number)} 位。请对照营业执照补全或删去多余的字符。")
    for position, character in enumerate(number, start=1):
        if character not in _DIGITS:
            raise CodeError(f"注册号只用数字，第 {position} 位现为“{character}”。请对照营业执照改正。")
    expected = check_digit(number[:-1])
    if number[-1] != expected:
        raise CodeError(f"注册号的最后一位应为 {expected}，现为 {number[-1]}。请对照营业执照逐位核对。")
    return number


def is_valid_registration_number(text: str) -> bool:
    """Whether ``parse_registration_number`` accepts the text."""
    try:
        parse_registration_number(text)
    except CodeError:
        return False
    return True
