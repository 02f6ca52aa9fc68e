"""What every registry record has: a holder, a state, a version, and who had a hand in it."""

from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from orgs.choices import EDITABLE_STATES, LIVE_STATES, RecordState
from orgs.models.office import Office, subtree_q, subtrees_q
from orgs.models.reach import reach_of
from orgs.permissions import VIEW


def _held_in(offices: Q, prefix: str = "") -> Q:
    """The condition "held by one of these offices", as a list of keys and not a join: SQLite then goes through the index on
    state and office, where with a join it reads every row of the state (100 ms against 0.1 for one county).
    """
    return Q(**{f"{prefix}office__in": Office.objects.filter(offices).order_by().values("pk")})


def within_reach_q(user: Any, prefix: str = "") -> Q:
    """The condition "a record held in the subtrees of the person's posts"; ``prefix`` leads to the record.

    From HQ down that is every record: no condition then, so that an index in the list's order can serve the page.
    """
    paths = reach_of(user).paths(VIEW)
    if any(len(path) == Office.steplen for path in paths):
        return Q()
    return _held_in(subtrees_q(paths), prefix)


class RecordQuerySet(models.QuerySet[Any]):
    """Named questions about registry records."""

    def visible_to(self, user) -> Self:
        """The records held in the subtrees of the person's posts."""
        return self.filter(within_reach_q(user))

    def held_within(self, office: Office) -> Self:
        """Records held today by the office or one below it."""
        return self if office.is_hq else self.filter(_held_in(subtree_q(office.path)))

    def held_outside_cities(self, office: Office | None) -> Self:
        """Without what the deputy-provincial cities below an office (None: below HQ) hold, their own counties included."""
        cities = Office.objects.filter(is_deputy_provincial=True)
        if office is not None:
            cities = cities.filter(path__startswith=office.path).exclude(pk=office.pk)
        return self.exclude(_held_in(subtrees_q(tuple(cities.values_list("path", flat=True)))))

    def held_by(self, office: Office) -> Self:
        """Records the office holds itself (本级)."""
        return self.filter(office=office)

    def confirmed(self) -> Self:
        """What counts, dates aside."""
        return self.filter(state=RecordState.CONFIRMED)

    def submitted(self) -> Self:
        """What waits for a reviewer."""
        return self.filter(state=RecordState.SUBMITTED)

    def unfinished(self) -> Self:
        """Drafts and returned records: the clerk's turn."""
        return self.filter(state__in=EDITABLE_STATES)

    def live(self) -> Self:
        """Submitted and confirmed records: what a second record would double."""
        return self.filter(state__in=LIVE_STATES)

    def not_contributed_by(self, user) -> Self:
        """Records whose open version this person neither created, edited nor submitted (four eyes)."""
        through = self.model.contributors.through
        own_key = self.model._meta.model_name
        return self.exclude(
            Exists(through.objects.filter(**{f"{own_key}_id": OuterRef("pk"), "user_id": user.pk}))
        )


class RegistryRecord(models.Model):
    """Base of enterprises, parks, CAST organisations and contact persons.

    ``office`` is the holder, at whom the record counts. ``version`` grows with each save: a form that was opened on an
    older one is refused. ``contributors`` are the people who created, edited or submitted the version that is open now;
    confirming empties it.
    """

    office = models.ForeignKey(Office, verbose_name="持有单位", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=RecordState.choices, default=RecordState.DRAFT)
    version = models.PositiveIntegerField("版本", default=1)
    return_reason = models.CharField("退回或作废原因", max_length=500, blank=True)
    created_at = models.DateTimeField("录入时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="录入人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField("更新时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提交人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    # Nothing is looked up by who confirmed it: the trail answers that.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="确认人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="经手人", related_name="+", blank=True
    )

    class Meta:
        abstract = True

    # What the trail keeps of a record: field name → Chinese label follows from verbose_name.
    AUDITED_FIELDS: ClassVar[tuple[str, ...]] = ()
    # Of these, what is told about a person: shown in full only to those who work with the record (``VIEW_PERSONAL``).
    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ()

    @property
    def is_editable(self) -> bool:
        """Whether a clerk may edit it now."""
        return self.state in EDITABLE_STATES

    @property
    def is_confirmed(self) -> bool:
        """Whether it counts, dates aside."""
        return self.state == RecordState.CONFIRMED


def rows_of(model: type[RegistryRecord]) -> RecordQuerySet:
    """All rows of a kind of record, with the named questions every kind has."""
    return cast("RecordQuerySet", model._default_manager.all())


def state_known(name: str) -> models.CheckConstraint:
    """The constraint that a record's state is one of the table."""
    return models.CheckConstraint(
        condition=Q(state__in=RecordState.values),
        name=f"{name}_state_known",
        violation_error_message="状态不正确。",
    )


def state_carries_its_moment(name: str) -> models.CheckConstraint:
    """The constraint that what was submitted or confirmed says when."""
    return models.CheckConstraint(
        condition=(
            ~Q(state__in=["submitted", "confirmed"])
            | Q(state="submitted", submitted_at__isnull=False)
            | Q(state="confirmed", confirmed_at__isnull=False)
        ),
        name=f"{name}_state_has_moment",
        violation_error_message="已提交或已确认的记录必须有时间。",
    )


def reason_when_refused(name: str) -> models.CheckConstraint:
    """The constraint that what was returned or voided says why."""
    return models.CheckConstraint(
        condition=~Q(state__in=["returned", "voided"]) | ~Q(return_reason=""),
        name=f"{name}_reason_when_refused",
        violation_error_message="退回和作废必须写明原因。",
    )
