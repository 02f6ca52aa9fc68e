"""Lights and attainment: the worked tables of docs/algorithms/pace-and-lights.md."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.calculations.lights import Light, attained, light
from quotas.calculations.pace import pace_value_for_count, pace_value_for_rate
from quotas.calculations.rates import (
    Rate,
    attained_rate,
    attainment_tenths,
    missing_for_count,
    missing_for_rate,
)
from tests.support.markdown_tables import Row, read_table
from tests.support.pace_page import PAGE, read_curve
from tests.support.properties import deterministic

CURVE = read_curve()
VERDICTS = {"yes": True, "no": False, "": None}


def number(cell: str) -> Fraction | None:
    """The exact number of a cell, or None for an empty one."""
    return Fraction(cell) if cell else None


@pytest.mark.parametrize("row", read_table(PAGE, "counts"), ids=lambda row: f"{row['day']} {row['figure']}")
def test_counts_follow_the_worked_table(row: Row) -> None:
    target, figure = number(row["target"]), int(row["figure"])
    pace = None if target is None else pace_value_for_count(target, CURVE, dt.date.fromisoformat(row["day"]))
    assert pace == number(row["pace value"])
    assert light(figure, pace) == Light(row["light"])
    assert attained(figure, target) is VERDICTS[row["attained"]]
    assert attainment_tenths(figure, target) == number(row["attainment"])
    assert missing_for_count(figure, target) == number(row["missing"])


@pytest.mark.parametrize(
    "row", read_table(PAGE, "rates"), ids=lambda row: f"{row['day']} {row['part']} of {row['whole']}"
)
def test_rates_follow_the_worked_table(row: Row) -> None:
    target, rate = number(row["target"]), Rate(int(row["part"]), int(row["whole"]))
    day = dt.date.fromisoformat(row["day"])
    pace = None if target is None else pace_value_for_rate(number(row["start"]), target, CURVE, day)
    assert pace == number(row["pace value"])
    assert rate.tenths == number(row["printed"])
    assert light(rate.percent, pace) == Light(row["light"])
    assert attained(rate.percent, target) is VERDICTS[row["attained"]]
    if target is not None:
        assert attained_rate(rate.numerator, rate.denominator, target) is VERDICTS[row["attained"]]
        assert missing_for_rate(rate.numerator, rate.denominator, target) == number(row["missing"])


def test_no_light_without_figure_or_target() -> None:
    assert light(None, 5) == light(5, None) == light(None, None) == Light.NONE
    assert attained(None, 5) is attained(5, None) is None


def test_nothing_due_is_green() -> None:
    assert light(0, 0) == Light.OK


def test_floating_point_is_refused() -> None:
    with pytest.raises(TypeError, match="exact number"):
        light(24.96, 25)  # type: ignore[arg-type]


@deterministic
@given(st.fractions(0, 100), st.fractions(0, 100), st.fractions(0, 100))
def test_a_larger_figure_never_has_a_worse_light(one: Fraction, other: Fraction, pace: Fraction) -> None:
    order = [Light.BAD, Light.WARN, Light.OK]
    small, large = sorted([one, other])
    assert order.index(light(small, pace)) <= order.index(light(large, pace))


@deterministic
@given(st.fractions(0, 100), st.fractions(0, 100), st.fractions(0, 1))
def test_an_attained_target_is_green_on_every_day(
    figure: Fraction, target: Fraction, share: Fraction
) -> None:
    if attained(figure, target):
        assert light(figure, target * share) == Light.OK
