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

    def kept(self, at: dt.datetime) -> "StoredFileQuerySet":
        """Files that can be fetched: not removed, and their time is not over."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), removed_at=None)

    def expired(self, at: dt.datetime) -> "StoredFileQuerySet":
        """Files whose time is over and that still lie on the disk."""
        return self.filter(expires_at__lte=at, removed_at=None)

    def in_slot(self, *, owner: Any, purpose: str, slot: str) -> "StoredFileQuerySet":
        """The one result of a piece of work, if there is one."""
        return self.filter(owner=owner, purpose=purpose, slot=slot, removed_at=None)


class StoredFile(models.Model):
    """One file under ``PORTAL_FILES_DIR``, by its own random name and never by the one people gave it.

    ``name`` is what people see, ``purpose`` the work it belongs to (``core.file_kinds``). ``expires_at`` empty: kept until
    it is replaced. ``removed_at``: the file is gone, its row stays for a while so that its link can say so. ``needs`` are
    the rights its contents were chosen by, which its owner must still hold to fetch it. ``slot`` names the piece of work
    it is the only result of.
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
    removed_at = models.DateTimeField("删除时间", null=True, blank=True)
    needs = models.JSONField("所需权限", default=dict, blank=True)
    slot = models.CharField("所属工作", max_length=60, blank=True)

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
            models.UniqueConstraint(
                fields=["owner", "purpose", "slot"],
                condition=~Q(slot=""),
                name="stored_file_one_per_slot",
                violation_error_message="这项工作已有一份文件。",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(slot=""),
                name="stored_file_removed_frees_slot",
                violation_error_message="已删除的文件不再占用一项工作。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "purpose", "-id"], name="stored_file_by_owner"),
            # The sweep asks for files whose time is over.
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False, removed_at=None),
                name="stored_file_by_expiry",
            ),
            models.Index(
                fields=["removed_at"], condition=Q(removed_at__isnull=False), name="stored_file_by_removal"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_over(self, at: dt.datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= at
