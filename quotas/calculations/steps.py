"""Which of five shades a value takes on the map, and which rank it takes in a table."""

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from quotas.calculations.exact import Exact, exact

STEPS = 5
# Shades of a rate: shares of its target; the darkest is reached exactly at the target.
RATE_SHARES = (Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), Fraction(1))


def count_thresholds(counts: Sequence[int]) -> tuple[int, ...]:
    """Four rising counts that part the values into five groups of about equal size; fewer when values repeat.

    A value belongs to the group after the last threshold it reaches, so that equal values share a group.
    """
    ordered = sorted(counts)
    if not ordered:
        return ()
    cuts = {ordered[len(ordered) * part // STEPS] for part in range(1, STEPS)}
    return tuple(sorted(cut for cut in cuts if cut > ordered[0]))


def rate_thresholds(target: Exact) -> tuple[Fraction, ...]:
    """The rates in percent at which the shade changes, on the way to a target."""
    return tuple(exact(target) * share for share in RATE_SHARES)


def step_of(value: Exact, thresholds: Sequence[Exact]) -> int:
    """1 for the lowest group, one more for each threshold reached."""
    return 1 + bisect_right(list(thresholds), value)


def ranks(values: Sequence[Exact | None]) -> list[int | None]:
    """Place by value, the highest first; equal values share a place and the next place is left out; None stays None."""
    ordered = sorted((value for value in values if value is not None), reverse=True)
    place: dict[Exact, int] = {}
    for number, value in enumerate(ordered, start=1):
        place.setdefault(value, number)
    return [None if value is None else place[value] for value in values]
