"""Enterprises somebody declared to be two (不是同一家)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orgs.models.enterprise import Enterprise
from orgs.models.record import within_reach_q


class DistinctPairQuerySet(models.QuerySet["DistinctPair"]):
    """Named questions about declared pairs."""

    def visible_to(self, user: Any) -> "DistinctPairQuerySet":
        """The pairs of which the person may see both."""
        return self.filter(within_reach_q(user, "first__"), within_reach_q(user, "second__"))


class DistinctPair(models.Model):
    """Somebody looked at both and said that they are two enterprises: they are not listed as duplicates any more.

    ``first`` has the smaller key, so that a pair stands once.
    """

    first = models.ForeignKey(Enterprise, verbose_name="企业", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(
        Enterprise, verbose_name="另一家企业", on_delete=models.CASCADE, related_name="+"
    )
    declared_at = models.DateTimeField("认定时间")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="认定人", on_delete=models.PROTECT, related_name="+"
    )

    objects = DistinctPairQuerySet.as_manager()

    class Meta:
        verbose_name = "不是同一家"
        verbose_name_plural = "不是同一家"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="distinct_pair_in_order",
                violation_error_message="两家企业应各是一家。",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="distinct_pair_once",
                violation_error_message="这两家已经认定不是同一家。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
