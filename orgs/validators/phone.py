"""Telephone numbers of mainland China, in one written form each.

Mobiles are eleven digits; landlines ``020-23456789``, with an extension ``020-23456789-801``; service numbers ``400-123-4567``.
"""

import re

from orgs.validators.errors import CodeError
from orgs.validators.text import plain_dashes, without_spaces

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(r"400-?([0-9]{3})-?([0-9]{4})")
# Three-digit area codes are 010 and 02x; all others have four digits.
_LANDLINE = re.compile(
    r"\(?(?P<area>010|02[0-9]|0[3-9][0-9]{2})\)?-?(?P<number>[2-8][0-9]{6,7})(?:(?:-|转|转分机|EXT\.?|X)(?P<extension>[0-9]{1,6}))?"
)
_COUNTRY_PREFIX = re.compile(r"^(?:\+86|0086|86(?=1[3-9][0-9]{9}$))-?")
_LANDLINE_EXAMPLE = "例如 020-23456789"


def parse_mobile(text: str) -> str:
    """The eleven digits of a mobile number, or ``CodeError``. A country prefix, spaces and dashes are accepted."""
    digits = _plain(text).replace("-", "")
    if not digits.isascii() or not digits.isdigit():
        raise CodeError("手机号只用数字。请填 11 位手机号，例如 13800000000。")
    if len(digits) != 11:
        raise CodeError(f"手机号应为 11 位数字，现为 {len(digits)} 位。请核对后重填。")
    if not _MOBILE.fullmatch(digits):
        raise CodeError(f"手机号应以 13–19 开头，现以 {digits[:2]} 开头。请核对后重填。")
    return digits


def parse_landline(text: str) -> str:
    """The canonical form of a landline or 400 number, or ``CodeError``."""
    number = _plain(text)
    if service := _SERVICE.fullmatch(number):
        return f"400-{service[1]}-{service[2]}"
    if landline := _LANDLINE.fullmatch(number):
        extension = f"-{landline['extension']}" if landline["extension"] else ""
        return f"{landline['area']}-{landline['number']}{extension}"
    if re.fullmatch(r"[2-8][0-9]{6,7}", number):
        raise CodeError(f"固定电话缺少区号。请在前面加区号，{_LANDLINE_EXAMPLE}。")
    raise CodeError(f"固定电话应为区号加 7 或 8 位号码。请按“区号-号码”填写，{_LANDLINE_EXAMPLE}。")


def parse_phone(text: str) -> str:
    """The canonical form of a mobile, landline or 400 number, or ``CodeError``."""
    number = _plain(text)
    if re.fullmatch(r"1[0-9-]+", number):
        return parse_mobile(number)
    try:
        return parse_landline(number)
    except CodeError as error:
        if "区号" in error.message and re.fullmatch(r"[2-8][0-9]{6,7}", number):
            raise
        raise CodeError(
            f"联系电话应为 11 位手机号或带区号的固定电话。请核对后重填，{_LANDLINE_EXAMPLE}。"
        ) from error


def _plain(text: str) -> str:
    """Plain characters without spaces and country prefix."""
    return _COUNTRY_PREFIX.sub("", plain_dashes(without_spaces(text)).upper())
