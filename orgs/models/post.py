"""Who works where, and as what."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.choices import Role
from orgs.models.office import Office, subtrees_q
from orgs.models.reach import reach_of
from orgs.permissions import MANAGE_ACCOUNTS


class PostQuerySet(models.QuerySet["Post"]):
    """Named questions about posts."""

    def held(self) -> "PostQuerySet":
        """Posts that are in force."""
        return self.filter(ended_at=None)

    def visible_to(self, user) -> "PostQuerySet":
        """Posts in the subtrees whose accounts the person manages, and the own ones."""
        managed = subtrees_q(reach_of(user).paths(MANAGE_ACCOUNTS), "office__")
        return self.filter(managed | Q(user_id=user.pk))


class Post(models.Model):
    """One person holds one role in one office, and with it the office's whole subtree."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="posts"
    )
    office = models.ForeignKey(Office, verbose_name="科协", on_delete=models.PROTECT, related_name="posts")
    role = models.CharField("角色", max_length=15, choices=Role.choices)
    created_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering: ClassVar = ["office__path", "role"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=Q(ended_at=None),
                name="post_one_held_per_role",
                violation_error_message="此人在这个单位已有同样的任职。",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="post_role_known",
                violation_error_message="角色不正确。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.get_role_display()}"
