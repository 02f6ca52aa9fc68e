"""Rates and attainment, judged on exact counts and printed rounded down (notice 二（一）: 25％以上, 40％以上).

24.96 % is neither printed nor passed as 25 %. Without a denominator there is no figure: None, never 0 % or 100 %.
Targets of rates are in percent (25 means 25 %). Worked table: docs/algorithms/pace-and-lights.md.
"""

from dataclasses import dataclass
from fractions import Fraction

from quotas.calculations.exact import Exact, exact


@dataclass(frozen=True)
class Rate:
    """A part of a whole: parks with an organisation over parks. A part above the whole, or below nothing, is a ValueError."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError("counts are not negative")
        if self.numerator > self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator}: the part is larger than the whole")

    @property
    def percent(self) -> Fraction | None:
        """The exact rate in percent; None without a denominator."""
        return Fraction(100 * self.numerator, self.denominator) if self.denominator else None

    @property
    def tenths(self) -> int | None:
        """Tenths of a percent, rounded down; None without a denominator."""
        return tenths_floor(self.numerator, self.denominator)


def tenths_floor(numerator: int, denominator: int) -> int | None:
    """Tenths of a percent, rounded down: 249 stands for 24.9 %. None without a denominator."""
    return numerator * 1000 // denominator if denominator else None


def attained_rate(numerator: int, denominator: int, target: Exact) -> bool | None:
    """Whether the rate is at or above the target in percent, judged exactly; None without a denominator."""
    return numerator * 100 >= exact(target) * denominator if denominator else None


def missing_for_rate(numerator: int, denominator: int, target: Exact) -> int | None:
    """How many more of the same whole reach the target in percent: 0 when attained, None without a denominator."""
    if not denominator:
        return None
    needed = exact(target) * denominator / 100
    return max(0, _ceiling(needed) - numerator)


def missing_for_count(count: int, target: Exact | None) -> int | None:
    """How many more reach a count target: 0 when attained, None without a target."""
    return None if target is None else max(0, _ceiling(exact(target)) - count)


def attainment_tenths(count: int, target: Exact | None) -> int | None:
    """The share of a count target reached, in tenths of a percent, rounded down; above 1000 when exceeded.

    None without a target, or with a target of 0, of which there is no share.
    """
    if target is None or exact(target) == 0:
        return None
    return int(count * 1000 // exact(target))


def rate_attainment_tenths(numerator: int, denominator: int, target: Exact | None) -> int | None:
    """The share of a rate target (percent) reached, in tenths of a percent, rounded down.

    None without a denominator, without a target, or with a target of 0.
    """
    if not denominator or target is None or exact(target) == 0:
        return None
    return int(numerator * 100 * 1000 // (exact(target) * denominator))


def _ceiling(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
