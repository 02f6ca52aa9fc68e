"""One year's plan: its stages, its national targets, its pace. Rows loaded from a file, never constants in code."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from orgs.choices import OfficeLevel
from quotas.indicators import INDICATORS


class PlanQuerySet(models.QuerySet["Plan"]):
    """Named questions about plans."""

    def visible_to(self, user) -> "PlanQuerySet":
        """A published plan is addressed to every office."""
        return self if user.is_authenticated else self.none()

    def for_year(self, year: int) -> "Plan | None":
        """The plan of a year, if it was loaded."""
        return self.filter(year=year).first()

    def in_force_on(self, day: dt.date) -> "Plan | None":
        """The plan of the day's year, else the latest before it."""
        return self.filter(year__lte=day.year).order_by("-year").first()


class Plan(models.Model):
    """The plan (实施方案) of one year, with its document number and the baseline its text names.

    ``park_count_stated`` is the number of parks the notice speaks of; it stands beside the registry's count as
    completeness and is no denominator. Empty where the notice names none.
    """

    year = models.PositiveSmallIntegerField("年度", unique=True)
    title = models.CharField("名称", max_length=120)
    document_number = models.CharField("文号", max_length=60)
    issued_on = models.DateField("印发日期")
    lowest_confirming_level = models.CharField("最低确认级别", max_length=10, choices=OfficeLevel.choices)
    organizations_stated = models.PositiveIntegerField("已建企业科协（方案所述）", null=True, blank=True)
    enterprise_share_stated = models.DecimalField(
        "占规模以上工业企业（方案所述，%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    park_count_stated = models.PositiveIntegerField("园区数（方案所述）", null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "实施方案"
        verbose_name_plural = "实施方案"
        ordering: ClassVar = ["-year"]

    def __str__(self) -> str:
        return f"{self.year} 年方案"

    @property
    def starts_on(self) -> dt.date:
        """1 January of the year."""
        return dt.date(self.year, 1, 1)

    @property
    def ends_on(self) -> dt.date:
        """31 December of the year."""
        return dt.date(self.year, 12, 31)


class Phase(models.Model):
    """One stage of the plan (四、实施步骤). Two may run at once."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="phases")
    name = models.CharField("阶段", max_length=30)
    starts_on = models.DateField("自")
    ends_on = models.DateField("至")
    order = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = "实施阶段"
        verbose_name_plural = "实施阶段"
        ordering: ClassVar = ["plan", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "order"],
                name="phase_one_per_place",
                violation_error_message="阶段的次序重复。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="phase_ends_after_start",
                violation_error_message="阶段的结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """One national target of a plan: a count, or a rate in percent."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="targets")
    indicator = models.CharField(
        "指标", max_length=40, choices=[(key, ind.title) for key, ind in INDICATORS.items()]
    )
    value = models.DecimalField("目标值", max_digits=12, decimal_places=2)
    source = models.CharField("依据", max_length=60, blank=True)

    class Meta:
        verbose_name = "目标"
        verbose_name_plural = "目标"
        ordering: ClassVar = ["plan", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "indicator"],
                name="target_one_per_indicator",
                violation_error_message="同一指标在一个方案里只有一个目标。",
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0), name="target_positive", violation_error_message="目标值应大于 0。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.get_indicator_display()}"


class PacePoint(models.Model):
    """By this day this share of the way should be done; linear between two points."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="pace_points")
    on = models.DateField("日期")
    share = models.DecimalField("应完成份额", max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = "进度曲线点"
        verbose_name_plural = "进度曲线点"
        ordering: ClassVar = ["plan", "on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "on"],
                name="pace_point_one_per_day",
                violation_error_message="同一天只能有一个进度点。",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1),
                name="pace_point_share",
                violation_error_message="应完成份额应在 0 与 1 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.share}"
