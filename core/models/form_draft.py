"""What somebody has typed and not yet saved."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    """Named questions about drafts."""

    def visible_to(self, user: Any) -> "FormDraftQuerySet":
        """A draft is seen by its writer alone."""
        return self.filter(user_id=user.pk)


class FormDraft(models.Model):
    """The raw fields of one form of one person, unchecked, so that a closed tab loses nothing.

    ``key`` names the form and, when it edits a record, the record: ``organization-new``, ``organization-17``.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填写人", on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField("表单", max_length=80)
    title = models.CharField("标题", max_length=200, blank=True)
    url = models.CharField("继续填写的地址", max_length=300)
    payload = models.JSONField("内容", default=dict)
    saved_at = models.DateTimeField("保存时间")

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "未提交的表单"
        verbose_name_plural = "未提交的表单"
        ordering: ClassVar = ["-saved_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="form_draft_one_per_form",
                violation_error_message="这张表单已有草稿。",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.key
