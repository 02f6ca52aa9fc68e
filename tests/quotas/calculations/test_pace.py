"""The pace curve: the worked tables of docs/algorithms/pace-and-lights.md, and that it never runs backwards."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.calculations.pace import PaceCurve, PaceError, pace_value_for_count, pace_value_for_rate
from tests.support.markdown_tables import Row, read_table
from tests.support.pace_page import PAGE, read_curve
from tests.support.properties import deterministic

CURVE = read_curve()
days = st.dates(dt.date(2013, 6, 1), dt.date(2015, 6, 30))


@st.composite
def curves(draw: st.DrawFn) -> PaceCurve:
    """Any curve of one to six points."""
    points = sorted(draw(st.sets(days, min_size=1, max_size=6)))
    shares = sorted(draw(st.lists(st.fractions(0, 1), min_size=len(points), max_size=len(points))))
    return PaceCurve(tuple(zip(points, shares, strict=True)))


@pytest.mark.parametrize("row", read_table(PAGE, "shares"), ids=lambda row: row["day"])
def test_shares_follow_the_worked_table(row: Row) -> None:
    assert CURVE.share_on(dt.date.fromisoformat(row["day"])) == Fraction(row["share"])


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "at least one point"),
        ([("2014-06-30", "0.3"), ("2014-01-01", "0.5")], "does not come after"),
        ([("2014-06-30", "0.3"), ("2014-06-30", "0.3")], "does not come after"),
        ([("2014-01-01", "0.5"), ("2014-06-30", "0.3")], "falls between"),
        ([("2014-01-01", "-0.1")], "outside 0 to 1"),
        ([("2014-01-01", "0"), ("2014-12-31", "1.01")], "outside 0 to 1"),
    ],
)
def test_contradicting_points_are_refused(points: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(PaceError, match=message):
        PaceCurve.from_points((dt.date.fromisoformat(day), Decimal(share)) for day, share in points)


def test_floating_point_shares_are_refused() -> None:
    with pytest.raises(TypeError, match="exact number"):
        PaceCurve.from_points([(dt.date(2014, 1, 1), 0.3)])  # type: ignore[list-item]


def test_pace_of_a_rate_climbs_from_its_start() -> None:
    middle = dt.date(2014, 10, 31)
    assert pace_value_for_rate(Fraction(10), 25, CURVE, middle) == 22
    assert pace_value_for_rate(Fraction(10), 25, CURVE, dt.date(2014, 1, 1)) == 10
    assert pace_value_for_rate(None, 25, CURVE, middle) == 20
    assert pace_value_for_rate(Fraction(30), 25, CURVE, dt.date(2014, 1, 1)) == 25
    assert pace_value_for_rate(25, 25, CURVE, dt.date(2014, 1, 1)) == 25


@deterministic
@given(curves(), days, days)
def test_pace_never_falls(curve: PaceCurve, one: dt.date, other: dt.date) -> None:
    early, late = sorted([one, other])
    assert 0 <= curve.share_on(early) <= curve.share_on(late) <= 1
    assert pace_value_for_count(6000, curve, early) <= pace_value_for_count(6000, curve, late) <= 6000
    assert pace_value_for_rate(10, 25, curve, early) <= pace_value_for_rate(10, 25, curve, late) <= 25


@deterministic
@given(curves())
def test_pace_passes_through_its_points(curve: PaceCurve) -> None:
    assert [curve.share_on(day) for day, _ in curve.points] == [share for _, share in curve.points]


@deterministic
@given(curves(), days)
def test_pace_is_linear_between_points(curve: PaceCurve, day: dt.date) -> None:
    around = [day + dt.timedelta(days=step) for step in (-1, 0, 1)]
    first, last = curve.points[0][0], curve.points[-1][0]
    if first <= around[0] and around[2] <= last and day not in dict(curve.points):
        before, here, after = (curve.share_on(step) for step in around)
        assert here - before == after - here
