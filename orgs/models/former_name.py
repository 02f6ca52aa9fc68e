"""Names an enterprise had before (曾用名)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.models.enterprise import Enterprise
from orgs.models.record import within_reach_q


class FormerNameQuerySet(models.QuerySet["FormerName"]):
    """Named questions about former names."""

    def visible_to(self, user: Any) -> "FormerNameQuerySet":
        """The former names of enterprises the person may see."""
        return self.filter(within_reach_q(user, "enterprise__"))


class FormerName(models.Model):
    """An enterprise was once called so: whoever registers it under this name finds it, and it is met as a duplicate.

    ``name_key`` is the normalised name, as the enterprise's own: one key stands once at an enterprise.
    """

    enterprise = models.ForeignKey(
        Enterprise, verbose_name="企业", on_delete=models.CASCADE, related_name="former_names"
    )
    name = models.CharField("曾用名", max_length=100)
    name_key = models.CharField("比对名", max_length=100, editable=False)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FormerNameQuerySet.as_manager()

    class Meta:
        verbose_name = "曾用名"
        verbose_name_plural = "曾用名"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise", "name_key"],
                name="former_name_once",
                violation_error_message="这家企业已经登记过这个曾用名。",
            ),
            models.CheckConstraint(
                condition=~Q(name_key=""),
                name="former_name_comparable",
                violation_error_message="曾用名应有文字或数字。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["name_key", "enterprise"], name="former_name_by_key")]

    def __str__(self) -> str:
        return self.name
