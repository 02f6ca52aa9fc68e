"""Dates as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.validators.dates import FIRST_YEAR, LAST_YEAR, parse_date
from orgs.validators.errors import CodeError, DateError
from tests.support.properties import deterministic


@pytest.mark.parametrize(
    "typed",
    [
        "2014-6-4",
        "2014-06-04",
        "2014.6.4",
        "2014/6/4",
        "2014/06/04",
        "20140604",
        "2014年6月4日",
        "2014 年 06 月 04 日",
        "2014年6月4号",
        "２０１４．６．４",
        "２０１４年６月４日",
        "2014—6—4",
        "　2014-6-4　",
        "2014。6。4",
    ],
)
def test_written_forms_give_the_day(typed: str) -> None:
    assert parse_date(typed) == dt.date(2014, 6, 4)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "日期为空。请填写年月日，例如 2014-06-04。"),
        ("2014年6月", "日期“2014年6月”不完整。请写到日，例如 2014-06-04。"),
        ("2014-6", "日期“2014-6”不完整。请写到日，例如 2014-06-04。"),
        ("2014", "日期“2014”不完整。请写到日，例如 2014-06-04。"),
        ("201406", "日期“201406”不完整。请写到日，例如 2014-06-04。"),
        ("14-6-4", "日期“14-6-4”的年份不足四位。请写四位年份，例如 2014-06-04。"),
        ("2014-6.4", "无法识别这个日期。请按“年-月-日”填写，例如 2014-06-04。"),
        ("六月四日", "无法识别这个日期。请按“年-月-日”填写，例如 2014-06-04。"),
        ("41794", "无法识别这个日期。请按“年-月-日”填写，例如 2014-06-04。"),
        ("2014-13-4", "月份应为 1–12，现为 13。请核对后重填。"),
        ("2014-2-29", "2014 年 2 月没有 29 日。请核对后重填。"),
        ("2014-6-31", "2014 年 6 月没有 31 日。请核对后重填。"),
        ("0214-6-4", "年份应在 1900 至 2099 之间，现为 214。请核对后重填。"),
    ],
)
def test_refusals_say_what_is_wrong_and_what_to_do(typed: str, message: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse_date(typed)
    assert refusal.value.message == message
    assert isinstance(refusal.value, CodeError)


@deterministic
@given(
    st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)),
    st.sampled_from(["{0}-{1}-{2}", "{0}.{1}.{2}", "{0}/{1}/{2}", "{0}年{1}月{2}日", "{0}{1:02}{2:02}"]),
)
def test_every_day_is_read_back(day: dt.date, form: str) -> None:
    assert parse_date(form.format(day.year, day.month, day.day)) == day
