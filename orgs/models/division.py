"""Addresses: the administrative divisions of GB/T 2260."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from orgs.choices import DivisionLevel


class DivisionQuerySet(models.QuerySet["Division"]):
    """Named questions about divisions."""

    def visible_to(self, user) -> "DivisionQuerySet":
        """Divisions are public facts: everybody signed in sees all that are real."""
        return self.filter(is_grouping=False) if user.is_authenticated else self.none()

    def addressable(self) -> "DivisionQuerySet":
        """Divisions a record may have as its address: real ones on the mainland."""
        return self.filter(is_grouping=False, in_scope=True)


class Division(models.Model):
    """A province, prefecture or county as of 31 October 2014: an address, not an office.

    ``parent`` skips the twelve grouping codes (市辖区, 县, 省直辖县级行政区划), which are kept with
    ``is_grouping`` for reading codes but stand in no path.
    """

    code = models.CharField("代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=40)
    full_name = models.CharField("全称", max_length=120)
    level = models.CharField("级别", max_length=10, choices=DivisionLevel.choices)
    kind = models.CharField("类别", max_length=20)
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    is_grouping = models.BooleanField("汇总码", default=False)
    in_scope = models.BooleanField("在范围内", default=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        verbose_name_plural = "行政区划"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{6}$"),
                name="division_code_six_digits",
                violation_error_message="行政区划代码应为 6 位数字。",
            ),
            models.CheckConstraint(
                condition=Q(level="province", parent=None) | (~Q(level="province") & Q(parent__isnull=False)),
                name="division_parent_by_level",
                violation_error_message="省级区划没有上级，其他区划必须有上级。",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name
