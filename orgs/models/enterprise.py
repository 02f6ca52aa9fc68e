"""Enterprises."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Func, Q

from orgs.choices import ENTERPRISE_TYPES, EnterpriseSize, LeaderWish, NoOrganizationReason
from orgs.models.record import (
    RecordQuerySet,
    RegistryRecord,
    reason_when_refused,
    state_carries_its_moment,
    state_known,
)
from orgs.validators.reasons import reason_words


class InnerCode(Func):
    """The organisation code inside a credit code: characters 9 to 17.

    Written with its numbers in place: with parameters SQLite would not see that the index below answers.
    """

    function = "SUBSTR"
    template = "%(function)s(%(expressions)s, 9, 9)"
    output_field = models.CharField()


def inner_code_apart_q() -> Q:
    """The credit code holds an organisation code the row does not give as its own: forms and imports derive it, so these
    are few, and only through one of them can two rows meet by it.
    """
    return Q(credit_code__isnull=False) & (
        Q(organization_code=None) | ~Q(organization_code=InnerCode("credit_code"))
    )


class EnterpriseQuerySet(RecordQuerySet):
    """Named questions about enterprises."""

    def counted_on(self, day: dt.date) -> Self:
        """Confirmed enterprises that existed on a day; an unknown start counts as existing."""
        return self.confirmed().filter(
            Q(established_on=None) | Q(established_on__lte=day),
            Q(dissolved_on=None) | Q(dissolved_on__gt=day),
        )

    def founded_after(self, day: dt.date) -> Self:
        """Confirmed enterprises ``counted_on`` leaves out because they came later."""
        return self.confirmed().filter(established_on__gt=day)

    def dissolved_by(self, day: dt.date) -> Self:
        """Confirmed enterprises ``counted_on`` leaves out because they had gone; none of them is in ``founded_after``."""
        return self.confirmed().filter(dissolved_on__lte=day)

    def for_list(self) -> Self:
        """With what one row of the list page shows."""
        return self.select_related("division", "office").defer("no_organization_reason")


class Enterprise(RegistryRecord):
    """One enterprise. ``division`` is its address, ``office`` the holder (by default the office of the division).

    Codes stand in separate columns, each unique where present: enterprises of 2014 have a 9-character organisation code
    or a 15-digit registration number, later ones the 18-character credit code, whose characters 9–17 are the
    organisation code. ``name_key`` is the normalised name for comparing, ``sort_key`` its pinyin.
    """

    name = models.CharField("企业名称", max_length=100)
    name_key = models.CharField("比对名", max_length=100, editable=False)
    sort_key = models.CharField("拼音", max_length=200, editable=False)
    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True)
    organization_code = models.CharField("组织机构代码", max_length=9, null=True, blank=True)
    registration_number = models.CharField("注册号", max_length=15, null=True, blank=True)
    established_on = models.DateField("企业成立日期", null=True, blank=True)
    dissolved_on = models.DateField("企业注销日期", null=True, blank=True)
    division = models.ForeignKey(
        "orgs.Division", verbose_name="所在区划", on_delete=models.PROTECT, related_name="enterprises"
    )
    park = models.ForeignKey(
        "orgs.Park",
        verbose_name="所在园区",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enterprises",
        db_index=False,
    )
    is_state_owned = models.BooleanField("国有大中型", default=False)
    is_private = models.BooleanField("民营", default=False)
    is_tech_sme = models.BooleanField("科技型中小", default=False)
    is_industry = models.BooleanField("行业企业", default=False)
    is_other_type = models.BooleanField("其他类型", default=False)
    size = models.CharField("规模", max_length=10, choices=EnterpriseSize.choices, blank=True)
    is_above_scale = models.BooleanField("规模以上工业企业", default=False)
    is_hitech = models.BooleanField("高新技术企业", default=False)
    employees = models.PositiveIntegerField("职工人数", null=True, blank=True)
    technicians = models.PositiveIntegerField("科技人员数", null=True, blank=True)
    leader_wish = models.CharField("负责人意愿", max_length=10, choices=LeaderWish.choices, blank=True)
    reason_code = models.CharField(
        "未建原因", max_length=20, choices=NoOrganizationReason.choices, blank=True
    )
    no_organization_reason = models.CharField("未建原因说明", max_length=300, blank=True)

    objects = EnterpriseQuerySet.as_manager()

    AUDITED_FIELDS = (
        "name",
        "credit_code",
        "organization_code",
        "registration_number",
        "established_on",
        "dissolved_on",
        "division",
        "office",
        "park",
        "is_state_owned",
        "is_private",
        "is_tech_sme",
        "is_industry",
        "is_other_type",
        "size",
        "is_above_scale",
        "is_hitech",
        "employees",
        "technicians",
        "leader_wish",
        "reason_code",
        "no_organization_reason",
    )

    class Meta:
        verbose_name = "企业"
        verbose_name_plural = "企业"
        ordering: ClassVar = ["-updated_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(credit_code__isnull=False) & ~Q(state="voided"),
                name="enterprise_credit_code_unique",
                violation_error_message="这个统一社会信用代码已经登记过。",
            ),
            models.UniqueConstraint(
                fields=["organization_code"],
                condition=Q(organization_code__isnull=False) & ~Q(state="voided"),
                name="enterprise_organization_code_unique",
                violation_error_message="这个组织机构代码已经登记过。",
            ),
            models.UniqueConstraint(
                fields=["registration_number"],
                condition=Q(registration_number__isnull=False) & ~Q(state="voided"),
                name="enterprise_registration_number_unique",
                violation_error_message="这个注册号已经登记过。",
            ),
            models.CheckConstraint(
                condition=~Q(credit_code="") & ~Q(organization_code="") & ~Q(registration_number=""),
                name="enterprise_codes_null_not_empty",
                violation_error_message="没有的代码应留空。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(is_state_owned=True)
                    | Q(is_private=True)
                    | Q(is_tech_sme=True)
                    | Q(is_industry=True)
                    | Q(is_other_type=True)
                ),
                name="enterprise_has_type",
                violation_error_message="企业类型至少选一项。",
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on=None)
                | Q(established_on=None)
                | Q(dissolved_on__gte=F("established_on")),
                name="enterprise_dissolved_after_established",
                violation_error_message="企业注销日期不能早于成立日期。",
            ),
            models.CheckConstraint(
                condition=Q(technicians=None) | Q(employees=None) | Q(technicians__lte=F("employees")),
                name="enterprise_technicians_within_employees",
                violation_error_message="科技人员数不能多于职工人数。",
            ),
            models.CheckConstraint(
                condition=(Q(reason_code="") & Q(no_organization_reason=""))
                | (~Q(reason_code="") & (~Q(reason_code="other") | ~Q(no_organization_reason=""))),
                name="enterprise_reason_coded",
                violation_error_message="未建原因须选一项；选“其他”时请写明原因。",
            ),
            state_known("enterprise"),
            state_carries_its_moment("enterprise"),
            reason_when_refused("enterprise"),
        ]
        indexes: ClassVar = [
            # The coverage engine counts from these alone: all confirmed enterprises per holder, and those to leave out.
            models.Index(fields=["state", "office", "is_above_scale"], name="enterprise_count"),
            models.Index(
                fields=["state", "established_on", "office", "is_above_scale"], name="enterprise_by_founding"
            ),
            models.Index(
                fields=["state", "dissolved_on", "office", "is_above_scale"],
                condition=Q(dissolved_on__isnull=False),
                name="enterprise_by_end",
            ),
            # Wishes and reasons by holder and by type (orgs/selectors/wishes.py) are counted from this alone.
            models.Index(
                fields=[
                    *("state", "office", "leader_wish", "reason_code", "dissolved_on"),
                    *(flag for flag, _ in ENTERPRISE_TYPES),
                ],
                name="enterprise_wish",
            ),
            models.Index(fields=["name_key"], name="enterprise_by_name_key"),
            # Few enterprises stand in a park.
            models.Index(fields=["park"], condition=Q(park__isnull=False), name="enterprise_by_park"),
            models.Index(
                InnerCode("credit_code"),
                condition=inner_code_apart_q(),
                name="enterprise_inner_code_apart",
            ),
            # The unique ones above are partial by state, which SQLite does not see through a parameter: imports and
            # look-ups by code would read the whole table.
            *(
                models.Index(
                    fields=[code],
                    condition=Q(**{f"{code}__isnull": False}),
                    name=f"enterprise_by_{code}"[:30],
                )
                for code in ("credit_code", "organization_code", "registration_number")
            ),
            models.Index(fields=["-updated_at", "-id"], name="enterprise_by_update"),
            models.Index(fields=["sort_key", "id"], name="enterprise_by_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code_display(self) -> str:
        """The best code the enterprise has, with its kind; the organisation code printed as 00000001-9."""
        if self.credit_code:
            return f"信用代码 {self.credit_code}"
        if self.organization_code:
            return f"组织机构代码 {self.organization_code[:8]}-{self.organization_code[8:]}"
        return f"注册号 {self.registration_number}" if self.registration_number else "未填代码"

    @property
    def reason_words(self) -> str:
        """Why it has no organisation, in one text: the coded reason with the words beside it."""
        return reason_words(self.reason_code, self.no_organization_reason)

    @property
    def type_labels(self) -> list[str]:
        """The types that apply, in the notice's order."""
        return [label for field, label in ENTERPRISE_TYPES if getattr(self, field)]
