"""Two registrations of one enterprise made into one (合并)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orgs.models.enterprise import Enterprise
from orgs.models.record import within_reach_q


class MergerQuerySet(models.QuerySet["Merger"]):
    """Named questions about mergers."""

    def visible_to(self, user: Any) -> "MergerQuerySet":
        """The mergers of which the person may see the kept or the absorbed enterprise."""
        kept, absorbed = within_reach_q(user, "kept__"), within_reach_q(user, "absorbed__")
        return self.filter(kept | absorbed) if kept else self

    def standing(self) -> "MergerQuerySet":
        """Those that were not undone."""
        return self.filter(undone_at=None)


class Merger(models.Model):
    """The registration ``absorbed`` was found to be the same enterprise as ``kept``: it is voided, and what hung on it
    hangs on the other.

    Everything an undoing needs stands here. ``before`` and ``after`` hold, under ``"kept"`` and ``"absorbed"``, the stored
    values of both rows' own columns. ``effects`` are the other rows the merger touched, in order: what was done to which
    row, its values before, and the version it was left with. ``kept_version`` and ``absorbed_version`` are the versions
    the merger left.
    """

    kept = models.ForeignKey(
        Enterprise, verbose_name="保留的登记", on_delete=models.PROTECT, related_name="mergers"
    )
    absorbed = models.ForeignKey(
        Enterprise, verbose_name="并入的登记", on_delete=models.PROTECT, related_name="absorptions"
    )
    merged_at = models.DateTimeField("合并时间")
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="合并人", on_delete=models.PROTECT, related_name="+"
    )
    before = models.JSONField("合并前", default=dict)
    after = models.JSONField("合并后", default=dict)
    effects = models.JSONField("随之改变的记录", default=list)
    kept_version = models.PositiveIntegerField("保留登记的版本")
    absorbed_version = models.PositiveIntegerField("并入登记的版本")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="撤销人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = MergerQuerySet.as_manager()

    class Meta:
        verbose_name = "企业合并"
        verbose_name_plural = "企业合并"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")),
                name="merger_of_two",
                violation_error_message="一家企业不能并入它自己。",
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(undone_at=None),
                name="merger_absorbed_once",
                violation_error_message="这条登记已经并入另一家企业。",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merger_undone_by_somebody",
                violation_error_message="撤销合并应记下时间和撤销人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"
