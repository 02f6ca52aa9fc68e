"""All counts of every office as of one day."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.models import Office
from orgs.models.office import subtrees_q
from orgs.models.reach import reach_of
from orgs.permissions import VIEW
from quotas.indicators import MEASURES
from quotas.models.plan import Plan


class SnapshotState(models.TextChoices):
    """A day's figures are replaced whole: the new ones go live, the former ones are superseded and soon removed."""

    COMPUTING = "computing", "计算中"
    LIVE = "live", "当前"
    SUPERSEDED = "superseded", "已替换"


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Named questions about snapshots."""

    def live(self) -> "SnapshotQuerySet":
        """The figures that are served."""
        return self.filter(state=SnapshotState.LIVE)

    def stale(self) -> "SnapshotQuerySet":
        """Live figures something has changed under since they were read."""
        return self.live().filter(is_stale=True)

    def visible_to(self, user) -> "SnapshotQuerySet":
        """The rows of a snapshot are scoped (Tally); that it exists, everybody with a post may know."""
        return self.none() if reach_of(user).is_empty else self


class Snapshot(models.Model):
    """The figures of one plan as of one day, for every office at once.

    The row is written before the facts are read, so that a change that comes meanwhile marks it ``is_stale`` and is
    never lost. Its tallies are written in the one transaction that makes it live.
    """

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.CASCADE, related_name="snapshots")
    on = models.DateField("截至")
    state = models.CharField("状态", max_length=12, choices=SnapshotState.choices)
    started_at = models.DateTimeField("开始计算")
    computed_at = models.DateTimeField("计算完成", null=True, blank=True)
    superseded_at = models.DateTimeField("替换时间", null=True, blank=True)
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="要求者",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_stale = models.BooleanField("有变动", default=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = "覆盖率快照"
        verbose_name_plural = "覆盖率快照"
        ordering: ClassVar = ["-on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "on"],
                condition=Q(state="live"),
                name="snapshot_one_live_per_day",
                violation_error_message="同一天只能有一份当前数字。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SnapshotState.values),
                name="snapshot_state_known",
                violation_error_message="快照状态不正确。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} 截至 {self.on}"


class TallyQuerySet(models.QuerySet["Tally"]):
    """Named questions about tallies."""

    def visible_to(self, user) -> "TallyQuerySet":
        """The rows of the offices the person sees."""
        return self.filter(subtrees_q(reach_of(user).paths(VIEW), "office__"))


class Tally(models.Model):
    """All counts of one office's whole subtree in one snapshot, each record once. An office without a row has only zeros.

    What the office holds itself (本级) is this row minus its children's. Columns: ``quotas.indicators.MEASURES``.
    """

    snapshot = models.ForeignKey(
        Snapshot, verbose_name="快照", on_delete=models.CASCADE, related_name="tallies"
    )
    office = models.ForeignKey(Office, verbose_name="科协", on_delete=models.CASCADE, related_name="+")

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = "计数"
        verbose_name_plural = "计数"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["snapshot", "office"],
                name="tally_one_per_office",
                violation_error_message="一份快照里一个科协只有一行。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.snapshot}"

    def __getitem__(self, measure: str) -> int:
        return getattr(self, measure)

    def as_counts(self) -> dict[str, Any]:
        """Measure → count."""
        return {measure: getattr(self, measure) for measure in MEASURES}


# One integer column per measure: declared from the list, so that the engine, the table and the pages cannot disagree.
for _measure in MEASURES:
    Tally.add_to_class(_measure, models.PositiveIntegerField(_measure, default=0))
