"""The sign of life of the worker that /readyz reads."""

from django.db import models


class WorkerHeartbeat(models.Model):
    """The last moment a worker took a task, one row per kind of process."""

    name = models.CharField("进程", max_length=40, unique=True)
    seen_at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = "进程心跳"
        verbose_name_plural = "进程心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"
