"""What was done towards the founding of an organisation (成立步骤)."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.choices import FoundingStep
from orgs.models.organization import CastOrganization
from orgs.models.record import within_reach_q


class FoundingRecordQuerySet(models.QuerySet["FoundingRecord"]):
    """Named questions about founding steps."""

    def visible_to(self, user: Any) -> "FoundingRecordQuerySet":
        """Those of organisations the person may see."""
        return self.filter(within_reach_q(user, "organization__"))


class FoundingRecord(models.Model):
    """One step of the founding of one organisation was done on a day. What belongs to it on paper hangs on the organisation.

    A step without a row has not been done, or nobody has written it down.
    """

    organization = models.ForeignKey(
        CastOrganization, verbose_name="科协组织", on_delete=models.CASCADE, related_name="founding_records"
    )
    step = models.CharField("步骤", max_length=15, choices=FoundingStep.choices)
    done_on = models.DateField("完成日期")
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )

    objects = FoundingRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "成立步骤"
        verbose_name_plural = "成立步骤"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "step"],
                name="founding_record_once",
                violation_error_message="这一步已经登记过。",
            ),
            models.CheckConstraint(
                condition=Q(step__in=FoundingStep.values),
                name="founding_record_step_known",
                violation_error_message="没有这一步。",
            ),
            models.CheckConstraint(
                condition=Q(done_on__gte=dt.date(1949, 10, 1)),
                name="founding_record_plausible",
                violation_error_message="完成日期应在 1949 年 10 月 1 日以后。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_step_display()
