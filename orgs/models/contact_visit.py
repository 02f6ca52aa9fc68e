"""Talks with enterprises that have a contact: visits and calls."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orgs.choices import LeaderWish, VisitMeans
from orgs.models.contact import ContactPerson
from orgs.models.enterprise import Enterprise
from orgs.models.record import within_reach_q


class ContactVisitQuerySet(models.QuerySet["ContactVisit"]):
    """Named questions about visits."""

    def visible_to(self, user) -> "ContactVisitQuerySet":
        """Visits to enterprises held in the person's subtrees."""
        return self.filter(within_reach_q(user, "enterprise__"))

    def open_steps(self) -> "ContactVisitQuerySet":
        """Visits whose next step nobody has taken: there was none since at the enterprise."""
        return self.filter(followed_at=None, next_on__isnull=False)


class ContactVisit(models.Model):
    """Somebody of an office spoke with an enterprise on a day: how, what was said, and what is to be done next.

    ``wish_before`` and ``wish_after`` are what the leader wished before and since; equal when nothing changed. The next visit
    to the enterprise sets ``followed_at``: the next step was taken then.
    """

    enterprise = models.ForeignKey(
        Enterprise, verbose_name="企业", on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    contact = models.ForeignKey(
        ContactPerson,
        verbose_name="联系人",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="visits",
    )
    visited_on = models.DateField("联系日期")
    means = models.CharField("方式", max_length=10, choices=VisitMeans.choices, default=VisitMeans.PHONE)
    said = models.CharField("谈了什么", max_length=500)
    wish_before = models.CharField("原来的意愿", max_length=10, choices=LeaderWish.choices, blank=True)
    wish_after = models.CharField("现在的意愿", max_length=10, choices=LeaderWish.choices, blank=True)
    next_step = models.CharField("下一步", max_length=100, blank=True)
    next_on = models.DateField("下一步日期", null=True, blank=True)
    followed_at = models.DateTimeField("已接着联系", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="联系的人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("记录时间")

    objects = ContactVisitQuerySet.as_manager()

    # What was said and what is to be done names persons as often as not.
    PERSONAL_FIELDS = ("said", "next_step")

    class Meta:
        verbose_name = "联系记录"
        verbose_name_plural = "联系记录"
        ordering: ClassVar = ["-visited_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(said=""),
                name="contact_visit_says_something",
                violation_error_message="请写明谈了什么。",
            ),
            models.CheckConstraint(
                condition=Q(means__in=VisitMeans.values),
                name="contact_visit_means_known",
                violation_error_message="请选择联系方式。",
            ),
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gte=F("visited_on")),
                name="contact_visit_next_after",
                violation_error_message="下一步的日期不能早于联系日期。",
            ),
            models.CheckConstraint(
                condition=Q(next_on=None, next_step="") | (Q(next_on__isnull=False) & ~Q(next_step="")),
                name="contact_visit_step_with_day",
                violation_error_message="下一步和它的日期要一起填。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["enterprise", "-visited_on", "-id"], name="contact_visit_by_enterprise"),
            models.Index(
                fields=["next_on", "enterprise"],
                condition=Q(followed_at=None, next_on__isnull=False),
                name="contact_visit_open_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visited_on} {self.get_means_display()}：{self.enterprise}"

    @property
    def changed_wish(self) -> bool:
        """Whether the leader's wish is another since."""
        return self.wish_before != self.wish_after
