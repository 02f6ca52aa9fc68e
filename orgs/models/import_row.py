"""The staged rows of an import, and what became of each."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from orgs.choices import EffectAction, RowChoice, RowOutcome
from orgs.models.import_batch import ImportBatch


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """Named questions about staged rows."""

    def visible_to(self, user: Any) -> "ImportRowQuerySet":
        """The rows of the imports one sees."""
        return self.filter(batch__in=ImportBatch.objects.visible_to(user))


class ImportRow(models.Model):
    """One row of a file as it was read and judged, before anything is written. Its number is Excel's.

    ``values`` are the canonical values of a row that can be written. ``changes`` are [label, now, then] of what differs from
    the record ``target_id`` in its version ``target_version``, ``problems`` are [place of the column or None, label,
    sentence]. ``choice`` is what was decided for this row alone.
    """

    # Its rows are found by the unique (batch, number).
    batch = models.ForeignKey(
        ImportBatch, verbose_name="导入", on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField("行号")
    outcome = models.CharField("预检结果", max_length=10, choices=RowOutcome.choices)
    label = models.CharField("名称", max_length=200, blank=True)
    values = models.JSONField("内容", default=dict)
    changes = models.JSONField("变化", default=list)
    problems = models.JSONField("问题", default=list)
    target_id = models.BigIntegerField("已有记录", null=True, blank=True)
    target_version = models.PositiveIntegerField("已有记录的版本", null=True, blank=True)
    choice = models.CharField("处理办法", max_length=10, choices=RowChoice.choices, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "导入的行"
        verbose_name_plural = "导入的行"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "number"],
                name="import_row_once",
                violation_error_message="这一行已经读过。",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=RowOutcome.values),
                name="import_row_outcome_known",
                violation_error_message="预检结果不正确。",
            ),
            models.CheckConstraint(
                condition=Q(choice="") | Q(choice__in=RowChoice.values),
                name="import_row_choice_known",
                violation_error_message="处理办法不正确。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch", "outcome", "number"], name="import_row_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 行 {self.label}"


class ImportEffect(models.Model):
    """What the import did with one row, written with the record itself: a row is never written twice.

    ``before`` holds the values an update replaced, ``version`` is the record's after it: undoing asks whether it still is.
    """

    batch = models.ForeignKey(
        ImportBatch, verbose_name="导入", on_delete=models.CASCADE, related_name="effects", db_index=False
    )
    number = models.PositiveIntegerField("行号")
    action = models.CharField("结果", max_length=10, choices=EffectAction.choices)
    record_id = models.BigIntegerField("记录", null=True, blank=True)
    version = models.PositiveIntegerField("版本", null=True, blank=True)
    before = models.JSONField("之前", default=dict)
    problem = models.CharField("原因", max_length=500, blank=True)

    class Meta:
        verbose_name = "导入的结果"
        verbose_name_plural = "导入的结果"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "number"],
                name="import_effect_once",
                violation_error_message="这一行已经写过。",
            ),
            models.CheckConstraint(
                condition=Q(action__in=EffectAction.values),
                name="import_effect_action_known",
                violation_error_message="结果不正确。",
            ),
            models.CheckConstraint(
                condition=Q(action="refused", record_id=None)
                | (~Q(action="refused") & Q(record_id__isnull=False)),
                name="import_effect_has_record",
                violation_error_message="写入的行必须指明记录。",
            ),
        ]
        indexes: ClassVar = [
            # The list of what an import wrote, and its undoing.
            models.Index(fields=["batch", "action", "record_id"], name="import_effect_by_action"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 行 {self.get_action_display()}"
