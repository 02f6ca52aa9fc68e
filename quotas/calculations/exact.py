"""Exact numbers only: what may stand in a target, and how it becomes a fraction."""

from decimal import Decimal
from fractions import Fraction

Exact = int | Fraction | Decimal


def exact(number: Exact) -> Fraction:
    """The number as a fraction. A float is a TypeError: 24.96 as a float is not 24.96."""
    if isinstance(number, bool) or not isinstance(number, int | Fraction | Decimal):
        raise TypeError(f"an exact number is needed, not {type(number).__name__}")
    return Fraction(number)
