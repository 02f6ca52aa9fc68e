"""The light of a figure against its pace. Worked table: docs/algorithms/pace-and-lights.md."""

from enum import StrEnum
from fractions import Fraction

from quotas.calculations.exact import Exact, exact

# Yellow reaches down to this share of the pace's value.
WARN_SHARE = Fraction(4, 5)


class Light(StrEnum):
    """Green, yellow, red, or no light because there is no figure or no target."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"


def light(value: Exact | None, pace_value: Exact | None) -> Light:
    """The light of a figure: at or above the pace's value ok, from 80 % of that value warn, below bad.

    Both in the same unit, compared exactly. NONE without a figure (no denominator) or without a pace value (no
    target: 未下达).
    """
    if value is None or pace_value is None:
        return Light.NONE
    figure, due = exact(value), exact(pace_value)
    if figure >= due:
        return Light.OK
    return Light.WARN if figure >= due * WARN_SHARE else Light.BAD


def attained(value: Exact | None, target: Exact | None) -> bool | None:
    """Whether a figure is at or above its target, exactly; None without a figure or a target.

    Apart from the light: a target may be attained early, and a green light is not yet an attained target.
    """
    if value is None or target is None:
        return None
    return exact(value) >= exact(target)
