"""CAST organisations in enterprises and parks."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from orgs.choices import OrganizationEffect, OrganizationKind
from orgs.models.record import (
    RecordQuerySet,
    RegistryRecord,
    reason_when_refused,
    state_carries_its_moment,
    state_known,
)


def standing_q(day: dt.date) -> Q:
    """The condition "founded by that day and not dissolved", whatever the record's state."""
    return Q(established_on__lte=day) & (Q(dissolved_on=None) | Q(dissolved_on__gt=day))


class CastOrganizationQuerySet(RecordQuerySet):
    """Named questions about CAST organisations. What counts on a day follows docs/algorithms/coverage.md."""

    def standing_on(self, day: dt.date) -> Self:
        """Founded by that day and not dissolved, whatever the record's state."""
        return self.filter(standing_q(day))

    def counted_on(self, day: dt.date) -> Self:
        """Confirmed and standing on a day."""
        return self.confirmed().standing_on(day)

    def founded_in(self, year: int) -> Self:
        """Founded within a calendar year."""
        return self.filter(established_on__gte=dt.date(year, 1, 1), established_on__lte=dt.date(year, 12, 31))

    def _earlier_at_host(self) -> Exists:
        """Whether the host had a confirmed organisation before this one, dissolved or not."""
        earlier = CastOrganization.objects.confirmed().filter(established_on__lt=OuterRef("established_on"))
        return Exists(earlier.filter(enterprise=OuterRef("enterprise")))

    def at_first_host(self) -> Self:
        """Enterprise organisations at a host that had none before: new, not 重建."""
        return self.in_enterprises().exclude(self._earlier_at_host())

    def at_former_host(self) -> Self:
        """Enterprise organisations at a host that had one before: 重建."""
        return self.in_enterprises().filter(self._earlier_at_host())

    def in_enterprises(self) -> Self:
        """Enterprise CAST organisations (企业科协)."""
        return self.filter(kind=OrganizationKind.ENTERPRISE)

    def in_parks(self) -> Self:
        """Park CAST organisations (园区科协)."""
        return self.filter(kind=OrganizationKind.PARK)

    def for_list(self) -> Self:
        """With what one row of the list page shows."""
        return self.select_related("enterprise__division", "park__division", "office")


class CastOrganization(RegistryRecord):
    """One CAST organisation, hosted by one enterprise or one park and held by the host's holder.

    ``office`` repeats the host's holder, so that counting needs no join; services keep the two equal.
    A host has one organisation at a time: two that stand in the database's own index, overlapping periods in the
    service under lock.
    """

    kind = models.CharField("类别", max_length=10, choices=OrganizationKind.choices)
    enterprise = models.ForeignKey(
        "orgs.Enterprise",
        verbose_name="依托企业",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organizations",
    )
    park = models.ForeignKey(
        "orgs.Park",
        verbose_name="依托园区",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organizations",
    )
    name = models.CharField("组织名称", max_length=120)
    sort_key = models.CharField("拼音", max_length=220, editable=False)
    established_on = models.DateField("成立日期")
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    approval_number = models.CharField("批复文号", max_length=60, blank=True)
    chair = models.CharField("主席", max_length=30)
    secretary = models.CharField("秘书长", max_length=30, blank=True)
    members = models.PositiveIntegerField("会员数", null=True, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    effect = models.CharField("作用发挥", max_length=10, choices=OrganizationEffect.choices, blank=True)

    objects = CastOrganizationQuerySet.as_manager()

    AUDITED_FIELDS = (
        "kind",
        "enterprise",
        "park",
        "office",
        "name",
        "established_on",
        "dissolved_on",
        "approval_number",
        "chair",
        "secretary",
        "members",
        "phone",
        "effect",
    )

    class Meta:
        verbose_name = "科协组织"
        verbose_name_plural = "科协组织"
        ordering: ClassVar = ["-updated_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(kind="enterprise", enterprise__isnull=False, park=None)
                    | Q(kind="park", park__isnull=False, enterprise=None)
                ),
                name="organization_host_matches_kind",
                violation_error_message="企业科协依托一家企业，园区科协依托一个园区。",
            ),
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(state__in=["submitted", "confirmed"], dissolved_on=None),
                name="organization_one_active_per_enterprise",
                violation_error_message="这家企业已有一个在册的企业科协，不能再登记一个。",
            ),
            models.UniqueConstraint(
                fields=["park"],
                condition=Q(state__in=["submitted", "confirmed"], dissolved_on=None),
                name="organization_one_active_per_park",
                violation_error_message="这个园区已有一个在册的园区科协，不能再登记一个。",
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("established_on")),
                name="organization_dissolved_after_established",
                violation_error_message="撤销日期不能早于成立日期。",
            ),
            models.CheckConstraint(
                condition=Q(established_on__gte=dt.date(1949, 10, 1)),
                name="organization_established_plausible",
                violation_error_message="成立日期应在 1949 年 10 月 1 日以后。",
            ),
            state_known("organization"),
            state_carries_its_moment("organization"),
            reason_when_refused("organization"),
        ]
        indexes: ClassVar = [
            # The coverage engine counts per holder from this index alone; the host decides new or 重建.
            models.Index(
                fields=["state", "kind", "established_on", "dissolved_on", "office", "enterprise", "park"],
                name="organization_count",
            ),
            models.Index(fields=["enterprise", "established_on"], name="organization_by_enterprise"),
            models.Index(fields=["-updated_at", "-id"], name="organization_by_update"),
            models.Index(fields=["sort_key", "id"], name="organization_by_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self):
        """The enterprise or park it stands in."""
        return self.enterprise if self.kind == OrganizationKind.ENTERPRISE else self.park
