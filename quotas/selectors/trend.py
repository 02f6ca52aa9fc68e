"""The year's line of one indicator, from the stored live snapshots, and the snapshot of the day itself."""

import dataclasses
import datetime as dt
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from django.db.models import Case, F, FilteredRelation, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from core.formats import count_text, date_text, rate_text
from orgs.models import Office
from quotas.calculations.rates import tenths_floor
from quotas.indicators import Indicator
from quotas.models import Snapshot
from quotas.selectors.figures import Figure, start_rate
from quotas.selectors.goals import Goals
from quotas.selectors.links import CountedLinks
from quotas.selectors.sheet import Counts

# A table longer than this shows the last stored day of each month instead of every day.
LONGEST_TABLE = 40


@dataclasses.dataclass(frozen=True)
class StoredDay:
    """One live snapshot: when it was computed, and what it says of the indicator."""

    snapshot_id: int
    on: dt.date
    is_stale: bool
    computed_at: dt.datetime
    count: int
    whole: int | None

    @property
    def rate(self) -> Fraction | None:
        """The rate in percent; None for counts and without a denominator."""
        return Fraction(100 * self.count, self.whole) if self.whole else None


def stored_days(
    *, goals: Goals, indicator: Indicator, office: Office, without: Collection[int], upto: dt.date
) -> list[StoredDay]:
    """The live snapshots of the plan up to a day, oldest first, with the office's counts. One query.

    ``without`` are the keys of offices whose subtrees are taken out (deputy-provincial cities).
    """
    rows = (
        Snapshot.objects.live()
        .filter(plan=goals.plan, on__lte=upto)
        .annotate(
            cell=FilteredRelation(
                "tallies", condition=Q(tallies__office_id__in=sorted({office.pk, *without}))
            )
        )
        .order_by("on")
        .values_list("pk", "on", "is_stale", "computed_at")
        .annotate(
            _sum(indicator.numerator, office),
            _sum(indicator.denominator or indicator.numerator, office, "whole"),
        )
    )
    return [
        StoredDay(pk, on, is_stale, computed_at, count, whole if indicator.is_rate else None)
        for pk, on, is_stale, computed_at, count, whole in rows
    ]


def _sum(measure: str, office: Office, name: str = "part") -> Any:
    own = F(f"cell__{measure}")
    signed = Case(When(cell__office_id=office.pk, then=own), default=Value(0) - own)
    total = Coalesce(Sum(signed), 0)
    total.default_alias = name  # type: ignore[attr-defined]
    return total


@dataclasses.dataclass(frozen=True)
class TrendRow:
    """One line of the table, printed; ``parts`` is n / N of a rate, ``url`` the rows counted on that day."""

    day: str
    value: str
    parts: str
    url: str


@dataclasses.dataclass(frozen=True)
class Trend:
    """What the chart draws and its table says. ``data`` is JSON for static/js/dashboard.js."""

    data: dict[str, Any]
    rows: list[TrendRow]
    summary: str
    by_month: bool


def trend_of(
    *,
    goals: Goals,
    figure: Figure,
    counts: Counts,
    days: list[StoredDay],
    on: dt.date,
    office: Office,
    without: bool,
) -> Trend:
    """The line up to the day, with the pace curve and the target where the figure has one."""
    indicator = figure.indicator
    days = [
        day
        for day in days
        if day.on >= goals.plan.starts_on and (day.rate is not None or not indicator.is_rate)
    ]
    pace: list[tuple[dt.date, Fraction]] = []
    if figure.target is not None and goals.curve is not None:
        start = (start_rate(indicator, counts) or Fraction(0)) if indicator.is_rate else Fraction(0)
        start = min(start, figure.target)
        pace = [(day, start + share * (figure.target - start)) for day, share in goals.curve.points]
    shown = days if len(days) <= LONGEST_TABLE else _month_ends(days)
    data = {
        "unit": "%" if indicator.is_rate else indicator.unit,
        "on": on.isoformat(),
        "target": _number(figure.target),
        "target_name": "全国目标" if figure.is_reference else "目标",
        "pace": [[day.isoformat(), _number(value)] for day, value in pace],
        "points": [[day.on.isoformat(), _number(_value(day, indicator))] for day in days],
    }
    rows = [
        TrendRow(
            date_text(day.on),
            _printed(day, indicator),
            _parts(day),
            _address(goals, figure, day, office, without),
        )
        for day in reversed(shown)
    ]
    return Trend(data=data, rows=rows, summary=_summary(figure, days), by_month=len(shown) < len(days))


def _value(day: StoredDay, indicator: Indicator) -> Fraction | int | None:
    return day.rate if indicator.is_rate else day.count


def _number(value: Fraction | int | None) -> float | int | None:
    """For drawing only: what is printed is rounded down by the reader of the data."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _printed(day: StoredDay, indicator: Indicator) -> str:
    if indicator.is_rate:
        return rate_text(tenths_floor(day.count, day.whole or 0))
    return f"{count_text(day.count)} {indicator.unit}"


def _address(goals: Goals, figure: Figure, day: StoredDay, office: Office, without: bool) -> str:
    links = CountedLinks(year=goals.plan.year, on=day.on, without_deputy_provincial=without)
    return links.rows(figure.indicator.list_name, figure.indicator.numerator, office.code)


def _parts(day: StoredDay) -> str:
    return "" if day.whole is None else f"{count_text(day.count)} / {count_text(day.whole)}"


def _month_ends(days: list[StoredDay]) -> list[StoredDay]:
    return list({(day.on.year, day.on.month): day for day in days}.values())


def _summary(figure: Figure, days: list[StoredDay]) -> str:
    """What a screen reader says instead of the drawing."""
    if not days:
        return "还没有可画的数字"
    first, last = days[0], days[-1]
    words = [f"{date_text(day.on)} 为 {_printed(day, figure.indicator)}" for day in (first, last)]
    if figure.pace_value is not None and figure.value is not None:
        words.append("达到计划进度" if figure.value >= figure.pace_value else "低于计划进度")
    return "，".join(words)
