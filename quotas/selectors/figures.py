"""The four figures of an office on a day, judged against target and pace. Exact; rounding happens where it is printed."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from orgs.models import Office
from quotas.calculations import rates
from quotas.calculations.lights import Light, attained, light
from quotas.calculations.pace import pace_value_for_count, pace_value_for_rate
from quotas.indicators import INDICATORS, Indicator
from quotas.models import Plan, Snapshot
from quotas.selectors.goals import Goals, goals_of_year
from quotas.selectors.links import CountedLinks
from quotas.selectors.sheet import Counts, read_sheet
from quotas.selectors.surroundings import surroundings_of


@dataclasses.dataclass(frozen=True)
class Figure:
    """One indicator of one office on one day.

    ``count`` is the numerator, ``whole`` the denominator (None for counts). Target, pace value and rate of a rate are in
    percent. ``is_reference``: the target is the national one, not the office's own. ``target`` None: 未下达.
    """

    indicator: Indicator
    count: int
    whole: int | None
    pending: int
    target: Fraction | None
    is_reference: bool
    pace_value: Fraction | None
    url: str
    whole_url: str
    pending_url: str

    @property
    def rate(self) -> Fraction | None:
        """The exact rate in percent; None for a count, and for a rate without a denominator (no figure)."""
        return Fraction(100 * self.count, self.whole) if self.whole else None

    @property
    def rate_tenths(self) -> int | None:
        """The printed rate: tenths of a percent, rounded down."""
        return rates.tenths_floor(self.count, self.whole) if self.whole else None

    @property
    def value(self) -> int | Fraction | None:
        """What is compared and ranked: the count, or the rate in percent; None when there is no figure."""
        return self.rate if self.indicator.is_rate else self.count

    @property
    def light(self) -> Light:
        """The light against the pace; NONE without figure or target."""
        return light(self.value, self.pace_value)

    @property
    def attained(self) -> bool | None:
        """Whether the target is reached, on exact counts; None without figure or target."""
        return attained(self.value, self.target)

    @property
    def missing(self) -> int | None:
        """How many more reach the target, of the same whole; None without figure or target."""
        if self.target is None:
            return None
        if self.indicator.is_rate:
            return rates.missing_for_rate(self.count, self.whole or 0, self.target)
        return rates.missing_for_count(self.count, self.target)

    @property
    def attainment_tenths(self) -> int | None:
        """The share of the target reached, tenths of a percent, rounded down; None without figure or target."""
        if self.indicator.is_rate:
            return rates.rate_attainment_tenths(self.count, self.whole or 0, self.target)
        return rates.attainment_tenths(self.count, self.target)

    @property
    def pace_share(self) -> Fraction | None:
        """Where the pace stands on the way to the target, a share of one; None without a pace."""
        if self.pace_value is None or not self.target:
            return None
        return self.pace_value / self.target


@dataclasses.dataclass(frozen=True)
class Judge:
    """Makes figures of counts: one plan, one day, one address book."""

    goals: Goals
    on: dt.date
    links: CountedLinks
    without_deputy_provincial: bool = False

    def figure(self, indicator: Indicator, counts: Counts, office: Office, *, own: bool = False) -> Figure:
        """The figure of an office's subtree; with ``own`` the counts are what it holds itself."""
        target, is_reference = self.goals.target_of(
            indicator, office, without_deputy_provincial=self.without_deputy_provincial
        )
        if own and not indicator.is_rate:
            target = None
        address = self.links.own_rows if own else self.links.rows
        pending, whole = indicator.pending, indicator.denominator
        return Figure(
            indicator=indicator,
            count=counts[indicator.numerator],
            whole=counts[whole] if whole else None,
            pending=counts[pending] if pending else 0,
            target=target,
            is_reference=is_reference or (own and target is not None),
            pace_value=self.pace_value(indicator, counts, target),
            url=address(indicator.list_name, indicator.numerator, office.code),
            whole_url=address(indicator.denominator_list_name or indicator.list_name, whole, office.code)
            if whole
            else "",
            pending_url=address(indicator.list_name, pending, office.code) if pending else "",
        )

    def pace_value(self, indicator: Indicator, counts: Counts, target: Fraction | None) -> Fraction | None:
        """What is due by the day, in the target's unit; a rate climbs from its value of 1 January."""
        if target is None or self.goals.curve is None:
            return None
        if not indicator.is_rate:
            return pace_value_for_count(target, self.goals.curve, self.on)
        return pace_value_for_rate(start_rate(indicator, counts), target, self.goals.curve, self.on)


def start_rate(indicator: Indicator, counts: Counts) -> Fraction | None:
    """The rate of 1 January in percent; None when there was nothing to divide by."""
    part, whole = counts[indicator.start_numerator or ""], counts[indicator.start_denominator or ""]
    return Fraction(100 * part, whole) if whole else None


def figures_for(
    *, office: Office, plan: Plan, on: dt.date, without_deputy_provincial: bool = False
) -> Mapping[str, Figure] | None:
    """Indicator key → figure of the office's subtree, from the live snapshot of the day; None when there is none.

    ``without_deputy_provincial`` leaves the subtrees of the deputy-provincial cities below the office out of figure and
    target alike.
    """
    goals = goals_of_year(plan.year)
    snapshot = Snapshot.objects.live().filter(plan=plan, on=on).first()
    if goals is None or snapshot is None:
        return None
    around = surroundings_of(office, on)
    sheet = read_sheet(snapshot.pk, office, around, without_deputy_provincial=without_deputy_provincial)
    links = CountedLinks(year=plan.year, on=on, without_deputy_provincial=without_deputy_provincial)
    judge = Judge(goals, on, links, without_deputy_provincial)
    return {key: judge.figure(indicator, sheet.total, office) for key, indicator in INDICATORS.items()}
