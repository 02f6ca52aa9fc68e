"""Dates as people write them in forms and sheets."""

import datetime as dt
import re

from orgs.validators.errors import DateError
from orgs.validators.text import plain_dashes, without_spaces

_SEPARATED = re.compile(r"([0-9]{4})([-./。、])([0-9]{1,2})\2([0-9]{1,2})")
_CHINESE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_WITHOUT_DAY = re.compile(r"[0-9]{4}(?:[-./][0-9]{1,2}|年(?:[0-9]{1,2}月?)?|[0-9]{2})?")
_SHORT_YEAR = re.compile(r"[0-9]{2}(?:[-./][0-9]{1,2}[-./][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}[日号]?)")
_EXAMPLE = "例如 2014-06-04"
FIRST_YEAR = 1900
LAST_YEAR = 2099


def parse_date(text: str) -> dt.date:
    """The day of 2014-6-4, 2014.6.4, 2014/6/4, 20140604 or 2014年6月4日, also in full-width digits, or ``DateError``.

    Two-digit years and dates without a day are refused rather than guessed; years run from 1900 to 2099.
    """
    plain = plain_dashes(without_spaces(text))
    if match := _SEPARATED.fullmatch(plain):
        year, month, day = match[1], match[3], match[4]
    elif match := _CHINESE.fullmatch(plain) or _COMPACT.fullmatch(plain):
        year, month, day = match[1], match[2], match[3]
    elif not plain:
        raise DateError(f"日期为空。请填写年月日，{_EXAMPLE}。")
    elif _WITHOUT_DAY.fullmatch(plain):
        raise DateError(f"日期“{plain}”不完整。请写到日，{_EXAMPLE}。")
    elif _SHORT_YEAR.fullmatch(plain):
        raise DateError(f"日期“{plain}”的年份不足四位。请写四位年份，{_EXAMPLE}。")
    else:
        raise DateError(f"无法识别这个日期。请按“年-月-日”填写，{_EXAMPLE}。")
    return _calendar_day(int(year), int(month), int(day))


def _calendar_day(year: int, month: int, day: int) -> dt.date:
    """The day, or ``DateError`` that says which part the calendar does not have."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"年份应在 1900 至 2099 之间，现为 {year}。请核对后重填。")
    if not 1 <= month <= 12:
        raise DateError(f"月份应为 1–12，现为 {month}。请核对后重填。")
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise DateError(f"{year} 年 {month} 月没有 {day} 日。请核对后重填。") from error
