"""Who held an enterprise or park before its present holder."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from orgs.models.office import Office


class PastHoldingQuerySet(models.QuerySet["PastHolding"]):
    """Named questions about past holders."""

    def on(self, day: dt.date) -> "PastHoldingQuerySet":
        """The past holdings that were in force on a day: the host counted there, not at its present holder."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), ends_on__gt=day)


class PastHolding(models.Model):
    """Until the day before ``ends_on`` the host was held by ``office``; afterwards by the next holder.

    Only ended periods have rows: a host that never moved has none, and its present holder stands on its own row.
    """

    enterprise = models.ForeignKey(
        "orgs.Enterprise",
        verbose_name="企业",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="past_holdings",
    )
    park = models.ForeignKey(
        "orgs.Park",
        verbose_name="园区",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="past_holdings",
    )
    office = models.ForeignKey(
        Office, verbose_name="当时持有单位", on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField("自", null=True, blank=True)
    ends_on = models.DateField("至（不含）")

    objects = PastHoldingQuerySet.as_manager()

    class Meta:
        verbose_name = "曾经的持有单位"
        verbose_name_plural = "曾经的持有单位"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False, park=None) | Q(enterprise=None, park__isnull=False),
                name="past_holding_one_host",
                violation_error_message="持有关系属于一家企业或一个园区。",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
                name="past_holding_period",
                violation_error_message="持有关系的结束日期应晚于开始日期。",
            ),
            models.UniqueConstraint(
                fields=["enterprise", "ends_on"],
                name="past_holding_enterprise_one_end",
                violation_error_message="一家企业同一天只能转移一次。",
            ),
            models.UniqueConstraint(
                fields=["park", "ends_on"],
                name="past_holding_park_one_end",
                violation_error_message="一个园区同一天只能转移一次。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise or self.park}：{self.office} 至 {self.ends_on}"
