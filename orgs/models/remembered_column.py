"""What an office has said about the columns of its own files."""

from typing import ClassVar

from django.db import models

from orgs.models.import_batch import KINDS
from orgs.models.office import Office


class RememberedColumn(models.Model):
    """In files of this kind from this office a column with this header gives this field; none where ``field`` is empty."""

    office = models.ForeignKey(Office, verbose_name="单位", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("表的种类", max_length=20, choices=KINDS)
    header_key = models.CharField("表头", max_length=100)
    field = models.CharField("字段", max_length=40, blank=True)

    class Meta:
        verbose_name = "记住的列"
        verbose_name_plural = "记住的列"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "kind", "header_key"],
                name="remembered_column_once",
                violation_error_message="这一列已经记住。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.header_key} → {self.field or '不导入'}"
