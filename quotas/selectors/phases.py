"""The plan's calendar as of a day: what is over, what runs and how long still, what comes."""

import dataclasses
import datetime as dt

from django.db.models import Subquery

from quotas.models import Phase, Plan

DONE, NOW, AHEAD = "done", "now", "ahead"


@dataclasses.dataclass(frozen=True)
class PhaseOnDay:
    """One stage of the plan. ``days`` is how many days are left after today (now) or until it begins (ahead)."""

    name: str
    starts_on: dt.date
    ends_on: dt.date
    standing: str
    days: int

    @property
    def period(self) -> str:
        """``1 月至 6 月`` where whole months, else the days."""
        whole = self.starts_on.day == 1 and (self.ends_on + dt.timedelta(days=1)).day == 1
        if whole and self.starts_on.month == self.ends_on.month:
            return f"{self.starts_on.month} 月"
        if whole and self.standing != NOW:
            return f"{self.starts_on.month} 月至 {self.ends_on.month} 月"
        return f"{_day(self.starts_on)}至 {_day(self.ends_on)}"

    @property
    def left(self) -> str:
        """How far away its end or its beginning is, in words."""
        if self.standing == DONE:
            return "已结束"
        if self.standing == AHEAD:
            return f"{self.days} 天后开始"
        return f"还剩 {self.days} 天" if self.days else "今天结束"


@dataclasses.dataclass(frozen=True)
class Calendar:
    """The stages of the plan in force; without a plan no stage and year 0."""

    year: int
    phases: tuple[PhaseOnDay, ...]

    @property
    def sentence(self) -> str:
        """The running stage that ends first, or the next one; empty when there is neither."""
        running = sorted(
            (phase for phase in self.phases if phase.standing == NOW), key=lambda phase: phase.ends_on
        )
        if running:
            first = running[0]
            return f"{first.name}阶段还剩 {first.days} 天" if first.days else f"{first.name}阶段今天结束"
        coming = [phase for phase in self.phases if phase.standing == AHEAD]
        return f"{coming[0].name}阶段 {coming[0].days} 天后开始" if coming else ""


def calendar_on(day: dt.date) -> Calendar:
    """The stages of the day's plan, else of the latest before it. One query."""
    plan = Plan.objects.filter(year__lte=day.year).order_by("-year").values("pk")[:1]
    rows = list(Phase.objects.filter(plan=Subquery(plan)).select_related("plan").order_by("order"))
    return Calendar(rows[0].plan.year if rows else 0, tuple(_on_day(row, day) for row in rows))


def _on_day(phase: Phase, day: dt.date) -> PhaseOnDay:
    if day > phase.ends_on:
        standing, days = DONE, 0
    elif day < phase.starts_on:
        standing, days = AHEAD, (phase.starts_on - day).days
    else:
        standing, days = NOW, (phase.ends_on - day).days
    return PhaseOnDay(phase.name, phase.starts_on, phase.ends_on, standing, days)


def _day(day: dt.date) -> str:
    return f"{day.month} 月 {day.day} 日"
