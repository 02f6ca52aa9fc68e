"""The lowest level that may confirm, as the plans in force set it."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q

from orgs.choices import OfficeLevel


class ConfirmingLevelQuerySet(models.QuerySet["ConfirmingLevel"]):
    """Named questions about the confirming level."""

    def lowest_on(self, day: dt.date) -> str:
        """The lowest confirming level on a day; province while no plan has set one."""
        row = self.filter(starts_on__lte=day).order_by("-starts_on").first()
        return row.level if row else OfficeLevel.PROVINCE


class ConfirmingLevel(models.Model):
    """From this day on records are confirmed at this level or above. Written when a plan takes force (quotas)."""

    starts_on = models.DateField("自", unique=True)
    level = models.CharField("最低确认级别", max_length=10, choices=OfficeLevel.choices)

    objects = ConfirmingLevelQuerySet.as_manager()

    class Meta:
        verbose_name = "确认级别"
        verbose_name_plural = "确认级别"
        ordering: ClassVar = ["starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level__in=OfficeLevel.values),
                name="confirming_level_known",
                violation_error_message="确认级别不正确。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} 起 {self.get_level_display()}"
