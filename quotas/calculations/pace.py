"""The plan's own pace: which share of a target is due by which day. Worked table: docs/algorithms/pace-and-lights.md."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from quotas.calculations.exact import Exact, exact


class PaceError(ValueError):
    """The points of a pace curve contradict each other."""


@dataclass(frozen=True)
class PaceCurve:
    """Shares due by days, linear between its points.

    ``points`` are (day, share) with days rising and shares from 0 to 1 never falling; anything else is a PaceError.
    """

    points: tuple[tuple[dt.date, Fraction], ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise PaceError("a pace curve has at least one point")
        for day, share in self.points:
            if not 0 <= share <= 1:
                raise PaceError(f"the share of {day} is {share}, outside 0 to 1")
        for (day, share), (next_day, next_share) in zip(self.points, self.points[1:], strict=False):
            if next_day <= day:
                raise PaceError(f"{next_day} does not come after {day}")
            if next_share < share:
                raise PaceError(f"the share falls between {day} and {next_day}")

    @classmethod
    def from_points(cls, points: Iterable[tuple[dt.date, Exact]]) -> "PaceCurve":
        """A curve from (day, share) in their order, shares as int, Decimal or Fraction."""
        return cls(tuple((day, exact(share)) for day, share in points))

    def share_on(self, day: dt.date) -> Fraction:
        """The exact share due by the end of a day: the first point's before it, the last one's after it."""
        after = bisect_right(self.points, day, key=lambda point: point[0])
        if after == 0:
            return self.points[0][1]
        if after == len(self.points):
            return self.points[-1][1]
        (start, start_share), (end, end_share) = self.points[after - 1], self.points[after]
        return start_share + (end_share - start_share) * Fraction((day - start).days, (end - start).days)


def pace_value_for_count(target: Exact, curve: PaceCurve, day: dt.date) -> Fraction:
    """What a count should have reached by a day: the share of the target, starting from 0."""
    return exact(target) * curve.share_on(day)


def pace_value_for_rate(
    start_rate: Exact | None, target_rate: Exact, curve: PaceCurve, day: dt.date
) -> Fraction:
    """What a rate should have reached by a day, on the way from its value of 1 January to the target.

    Both in the same unit (percent). No value on 1 January (no parks then) starts from 0. A start at or above the
    target leaves nothing to climb: the pace value is the target on every day.
    """
    target = exact(target_rate)
    start = Fraction(0) if start_rate is None else exact(start_rate)
    if start >= target:
        return target
    return start + curve.share_on(day) * (target - start)
