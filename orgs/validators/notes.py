"""What is typed beside a record: a line of words, and the day something was done."""

import datetime as dt

from core.exceptions import DomainError
from core.formats import date_text
from orgs.validators.dates import parse_date
from orgs.validators.errors import DateError

# No organisation is older than the republic.
FIRST_DAY = dt.date(1949, 10, 1)


def one_line(text: str, *, longest: int, label: str, field: str) -> str:
    """The text with single spaces. Raises when it is too long."""
    cleaned = " ".join(text.split())
    if len(cleaned) > longest:
        raise DomainError(
            f"{label}最多 {longest} 个字，现在 {len(cleaned)} 个。请删短后再保存。", field=field
        )
    return cleaned


def day_done(
    text: str, *, today: dt.date, field: str, first: dt.date = FIRST_DAY, since: str = ""
) -> dt.date:
    """A day from ``first`` (which ``since`` names) to today. Raises with words."""
    try:
        day = parse_date(text)
    except DateError as refusal:
        raise DomainError(str(refusal), field=field) from refusal
    if day > today:
        raise DomainError(
            f"日期 {date_text(day)} 还没有到，今天是 {date_text(today)}。完成后再登记。", field=field
        )
    if day < first:
        raise DomainError(f"日期不能早于{since} {date_text(first)}。请核对年份。", field=field)
    return day
