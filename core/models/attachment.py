"""Attachments: files that belong to a record of any app, and what may be shown of them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from core.attachments import AttachmentOwner, Slot, attachment_owner, attachment_owners
from core.models.stored_file import StoredFile, new_token


class AttachmentKind(models.TextChoices):
    """What an attachment is, by its content."""

    PDF = "pdf", "PDF"
    PICTURE = "picture", "图片"
    WORD = "word", "Word 文档"
    SHEET = "sheet", "Excel 表格"


class PreviewState(models.TextChoices):
    """Whether its pages can be shown: office files have none, those of a long PDF are drawn by a job."""

    NONE = "none", "不能预览"
    WAITING = "waiting", "正在生成预览"
    READY = "ready", "可以预览"
    FAILED = "failed", "没有生成预览"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Named questions about attachments."""

    def of(self, target: models.Model) -> "AttachmentQuerySet":
        """What hangs on one row now, in the order it was added. Reach is the row's: ask for the row first."""
        return self.filter(
            target_type=target._meta.label_lower, target_id=target.pk, removed_at=None
        ).order_by("pk")

    def in_slot(self, name: str) -> "AttachmentQuerySet":
        """Those of one slot."""
        return self.filter(slot=name)

    def pending(self) -> "AttachmentQuerySet":
        """Uploaded while their record is still being entered."""
        return self.filter(target_id=None)

    def pending_of(self, user: Any) -> "AttachmentQuerySet":
        """The pending ones of a person: nobody else's business."""
        return self.pending().filter(uploaded_by_id=user.pk)

    def attached(self) -> "AttachmentQuerySet":
        """Those that hang on a record and were not removed."""
        return self.filter(target_id__isnull=False, removed_at=None)

    def visible_to(self, user: Any) -> "AttachmentQuerySet":
        """Present ones on rows whose attachments the person may read, and the own pending ones."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(target_id=None, uploaded_by_id=user.pk)
        for owner in attachment_owners():
            rows = owner.readable(user).order_by().filter(pk=OuterRef("target_id"))
            seen |= Q(Exists(rows), target_type=owner.label)
        return self.filter(seen, removed_at=None)


class Attachment(models.Model):
    """One file that belongs to a row of any app (``target_type``, ``target_id``) and there to one slot.

    Pending while ``target_id`` is empty: its uploader's alone, gone after a week. ``file`` is what is kept: a picture
    as it was re-encoded, anything else as it came; ``source_sha256`` is the digest of what was uploaded. Of ``pages`` the
    first ``preview_pages`` can be shown. A removed one keeps its row, not its file.
    """

    token = models.CharField("编号", max_length=40, unique=True, default=new_token, editable=False)
    target_type = models.CharField("对象类别", max_length=60)
    target_id = models.BigIntegerField("对象编号", null=True, blank=True)
    slot = models.CharField("用途", max_length=60)
    file = models.OneToOneField(
        StoredFile,
        verbose_name="文件",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attachment",
    )
    name = models.CharField("文件名", max_length=255)
    size = models.PositiveBigIntegerField("大小")
    source_sha256 = models.CharField("原文件摘要", max_length=64)
    kind = models.CharField("类别", max_length=10, choices=AttachmentKind.choices)
    pages = models.PositiveIntegerField("页数", default=0)
    preview_pages = models.PositiveSmallIntegerField("可预览页数", default=0)
    preview_state = models.CharField("预览", max_length=10, choices=PreviewState.choices)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    attached_at = models.DateTimeField("添加时间", null=True, blank=True)
    removed_at = models.DateTimeField("删去时间", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="删去人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(target_id=None, attached_at=None, removed_at=None)
                | Q(target_id__isnull=False, attached_at__isnull=False),
                name="attachment_pending_or_attached",
                violation_error_message="附件要么等待所属记录保存，要么属于一条记录。",
            ),
            models.UniqueConstraint(
                fields=["target_type", "target_id", "slot", "source_sha256"],
                condition=Q(target_id__isnull=False, removed_at=None),
                name="attachment_once_per_slot",
                violation_error_message="这个文件已经在这里了，不用再传一次。",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | Q(file__isnull=False),
                name="attachment_present_has_file",
                violation_error_message="附件必须有文件。",
            ),
            models.CheckConstraint(
                condition=Q(removed_by=None) | Q(removed_at__isnull=False),
                name="attachment_removed_says_when",
                violation_error_message="删去的附件必须有时间。",
            ),
            models.CheckConstraint(
                condition=Q(source_sha256__regex=r"^[0-9a-f]{64}$"),
                name="attachment_source_sha256",
                violation_error_message="文件摘要不正确。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AttachmentKind.values) & Q(preview_state__in=PreviewState.values),
                name="attachment_kind_known",
                violation_error_message="附件类别不正确。",
            ),
            models.CheckConstraint(
                condition=Q(preview_pages__lte=F("pages")),
                name="attachment_previews_within_pages",
                violation_error_message="可预览的页数不能多于页数。",
            ),
        ]
        indexes: ClassVar = [
            # A page lists what hangs on one row; also for the 10,001st file of a row.
            models.Index(
                fields=["target_type", "target_id", "slot", "id"],
                condition=Q(removed_at=None),
                name="attachment_by_target",
            ),
            models.Index(fields=["uploaded_at"], condition=Q(target_id=None), name="attachment_pending"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> AttachmentOwner:
        """What the model it belongs to says of its attachments; KeyError when its code is gone."""
        return attachment_owner(self.target_type)

    @property
    def slot_info(self) -> Slot:
        """The slot it stands in."""
        return self.owner.slot(self.slot)

    @property
    def is_pending(self) -> bool:
        """Whether its record is still being entered."""
        return self.target_id is None

    @property
    def can_preview(self) -> bool:
        """Whether there is a page to show now or soon."""
        return self.preview_state in (PreviewState.READY, PreviewState.WAITING)

    @property
    def is_cut(self) -> bool:
        """Whether it has more pages than are shown."""
        return self.preview_pages < self.pages
