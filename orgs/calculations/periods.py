"""Periods from a first day until before a last one; None is open on that side."""

import datetime as dt


def periods_meet(
    starts_on: dt.date, ends_on: dt.date | None, other_starts_on: dt.date, other_ends_on: dt.date | None
) -> bool:
    """Whether two periods share a day."""
    return (ends_on is None or other_starts_on < ends_on) and (
        other_ends_on is None or other_ends_on > starts_on
    )
