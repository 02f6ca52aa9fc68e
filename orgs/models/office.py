"""The reporting tree: territorial CAST bodies, and who they answered to when."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from orgs.choices import OfficeLevel
from orgs.models.reach import reach_of
from orgs.permissions import VIEW


def subtree_q(path: str, prefix: str = "") -> Q:
    """The condition "the office at ``path`` or one below it", as a range an index can serve.

    ``prefix`` leads from the model to the office, with its double underscore: ``"office__"``.
    """
    return Q(**{f"{prefix}path__gte": path, f"{prefix}path__lte": path + "Z" * Office.steplen})


def subtrees_q(paths: tuple[str, ...], prefix: str = "") -> Q:
    """The condition "within one of these subtrees"; nothing when there is none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= subtree_q(path, prefix)
    return condition


class OfficeQuerySet(MP_NodeQuerySet):
    """Named questions about offices."""

    def visible_to(self, user) -> "OfficeQuerySet":
        """The subtrees of the person's posts."""
        return self.filter(subtrees_q(reach_of(user).paths(VIEW)))

    def within(self, office: "Office") -> "OfficeQuerySet":
        """The office and everything below it."""
        return self.filter(subtree_q(office.path))


class OfficeManager(MP_NodeManager):
    """Offices in the order of the tree. treebeard's own manager makes a bare queryset without the named questions."""

    def get_queryset(self) -> OfficeQuerySet:
        """All offices, parents first."""
        return OfficeQuerySet(self.model, using=self._db).order_by("path")

    def visible_to(self, user) -> OfficeQuerySet:
        """As ``OfficeQuerySet.visible_to``."""
        return self.get_queryset().visible_to(user)

    def within(self, office: "Office") -> OfficeQuerySet:
        """As ``OfficeQuerySet.within``."""
        return self.get_queryset().within(office)


class Office(MP_Node):
    """One territorial CAST body, from HQ to a county. The path is today's tree; ``OfficePlacement`` keeps the past.

    Deputy-provincial cities stand under their province and are units of their own in assessment and subsidies.
    The XPCC is 660000 and has no division.
    """

    steplen = 4

    code = models.CharField("代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=40)
    region_short = models.CharField("地区简称", max_length=20)
    level = models.CharField("级别", max_length=10, choices=OfficeLevel.choices)
    division = models.OneToOneField(
        "orgs.Division",
        verbose_name="行政区划",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="office",
    )
    is_deputy_provincial = models.BooleanField("副省级城市", default=False)
    is_provincial_capital = models.BooleanField("省会城市", default=False)
    is_separately_planned = models.BooleanField("计划单列市", default=False)
    sort_order = models.PositiveIntegerField("次序", default=0)

    objects = OfficeManager()

    class Meta:
        verbose_name = "科协"
        verbose_name_plural = "科协"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level__in=OfficeLevel.values),
                name="office_level_known",
                violation_error_message="科协级别不正确。",
            ),
            models.UniqueConstraint(
                fields=["level"],
                condition=Q(level="hq"),
                name="office_one_hq",
                violation_error_message="中国科协只能有一个。",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def parent_path(self) -> str:
        """The path of the office above, empty at HQ."""
        return self.path[: -self.steplen]

    @property
    def ancestor_paths(self) -> list[str]:
        """The paths from HQ down to the office above this one."""
        return [self.path[:end] for end in range(self.steplen, len(self.path), self.steplen)]

    @property
    def is_hq(self) -> bool:
        """Whether this is 中国科协 itself."""
        return self.level == OfficeLevel.HQ


class OfficePlacementQuerySet(models.QuerySet["OfficePlacement"]):
    """Named questions about the tree of a day."""

    def on(self, day: dt.date) -> "OfficePlacementQuerySet":
        """The placements in force on a day: one per office that existed."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )


class OfficePlacement(models.Model):
    """From ``starts_on`` (empty: always) until the day before ``ends_on`` (empty: still), the office stood under
    ``parent`` (empty: HQ itself). The figure of a day uses the placements of that day (DESIGN §3).
    """

    office = models.ForeignKey(
        Office, verbose_name="科协", on_delete=models.CASCADE, related_name="placements"
    )
    parent = models.ForeignKey(
        Office, verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField("自", null=True, blank=True)
    ends_on = models.DateField("至（不含）", null=True, blank=True)

    objects = OfficePlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "隶属关系"
        verbose_name_plural = "隶属关系"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office"],
                condition=Q(ends_on=None),
                name="office_placement_one_open",
                violation_error_message="一个科协同时只能有一个上级。",
            ),
            models.UniqueConstraint(
                fields=["office", "starts_on"],
                name="office_placement_one_per_start",
                violation_error_message="同一天只能开始一个隶属关系。",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="office_placement_period",
                violation_error_message="隶属关系的结束日期应晚于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("office")),
                name="office_placement_not_own_parent",
                violation_error_message="科协不能是自己的上级。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} → {self.parent or '—'}"
