"""Contact persons in enterprises that have no CAST organisation."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from orgs.calculations.personal import mask_mobile, mask_name
from orgs.models.organization import CastOrganization
from orgs.models.record import (
    RecordQuerySet,
    RegistryRecord,
    reason_when_refused,
    state_carries_its_moment,
    state_known,
)


def _standing_when_set_up() -> models.QuerySet:
    """The confirmed organisations a contact's enterprise had on the day the contact was set up."""
    return (
        CastOrganization.objects.confirmed()
        .filter(enterprise=OuterRef("enterprise"), established_on__lte=OuterRef("established_on"))
        .filter(Q(dissolved_on=None) | Q(dissolved_on__gt=OuterRef("established_on")))
    )


def _founded_after(day: dt.date) -> models.QuerySet:
    """The organisations of a contact's enterprise that were founded after the contact and stand on a day."""
    return CastOrganization.objects.counted_on(day).filter(
        enterprise=OuterRef("enterprise"), established_on__gt=OuterRef("established_on")
    )


def contact_counts_q(day: dt.date) -> Q:
    """The condition that a contact of ``set_up_for`` makes its enterprise count on the day (``counting_for``)."""
    served = ContactPerson.objects.confirmed().serving_on(day).filter(enterprise=OuterRef("enterprise"))
    return ~Q(Exists(_standing_when_set_up())) & (
        Q(left_on=None) | Q(left_on__gt=day) | Exists(served) | Exists(_founded_after(day))
    )


def contact_converted_q(day: dt.date) -> Q:
    """The condition that it does so and its enterprise was converted: counted then, whoever left."""
    return ~Q(Exists(_standing_when_set_up())) & Q(Exists(_founded_after(day)))


def contact_label(enterprise: object) -> str:
    """What a contact is called in messages and in the trail: by the enterprise, never by the person's name."""
    return f"{enterprise}的联系人"


class ContactPersonQuerySet(RecordQuerySet):
    """Named questions about contact persons. What counts on a day follows docs/algorithms/coverage.md."""

    def established_in(self, year: int) -> Self:
        """Contacts set up within a calendar year."""
        return self.filter(established_on__gte=dt.date(year, 1, 1), established_on__lte=dt.date(year, 12, 31))

    def serving_on(self, day: dt.date) -> Self:
        """Set up by that day and not left."""
        return self.filter(Q(established_on__lte=day), Q(left_on=None) | Q(left_on__gt=day))

    def at_enterprise_without_organization(self) -> Self:
        """Contacts set up while their enterprise had no confirmed organisation."""
        return self.filter(~Exists(_standing_when_set_up()))

    def with_founding_since(self, day: dt.date) -> Self:
        """Contacts whose enterprise founded its own organisation after them and has it on that day: converted."""
        return self.filter(Exists(_founded_after(day)))

    def counting_for(self, year: int, day: dt.date) -> Self:
        """Confirmed contacts that make their enterprise count on a day in the year's contact figure.

        Distinct enterprises of these rows are the figure: set up within the year and by that day at an enterprise without
        an organisation, and on that day the enterprise is still served by some confirmed contact or was converted.
        """
        return self.set_up_for(year, day).filter(contact_counts_q(day))

    def set_up_for(self, year: int, day: dt.date) -> Self:
        """Confirmed contacts set up within the year and by that day: what ``counting_for`` chooses from."""
        return self.confirmed().established_in(year).filter(established_on__lte=day)

    def needing_a_closer_look(self, day: dt.date) -> Self:
        """All contacts of enterprises one of these left by that day, or that ever had a confirmed organisation.

        At every other enterprise the contacts of ``set_up_for`` are those of ``counting_for``, and none is converted.
        """
        left = self.filter(left_on__lte=day).values("enterprise")
        organizations = CastOrganization.objects.confirmed().filter(enterprise=OuterRef("enterprise"))
        return self.filter(Q(enterprise__in=left) | Exists(organizations))

    def for_list(self) -> Self:
        """With what one row of the list page shows."""
        return self.select_related("enterprise__division", "office")


class ContactPerson(RegistryRecord):
    """One person through whom an enterprise without a CAST organisation is reached. Held by the enterprise's holder.

    The contact figure counts enterprises: two contacts in one enterprise count once (notice 二（一）). ``replaces`` is the
    contact of the same enterprise this one follows, who leaves on ``replaced_left_on``.
    """

    enterprise = models.ForeignKey(
        "orgs.Enterprise", verbose_name="企业", on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField("联系人姓名", max_length=30)
    job_title = models.CharField("职务", max_length=40, blank=True)
    mobile = models.CharField("手机", max_length=20)
    email = models.EmailField("邮箱", blank=True)
    liaison = models.CharField("对口科协联系人", max_length=30, blank=True)
    established_on = models.DateField("建立日期")
    left_on = models.DateField("离任日期", null=True, blank=True)
    # Confirming this one lets the one it replaces go on that day (orgs/services/contact_succession.py).
    replaces = models.ForeignKey(
        "self",
        verbose_name="接替",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
        db_index=False,
    )
    replaced_left_on = models.DateField("原联系人离任日期", null=True, blank=True)

    objects = ContactPersonQuerySet.as_manager()

    AUDITED_FIELDS = (
        "enterprise",
        "office",
        "name",
        "job_title",
        "mobile",
        "email",
        "liaison",
        "established_on",
        "left_on",
        "replaced_left_on",
    )
    PERSONAL_FIELDS = ("name", "mobile", "email", "liaison")

    class Meta:
        verbose_name = "科协联系人"
        verbose_name_plural = "科协联系人"
        ordering: ClassVar = ["-updated_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("established_on")),
                name="contact_left_after_established",
                violation_error_message="离任日期不能早于建立日期。",
            ),
            models.UniqueConstraint(
                fields=["enterprise", "mobile"],
                condition=Q(state__in=["submitted", "confirmed"], left_on=None),
                name="contact_one_active_per_mobile",
                violation_error_message="这家企业已有同一手机号的在任联系人。",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, replaced_left_on=None)
                | Q(replaces__isnull=False, replaced_left_on__isnull=False),
                name="contact_replaces_with_day",
                violation_error_message="更换联系人须写明原联系人的离任日期。",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(state__in=["submitted", "confirmed"], replaces__isnull=False),
                name="contact_one_successor",
                violation_error_message="这位联系人已有人接替，待确认或已确认。",
            ),
            state_known("contact"),
            state_carries_its_moment("contact"),
            reason_when_refused("contact"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "established_on", "left_on", "office", "enterprise"], name="contact_count"
            ),
            models.Index(fields=["-updated_at", "-id"], name="contact_by_update"),
            models.Index(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="contact_by_predecessor"
            ),
        ]

    def __str__(self) -> str:
        return contact_label(self.enterprise)

    @property
    def successor(self) -> "ContactPerson | None":
        """The contact entered to take this one's place, waiting or confirmed. One query."""
        return self.successors.exclude(state="voided").order_by("pk").first()

    @property
    def mobile_masked(self) -> str:
        """The number with its middle hidden, for those who need not call."""
        return mask_mobile(self.mobile)

    @property
    def name_masked(self) -> str:
        """The family name alone."""
        return mask_name(self.name)
