"""The import of one file: from the upload to the report, and what was decided on the way."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.choices import ImportState, RecordState
from orgs.models.office import Office, subtrees_q
from orgs.models.reach import reach_of
from orgs.permissions import ENTER

KINDS = (("enterprise", "企业"), ("park", "园区"), ("organization", "科协组织"), ("contact", "联系人"))
OPEN_STATES = (
    ImportState.READING,
    ImportState.COLUMNS,
    ImportState.READY,
    ImportState.WRITING,
    ImportState.UNDOING,
)


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Named questions about imports."""

    def visible_to(self, user: Any) -> "ImportBatchQuerySet":
        """The own ones, and those of offices the person is a clerk for."""
        reach = reach_of(user)
        if reach.is_empty:
            return self.none()
        return self.filter(Q(created_by_id=user.pk) | subtrees_q(reach.paths(ENTER), "office__"))

    def of_same_file(self, batch: "ImportBatch") -> "ImportBatchQuerySet":
        """Other imports of the very same file as the same kind that were not given up or undone."""
        return self.filter(kind=batch.kind, file_hash=batch.file_hash).exclude(
            Q(pk=batch.pk) | Q(state__in=[ImportState.CANCELLED, ImportState.FAILED, ImportState.UNDONE])
        )

    def for_list(self) -> "ImportBatchQuerySet":
        """With what one row of the list shows."""
        return self.select_related("office", "created_by").order_by("-pk")


class ImportBatch(models.Model):
    """One uploaded file on its way into the registry. Nothing is written before ``confirmed_at``.

    ``columns`` maps the place of a column ("0" is A) to the field it gives; ``header_row`` counts as Excel does.
    ``counts`` are rows by ``RowOutcome``, ``skipped`` rows that are no records by what they are. ``choices`` are decisions
    for all rows of an outcome. ``fence`` grows with each attempt of a job: an attempt that was taken over writes nothing.
    """

    kind = models.CharField("表的种类", max_length=20, choices=KINDS)
    office = models.ForeignKey(Office, verbose_name="导入单位", on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("上传时间")
    file = models.ForeignKey(
        "core.StoredFile",
        verbose_name="文件",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    returned_file = models.ForeignKey(
        "core.StoredFile",
        verbose_name="问题行",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    file_name = models.CharField("文件名", max_length=255)
    file_hash = models.CharField("文件摘要", max_length=64)
    file_format = models.CharField("文件格式", max_length=4)
    target_state = models.CharField("导入后的状态", max_length=10, default=RecordState.DRAFT)
    state = models.CharField("状态", max_length=10, choices=ImportState.choices, default=ImportState.READING)
    message = models.CharField("说明", max_length=500, blank=True)
    sheets = models.JSONField("工作表", default=list, blank=True)
    sheet_name = models.CharField("所选工作表", max_length=100, blank=True)
    header_row = models.PositiveIntegerField("表头所在行", default=0)
    headers = models.JSONField("表头", default=list, blank=True)
    columns = models.JSONField("列", default=dict, blank=True)
    samples = models.JSONField("样例", default=list, blank=True)
    counts = models.JSONField("行数", default=dict, blank=True)
    skipped = models.JSONField("略过的行", default=dict, blank=True)
    choices = models.JSONField("处理办法", default=dict, blank=True)
    fence = models.PositiveIntegerField("轮次", default=0)
    staged_at = models.DateTimeField("预检时间", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认导入时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="确认导入人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values),
                name="import_batch_state_known",
                violation_error_message="导入的状态不正确。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _ in KINDS]),
                name="import_batch_kind_known",
                violation_error_message="没有这一种表。",
            ),
            models.CheckConstraint(
                condition=Q(target_state__in=["draft", "submitted"]),
                name="import_batch_target_draft_or_submitted",
                violation_error_message="导入的记录只能是草稿或提交。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["writing", "done", "undoing", "undone"])
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="import_batch_written_was_confirmed",
                violation_error_message="没有确认的导入不能写入。",
            ),
        ]
        indexes: ClassVar = [
            # The upload asks whether the very same file came before.
            models.Index(fields=["file_hash", "kind"], name="import_batch_by_hash"),
            models.Index(fields=["office", "-id"], name="import_batch_by_office"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.file_name}"

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it now."""
        return self.state in (ImportState.READING, ImportState.WRITING, ImportState.UNDOING)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a job or for somebody."""
        return self.state in OPEN_STATES

    @property
    def submits(self) -> bool:
        """Whether its records are handed to the reviewer at once."""
        return self.target_state == RecordState.SUBMITTED

    @property
    def row_count(self) -> int:
        """How many records the file holds."""
        return sum(self.counts.values())
