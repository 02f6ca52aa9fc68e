"""Rows of a bulk registration, valid by default, for the tests of it."""

import datetime as dt
from zoneinfo import ZoneInfo

from orgs.validators.organization_code import check_character

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = dt.datetime(2014, 10, 13, 9, 30, tzinfo=SHANGHAI)
HOUR = dt.timedelta(hours=1)
FOUNDED = dt.date(2014, 9, 8)
REASON = "内容不全：请补主席"


def code(number: int) -> str:
    """A right organisation code."""
    body = f"XN{number:06d}"
    return body + check_character(body)


def enterprise_values(**values):
    """An enterprise's values, valid by default."""
    return {
        "name": "广州示范甲辰精密机械有限公司",
        "organization_code": code(1),
        "established_on": dt.date(2001, 3, 1),
        "is_private": True,
        "size": "small",
        "employees": 80,
        "technicians": 0,
        **values,
    }


def organization_values(**values):
    """An organisation's values, valid by default."""
    return {
        "established_on": FOUNDED,
        "chair": "陈示例",
        "members": 30,
        "approval_number": "示例〔2014〕3号",
        **values,
    }


def contact_values(**values):
    """A contact's values, valid by default."""
    return {"name": "林示例", "mobile": "14000000001", "established_on": FOUNDED, **values}


def reasons(report):
    """Key of each refused row → field and first words of its reasons."""
    return {
        refusal.key: [(error.field, error.message) for error in refusal.errors] for refusal in report.refusals
    }
