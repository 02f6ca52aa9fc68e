"""Working days and office hours of 2014, for moments that look like an office's."""

import datetime as dt
import itertools
from collections.abc import Sequence
from random import Random

from django.utils import timezone

from cast_portal.demo.sizes import CURVE

ONE_DAY = dt.timedelta(days=1)


def _span(start: tuple[int, int], end: tuple[int, int]) -> set[dt.date]:
    first, last = dt.date(2014, *start), dt.date(2014, *end)
    return {first + dt.timedelta(days=number) for number in range((last - first).days + 1)}


# Public holidays of 2014 and the weekend days worked for them (State Council's notice of 11 December 2013).
_HOLIDAYS = (
    _span((1, 1), (1, 1))
    | _span((1, 31), (2, 6))
    | _span((4, 5), (4, 7))
    | _span((5, 1), (5, 3))
    | _span((5, 31), (6, 2))
    | _span((9, 6), (9, 8))
    | _span((10, 1), (10, 7))
)
_WORKED = {dt.date(2014, *day) for day in ((1, 26), (2, 8), (5, 4), (9, 28), (10, 11))}


def is_workday(day: dt.date) -> bool:
    """Whether offices were open."""
    return day in _WORKED or (day.weekday() < 5 and day not in _HOLIDAYS)


def workdays(first: dt.date, last: dt.date) -> list[dt.date]:
    """The working days from ``first`` to ``last``."""
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_workday(day)]


def workday_after(day: dt.date, count: int, *, last: dt.date) -> dt.date:
    """``count`` working days later, but not after ``last``; with 0 the day itself or the next working day."""
    while not is_workday(day):
        day += ONE_DAY
    for _ in range(count):
        day += ONE_DAY
        while not is_workday(day):
            day += ONE_DAY
    return min(day, last)


def any_day(rng: Random, first: dt.date, last: dt.date) -> dt.date:
    """A day of the span; the later one when the span is empty."""
    return first + dt.timedelta(days=rng.randrange((last - first).days + 1)) if last > first else last


def in_hours(rng: Random, day: dt.date) -> dt.datetime:
    """A moment of the day between 8:40 and 17:20."""
    minutes, second = divmod(31_200 + int(rng.random() * 31_200), 60)
    zone = timezone.get_default_timezone()
    return dt.datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, second, tzinfo=zone)


def along_the_curve(rng: Random, count: int) -> list[dt.date]:
    """``count`` founding days of 2014, rising slowly, then fast, as the curve has it."""
    days: list[dt.date] = []
    done = 0
    for (before, _), (until, thousandths) in itertools.pairwise(CURVE):
        due = count * thousandths // 1000
        open_days: Sequence[dt.date] = workdays(before + ONE_DAY, until)
        days += sorted(rng.choices(open_days, k=due - done))
        done = due
    return days
