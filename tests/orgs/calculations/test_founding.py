"""Whether the days of founding steps follow each other."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.calculations.founding import out_of_order

ORDER = ["a", "b", "c", "d"]


def days(**numbers):
    return {step: dt.date(2014, 6, number) for step, number in numbers.items()}


@pytest.mark.parametrize(
    ("done", "wrong"),
    [
        ({}, {}),
        (days(c=3), {}),
        (days(a=1, b=1, c=2), {}),
        (days(a=5, b=4), {"b": "a"}),
        (days(a=5, b=4, c=4, d=6), {"b": "a", "c": "a"}),
        (days(a=1, c=9, d=8), {"d": "c"}),
    ],
)
def test_a_step_dated_before_an_earlier_one_is_told_with_that_one(done, wrong):
    assert out_of_order(done, ORDER) == wrong


@given(st.dictionaries(st.sampled_from(ORDER), st.dates(dt.date(2014, 1, 1), dt.date(2014, 1, 6))))
def test_nothing_is_told_exactly_when_the_days_do_not_fall(done):
    in_order = [done[step] for step in ORDER if step in done]
    assert (out_of_order(done, ORDER) == {}) == (in_order == sorted(in_order))
