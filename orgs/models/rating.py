"""How well an organisation worked in a year, what is difficult there, and what was done about it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orgs.choices import DifficultyKind, OrganizationEffect
from orgs.models.organization import CastOrganization
from orgs.models.record import within_reach_q


class RatingQuerySet(models.QuerySet["Rating"]):
    """Named questions about yearly ratings."""

    def visible_to(self, user: Any) -> "RatingQuerySet":
        """Those of organisations the person may see."""
        return self.filter(within_reach_q(user, "organization__"))


class Rating(models.Model):
    """How well one organisation worked in one year (作用发挥). The latest year's stands on the organisation too."""

    organization = models.ForeignKey(
        CastOrganization, verbose_name="科协组织", on_delete=models.CASCADE, related_name="ratings"
    )
    year = models.PositiveSmallIntegerField("年度")
    effect = models.CharField("作用发挥", max_length=10, choices=OrganizationEffect.choices)
    note = models.CharField("依据", max_length=300, blank=True)
    rated_at = models.DateTimeField("评定时间")
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="评定人", on_delete=models.PROTECT, related_name="+"
    )

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = "年度评定"
        verbose_name_plural = "年度评定"
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                name="rating_once_a_year",
                violation_error_message="这个组织这一年已经评定过。",
            ),
            models.CheckConstraint(
                condition=Q(effect__in=OrganizationEffect.values),
                name="rating_effect_known",
                violation_error_message="请选择较好、一般或不明显。",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1949, year__lte=2100),
                name="rating_year_plausible",
                violation_error_message="年度不正确。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年 {self.get_effect_display()}"


class DifficultyQuerySet(models.QuerySet["Difficulty"]):
    """Named questions about difficulties."""

    def visible_to(self, user: Any) -> "DifficultyQuerySet":
        """Those of organisations the person may see."""
        return self.filter(within_reach_q(user, "organization__"))

    def unsettled(self) -> "DifficultyQuerySet":
        """What somebody still has to see to."""
        return self.filter(settled_on=None)


class Difficulty(models.Model):
    """One thing that keeps one organisation from working well, from the year it was named until it is settled.

    Help is promised on a day and given on a day, each with words; ``outcome`` says how it was settled.
    """

    organization = models.ForeignKey(
        CastOrganization, verbose_name="科协组织", on_delete=models.CASCADE, related_name="difficulties"
    )
    kind = models.CharField("困难", max_length=15, choices=DifficultyKind.choices)
    text = models.CharField("具体情况", max_length=200, blank=True)
    named_on = models.DateField("提出日期")
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    promised = models.CharField("答应的帮助", max_length=200, blank=True)
    promised_on = models.DateField("答应日期", null=True, blank=True)
    given = models.CharField("已给的帮助", max_length=200, blank=True)
    given_on = models.DateField("帮助日期", null=True, blank=True)
    outcome = models.CharField("解决情况", max_length=200, blank=True)
    settled_on = models.DateField("解决日期", null=True, blank=True)

    objects = DifficultyQuerySet.as_manager()

    class Meta:
        verbose_name = "困难"
        verbose_name_plural = "困难"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "kind"],
                condition=Q(settled_on=None),
                name="difficulty_once_while_open",
                violation_error_message="这个困难已经登记，还没有解决。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DifficultyKind.values),
                name="difficulty_kind_known",
                violation_error_message="没有这一种困难。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(text=""),
                name="difficulty_other_says_what",
                violation_error_message="选“其他”的，请写明是什么困难。",
            ),
            *(
                models.CheckConstraint(
                    condition=(Q(**{f"{day}": None, word: ""}))
                    | (Q(**{f"{day}__isnull": False, f"{day}__gte": F("named_on")}) & ~Q(**{word: ""})),
                    name=f"difficulty_{word}_with_day",
                    violation_error_message="内容和日期要一起填，日期不能早于提出困难的日期。",
                )
                for word, day in (
                    ("promised", "promised_on"),
                    ("given", "given_on"),
                    ("outcome", "settled_on"),
                )
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "named_on"], condition=Q(settled_on=None), name="difficulty_unsettled"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text}" if self.text else self.get_kind_display()
