"""What a board's address says. A wrong part is named and left aside: the page shows today instead."""

import datetime as dt

from django.http import QueryDict

from orgs.validators.dates import parse_date
from orgs.validators.errors import DateError
from quotas.indicators import INDICATORS
from quotas.selectors.board import DEFAULT_BY, BoardChoice
from quotas.selectors.ranking import DEFAULT_SORT, SORTS


def read_choice(query: QueryDict, *, today: dt.date) -> tuple[BoardChoice, str]:
    """The choice, and the fault of its date in words (empty when there is none)."""
    on, fault = read_day(query.get("on", ""), today=today)
    by, sort = query.get("by", DEFAULT_BY), query.get("sort", DEFAULT_SORT)
    choice = BoardChoice(
        on=on,
        by=by if by in INDICATORS else DEFAULT_BY,
        without_deputy_provincial=query.get("without") == "1",
        sort=sort if sort in SORTS else DEFAULT_SORT,
    )
    return choice, fault


def read_day(text: str, *, today: dt.date) -> tuple[dt.date | None, str]:
    """A day before today, or None for the board of today; a day that cannot be is None with the fault in words."""
    if not text.strip():
        return None, ""
    try:
        day = parse_date(text)
    except DateError as refusal:
        return None, f"{refusal}现在显示今天（{today}）的数字。"
    if day > today:
        return None, f"{day} 还没有到，今天是 {today}。请选择今天或以前的日期；现在显示今天的数字。"
    return (None if day == today else day), ""
