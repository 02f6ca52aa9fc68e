"""A plan's targets and pace, as the figures need them."""

import dataclasses
import datetime as dt
from fractions import Fraction

from django.db.models import QuerySet

from orgs.models import Office
from quotas.calculations.exact import exact
from quotas.calculations.pace import PaceCurve
from quotas.indicators import Indicator
from quotas.models import PacePoint, Plan, Target


@dataclasses.dataclass(frozen=True)
class Goals:
    """What a plan asks for: targets by indicator (counts, or percent for rates) and the pace; exact."""

    plan: Plan
    targets: dict[str, Fraction]
    curve: PaceCurve | None

    def target_of(
        self, indicator: Indicator, office: Office, *, without_deputy_provincial: bool
    ) -> tuple[Fraction | None, bool]:
        """The target an office's figure is judged by, and whether it is only a reference.

        Until quotas are issued only the nation has a count target: an office's own is empty (未下达), and so is the
        nation's without the deputy-provincial cities, whose part of it nobody has fixed. A rate is compared with the national
        one, which is a reference wherever it is not the office's own (DESIGN §3, Quotas).
        """
        national = self.targets.get(indicator.key)
        own = office.is_hq and not without_deputy_provincial
        if indicator.is_rate:
            return national, not own
        return (national if own else None), False


def goals_on(day: dt.date) -> Goals | None:
    """The goals of the plan in force on a day (of its year, else the latest before); None without a plan. Two queries."""
    return _goals(Plan.objects.filter(year__lte=day.year).order_by("-year"))


def goals_of_year(year: int) -> Goals | None:
    """The goals of a year's own plan; None when it was not loaded."""
    return _goals(Plan.objects.filter(year=year))


def _goals(plans: QuerySet) -> Goals | None:
    wanted = plans.values("pk")[:1]
    targets = list(Target.objects.filter(plan__in=wanted).select_related("plan"))
    plan = targets[0].plan if targets else plans.first()
    if plan is None:
        return None
    points = PacePoint.objects.filter(plan=plan).order_by("on").values_list("on", "share")
    pairs = [(on, exact(share)) for on, share in points]
    return Goals(
        plan=plan,
        targets={target.indicator: exact(target.value) for target in targets},
        curve=PaceCurve.from_points(pairs) if pairs else None,
    )
