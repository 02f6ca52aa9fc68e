"""Development zones."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from orgs.choices import ParkGrade, ParkKind, RecordState
from orgs.models.organization import CastOrganization
from orgs.models.record import (
    RecordQuerySet,
    RegistryRecord,
    reason_when_refused,
    state_carries_its_moment,
    state_known,
)


def existing_q(day: dt.date, prefix: str = "") -> Q:
    """The condition "existed on that day": from 1 January of its year (unknown: always) until it was closed.

    ``prefix`` leads from the model to the park, with its double underscore: ``"park__"``.
    """
    year, end = f"{prefix}established_year", f"{prefix}closed_on"
    return (Q(**{year: None}) | Q(**{f"{year}__lte": day.year})) & (
        Q(**{end: None}) | Q(**{f"{end}__gt": day})
    )


class ParkQuerySet(RecordQuerySet):
    """Named questions about parks."""

    def existing_on(self, day: dt.date) -> Self:
        """Parks that existed on a day: from 1 January of their year (unknown: always) until they were closed."""
        return self.filter(existing_q(day))

    def counted_on(self, day: dt.date) -> Self:
        """Confirmed parks that existed on a day: the denominator of the park rates."""
        return self.confirmed().existing_on(day)

    def national(self) -> Self:
        """National hi-tech and economic-technological zones: the 40 % target speaks of these."""
        return self.filter(grade=ParkGrade.NATIONAL)

    def awaiting_organization(self) -> Self:
        """Parks of which a file says that they have an organisation, and none is registered: 待登记."""
        registered = CastOrganization.objects.filter(park=OuterRef("pk"), dissolved_on=None)
        return self.filter(has_reported_organization=True).exclude(
            Exists(registered.exclude(state=RecordState.VOIDED))
        )

    def for_list(self) -> Self:
        """With what one row of the list page shows."""
        return self.select_related("division", "office")


class Park(RegistryRecord):
    """One development zone. Held by its seat's county, else its prefecture, else its province.

    Only the year of founding is known (设立年份); ``reference_id`` is the number in the reference file, empty for
    parks entered by offices.
    """

    reference_id = models.CharField("资料编号", max_length=20, null=True, blank=True, unique=True)
    name = models.CharField("园区名称", max_length=100)
    name_key = models.CharField("比对名", max_length=100, editable=False)
    sort_key = models.CharField("拼音", max_length=200, editable=False)
    kind = models.CharField("类型", max_length=10, choices=ParkKind.choices)
    grade = models.CharField("级别", max_length=10, choices=ParkGrade.choices)
    division = models.ForeignKey(
        "orgs.Division", verbose_name="所在区划", on_delete=models.PROTECT, related_name="parks"
    )
    established_year = models.PositiveSmallIntegerField("设立年份", null=True, blank=True)
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    # Said of it in a file; the organisation itself is still to be registered (待登记).
    has_reported_organization = models.BooleanField("已报建园区科协", default=False)

    objects = ParkQuerySet.as_manager()

    AUDITED_FIELDS = (
        *("name", "kind", "grade", "division", "office", "established_year", "closed_on"),
        "has_reported_organization",
    )

    class Meta:
        verbose_name = "园区"
        verbose_name_plural = "园区"
        ordering: ClassVar = ["-updated_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name_key", "division"],
                condition=~Q(state="voided"),
                name="park_name_unique_in_division",
                violation_error_message="这个区划内已有同名园区。",
            ),
            models.CheckConstraint(
                condition=Q(established_year=None)
                | Q(established_year__gte=1979, established_year__lte=2100),
                name="park_year_plausible",
                violation_error_message="园区设立年份应在 1979 年以后。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None)
                | Q(established_year=None)
                | Q(closed_on__year__gte=F("established_year")),
                name="park_closed_after_established",
                violation_error_message="园区撤销日期不能早于设立年份。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ParkKind.values) & Q(grade__in=ParkGrade.values),
                name="park_kind_and_grade_known",
                violation_error_message="园区类型或级别不正确。",
            ),
            models.CheckConstraint(
                condition=~Q(grade="national") | Q(kind__in=["hitech", "economic"]),
                name="park_national_is_hitech_or_economic",
                violation_error_message="国家级园区应为高新区或经开区。",
            ),
            state_known("park"),
            state_carries_its_moment("park"),
            reason_when_refused("park"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "office", "grade", "established_year", "closed_on"], name="park_count"
            ),
            models.Index(fields=["-updated_at", "-id"], name="park_by_update"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_national(self) -> bool:
        """Whether HQ alone creates and closes it."""
        return self.grade == ParkGrade.NATIONAL

    @property
    def class_words(self) -> str:
        """国家级高新区; kind and grade apart where one of them is 其他: 其他园区，省级 or 高新区，其他级别."""
        kind = "其他园区" if self.kind == ParkKind.OTHER else self.get_kind_display()
        grade = "其他级别" if self.grade == ParkGrade.OTHER else self.get_grade_display()
        is_apart = self.kind == ParkKind.OTHER or self.grade == ParkGrade.OTHER
        return f"{kind}，{grade}" if is_apart else f"{grade}{kind}"
