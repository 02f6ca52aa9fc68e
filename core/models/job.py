"""Long work as a row: the database is the truth, the broker only carries the id."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.jobs import shared_kinds


class JobState(models.TextChoices):
    """Where a piece of long work stands."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    """Named questions about jobs."""

    def open(self) -> "JobQuerySet":
        """Jobs that are still to end."""
        return self.filter(state__in=OPEN_STATES)

    def abandoned(self, at: dt.datetime) -> "JobQuerySet":
        """Open jobs nobody holds: the lease has run out (running) or the publication went unheard (queued)."""
        return self.open().filter(lease_until__lt=at)

    def visible_to(self, user: Any) -> "JobQuerySet":
        """The requester's own jobs and, for staff, those of shared kinds; experts, auditors and sysadmins watch none."""
        own = Q(requested_by_id=user.pk)
        return self.filter(own if user.special_role else own | Q(kind__in=shared_kinds()))


class Job(models.Model):
    """One piece of long work, from its request to its result.

    ``key`` makes the request idempotent: at most one queued job per (kind, key). ``lease_until`` is renewed while a
    worker runs it; past it the job is swept and published again, after ``JOB_MAX_ATTEMPTS`` it fails with words.
    """

    kind = models.CharField("类别", max_length=60)
    key = models.CharField("去重键", max_length=120)
    args = models.JSONField("参数", default=dict)
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    progress_done = models.PositiveIntegerField("已做", default=0)
    progress_total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    result = models.JSONField("结果", default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    lease_until = models.DateTimeField("租约至")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="要求者",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    requested_at = models.DateTimeField("要求时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "任务"
        verbose_name_plural = "任务"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state="queued"),
                name="job_one_queued_per_key",
                violation_error_message="同样的任务已在排队。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=JobState.values),
                name="job_state_known",
                violation_error_message="任务状态不正确。",
            ),
        ]
        indexes: ClassVar = [
            # The sweep asks every five seconds for open jobs whose lease has run out.
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["queued", "running"]), name="job_open_by_lease"
            ),
            models.Index(fields=["kind", "-requested_at"], name="job_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}（{self.get_state_display()}）"

    @property
    def is_open(self) -> bool:
        """Whether the job is still to end."""
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int:
        """Whole percent done, 0 while the total is unknown."""
        if self.state == JobState.DONE:
            return 100
        return min(99, 100 * self.progress_done // self.progress_total) if self.progress_total else 0
