"""Files the portal keeps for a person: what was uploaded to be read, what was computed to be fetched."""

import datetime as dt
import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


def new_token() -> str:
    """A name nobody can guess: the file's on the disk and in its address."""
    return secrets.token_urlsafe(24)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Named questions about kept files."""

    def visible_to(self, user: Any) -> "StoredFileQuerySet":
        """A file is its owner's alone."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def expired(self, at: dt.datetime) -> "StoredFileQuerySet":
        """Files whose time is over."""
        return self.filter(expires_at__lte=at)


class StoredFile(models.Model):
    """One file under ``PORTAL_FILES_DIR``, by its own random name and never by the one people gave it.

    ``name`` is what people see, ``purpose`` the work it belongs to. ``expires_at`` empty: kept until its row is deleted.
    """

    token = models.CharField("编号", max_length=40, unique=True, default=new_token, editable=False)
    name = models.CharField("文件名", max_length=255)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("摘要", max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="所有者", on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField("用途", max_length=30)
    created_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("保存至", null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "文件"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=models.F("created_at")),
                name="stored_file_expires_after_creation",
                violation_error_message="文件的保存期限应晚于生成时间。",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="stored_file_sha256",
                violation_error_message="文件摘要不正确。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "purpose", "-id"], name="stored_file_by_owner"),
            # The sweep asks for files whose time is over.
            models.Index(
                fields=["expires_at"], condition=Q(expires_at__isnull=False), name="stored_file_by_expiry"
            ),
        ]

    def __str__(self) -> str:
        return self.name
