"""Messages to the holder of an enterprise one may not see."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.models.enterprise import Enterprise
from orgs.models.office import Office, subtrees_q
from orgs.models.reach import reach_of
from orgs.permissions import VIEW


class HolderReportQuerySet(models.QuerySet["HolderReport"]):
    """Named questions about reports."""

    def visible_to(self, user) -> "HolderReportQuerySet":
        """Reports about enterprises held in the person's subtrees, and those sent from there."""
        paths = reach_of(user).paths(VIEW)
        return self.filter(subtrees_q(paths, "enterprise__office__") | subtrees_q(paths, "from_office__"))

    def unsettled(self) -> "HolderReportQuerySet":
        """Reports the holder has not answered."""
        return self.filter(settled_at=None)


class HolderReport(models.Model):
    """One office met another office's enterprise by an exact code and tells the holder about it (DESIGN §4)."""

    enterprise = models.ForeignKey(
        Enterprise, verbose_name="企业", on_delete=models.PROTECT, related_name="holder_reports"
    )
    from_office = models.ForeignKey(
        Office, verbose_name="反映单位", on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField("情况", max_length=300)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="反映人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("反映时间")
    answer = models.CharField("处理结果", max_length=300, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="处理人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = HolderReportQuerySet.as_manager()

    class Meta:
        verbose_name = "情况反映"
        verbose_name_plural = "情况反映"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | ~Q(answer=""),
                name="holder_report_settled_with_answer",
                violation_error_message="处理情况反映必须写明结果。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_office} 反映：{self.enterprise}"
