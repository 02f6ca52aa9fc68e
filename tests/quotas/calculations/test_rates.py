"""Rates: rounded down in print, exact in judgement, and no figure without a denominator."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.calculations.rates import (
    Rate,
    attained_rate,
    attainment_tenths,
    missing_for_count,
    missing_for_rate,
    rate_attainment_tenths,
    tenths_floor,
)
from tests.support.properties import deterministic

counts = st.integers(0, 10_000)
percents = st.decimals(0, 100, places=2)


@st.composite
def parts(draw: st.DrawFn) -> tuple[int, int]:
    """A part and its whole, the whole at least 1."""
    whole = draw(st.integers(1, 10_000))
    return draw(st.integers(0, whole)), whole


@pytest.mark.parametrize(
    ("part", "whole", "tenths"),
    [
        (624, 2500, 249),
        (625, 2500, 250),
        (1, 3, 333),
        (2, 3, 666),
        (0, 7, 0),
        (7, 7, 1000),
        (999, 1000, 999),
        (9999, 10000, 999),
    ],
)
def test_percentages_print_rounded_down(part: int, whole: int, tenths: int) -> None:
    assert tenths_floor(part, whole) == tenths
    assert Rate(part, whole).tenths == tenths


def test_24_96_percent_is_neither_printed_nor_passed_as_25() -> None:
    assert Rate(624, 2500).percent == Fraction("24.96")
    assert tenths_floor(624, 2500) == 249
    assert attained_rate(624, 2500, 25) is False
    assert attained_rate(625, 2500, 25) is True
    assert attained_rate(624, 2500, Decimal("24.96")) is True
    assert attained_rate(624, 2500, Fraction(2496, 100)) is True


def test_without_a_denominator_there_is_no_figure() -> None:
    assert Rate(0, 0).percent is None
    assert Rate(0, 0).tenths is None
    assert tenths_floor(0, 0) is None
    assert attained_rate(0, 0, 25) is None
    assert missing_for_rate(0, 0, 25) is None
    assert rate_attainment_tenths(0, 0, 25) is None


def test_without_a_target_there_is_no_attainment() -> None:
    assert attainment_tenths(12, None) is None
    assert attainment_tenths(12, 0) is None
    assert missing_for_count(12, None) is None
    assert rate_attainment_tenths(1, 4, None) is None
    assert rate_attainment_tenths(1, 4, 0) is None


def test_attainment_is_a_share_of_the_target() -> None:
    assert attainment_tenths(5999, 6000) == 999
    assert attainment_tenths(6600, 6000) == 1100
    assert rate_attainment_tenths(1, 10, 25) == 400
    assert rate_attainment_tenths(624, 2500, 25) == 998
    assert missing_for_count(5999, 6000) == 1
    assert missing_for_count(6001, 6000) == 0


@pytest.mark.parametrize(("part", "whole"), [(2, 1), (1, 0), (-1, 3), (0, -1)])
def test_impossible_rates_are_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError):
        Rate(part, whole)


def test_floating_point_targets_are_refused() -> None:
    for call in (attained_rate, missing_for_rate, rate_attainment_tenths):
        with pytest.raises(TypeError, match="exact number"):
            call(1, 4, 24.96)  # type: ignore[operator]


@deterministic
@given(parts(), percents)
def test_what_is_missing_is_just_enough(part_of_whole: tuple[int, int], target: Decimal) -> None:
    part, whole = part_of_whole
    missing = missing_for_rate(part, whole, target)
    assert missing is not None
    assert attained_rate(part + missing, whole, target) is True
    assert (missing == 0) == attained_rate(part, whole, target)
    if missing:
        assert attained_rate(part + missing - 1, whole, target) is False


@deterministic
@given(parts())
def test_print_is_never_above_the_exact_rate_and_less_than_a_tenth_below(
    part_of_whole: tuple[int, int],
) -> None:
    rate = Rate(*part_of_whole)
    assert rate.percent is not None
    assert rate.tenths is not None
    assert 0 <= rate.percent - Fraction(rate.tenths, 10) < Fraction(1, 10)
    assert (rate.tenths == 1000) == (rate.numerator == rate.denominator)


@deterministic
@given(parts(), st.integers(0, 1000))
def test_attained_against_whole_tenths_agrees_with_print(part_of_whole: tuple[int, int], tenths: int) -> None:
    printed = tenths_floor(*part_of_whole)
    assert printed is not None
    assert attained_rate(*part_of_whole, Fraction(tenths, 10)) == (printed >= tenths)
