"""How figures and dates are printed, everywhere: pages, exports and messages."""

import datetime as dt
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from django.utils import timezone

from core import clock

NO_FIGURE = "—"
Rate = int | Fraction | Decimal


def count_text(value: int | None) -> str:
    """``6000`` → ``6,000``; ``None`` → ``—``, which says that there is no figure."""
    return NO_FIGURE if value is None else f"{int(value):,}"


def to_tenths(value: Rate) -> int:
    """A rate in whole tenths of a percent, rounded down (DESIGN §3, Lights).

    An ``int`` is already tenths (``249`` is 24.9 %), a ``Fraction`` is a share of one (``Fraction(1, 4)`` is 25 %), a
    ``Decimal`` is percent (``Decimal("24.96")``). A float is refused: 24.96 % must never become 25 % by its binary form.
    """
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise TypeError(
            f"A rate is an int (tenths), a Fraction (share) or a Decimal (percent), not {value!r}."
        )
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        return value.numerator * 1000 // value.denominator
    return int((value * 10).to_integral_value(rounding=ROUND_FLOOR))


def rate_text(value: Rate | None) -> str:
    """One decimal, rounded down: ``Decimal("24.96")`` → ``24.9%``; ``None`` → ``—``."""
    if value is None:
        return NO_FIGURE
    tenths = to_tenths(value)
    sign, tenths = ("-", -tenths) if tenths < 0 else ("", tenths)
    return f"{sign}{tenths // 10:,}.{tenths % 10}%"


def size_text(value: int | None) -> str:
    """``340 KB``, ``1.2 MB``: the size of a file, rounded up; ``None`` → ``—``."""
    if value is None:
        return NO_FIGURE
    if value < 1 << 20:
        return f"{max(1, -(-value // 1024)):,} KB"
    tenths = -(-value * 10 // (1 << 20))
    return f"{tenths // 10:,}.{tenths % 10} MB"


def _local(value: dt.date) -> dt.date:
    """A moment in the portal's own zone; a date as it is."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def date_text(value: dt.date | None) -> str:
    """``2014-10-31``; a moment gives its day in Asia/Shanghai; ``None`` → ``—``."""
    return NO_FIGURE if value is None else f"{_local(value):%Y-%m-%d}"


def day_text(value: dt.date | None) -> str:
    """``10-31``, where the year is plain from the page."""
    return NO_FIGURE if value is None else f"{_local(value):%m-%d}"


def moment_text(value: dt.datetime | None) -> str:
    """``10-14 16:20`` in Asia/Shanghai."""
    return NO_FIGURE if value is None else f"{_local(value):%m-%d %H:%M}"


def time_text(value: dt.datetime | None) -> str:
    """``16:20`` in Asia/Shanghai."""
    return NO_FIGURE if value is None else f"{_local(value):%H:%M}"


def recent_text(value: dt.datetime | None) -> str:
    """``今天 16:20``, or ``2014-10-14 16:20`` when it was another day by the machine's own clock."""
    if value is None:
        return NO_FIGURE
    day = "今天" if date_text(value) == date_text(clock.machine_now()) else date_text(value)
    return f"{day} {time_text(value)}"
