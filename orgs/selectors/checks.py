"""What the portal has checked about a submitted record by itself, in lines for its reviewer."""

import dataclasses
import datetime as dt

from django.db.models import Q

from accounts.models import User
from core.models import Attachment
from orgs.choices import OrganizationSlot, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.record import RegistryRecord
from orgs.validators.credit_code import embedded_code_warning, is_valid_credit_code
from orgs.validators.organization_code import is_valid_organization_code
from orgs.validators.registration_number import is_valid_registration_number

CODES = (
    ("credit_code", is_valid_credit_code),
    ("organization_code", is_valid_organization_code),
    ("registration_number", is_valid_registration_number),
)
_CODE_LABELS = {field.name: str(field.verbose_name) for field in Enterprise._meta.fields}


@dataclasses.dataclass(frozen=True)
class Check:
    """One line: whether it is as it should be, and the words."""

    ok: bool
    words: str


def checks_of(record: RegistryRecord, *, user: User, today: dt.date) -> list[Check]:
    """The lines for one record, hosts included. At most four queries; the record comes with its host."""
    lines: list[Check] = []
    if isinstance(record, CastOrganization):
        lines += _host(record.host) + _founding(record, today)
        lines.append(
            Check(True, f"批复文号 {record.approval_number}")
            if record.approval_number
            else Check(False, "没有填批复文号，可以确认")
        )
        lines.append(_approval(record))
        lines += _only_one(record)
    elif isinstance(record, ContactPerson):
        lines += _host(record.enterprise) + _contact(record, today)
    elif isinstance(record, Enterprise):
        lines += _codes(record) + _enterprise_dates(record, today)
    elif isinstance(record, Park):
        lines += _park(record, today)
    mine = record.contributors.filter(pk=user.pk).exists()
    lines.append(
        Check(not mine, "您录入、修改或提交过这一版，须由另一人确认" if mine else "您没有录入或改过这一版")
    )
    return lines


def _approval(organization: CastOrganization) -> Check:
    """Whether the document itself was uploaded."""
    files = Attachment.objects.of(organization).in_slot(OrganizationSlot.APPROVAL).count()
    return Check(True, f"批复文件 {files} 个") if files else Check(False, "没有上传批复文件，可以确认")


def _host(host: Enterprise | Park) -> list[Check]:
    noun = "企业" if isinstance(host, Enterprise) else "园区"
    if host.state == RecordState.CONFIRMED:
        lines = [Check(True, f"{noun}已在册")]
    elif host.state == RecordState.SUBMITTED:
        lines = [Check(True, f"{noun}是新登记的，将同时确认")]
    else:
        lines = [Check(False, f"{noun}是“{host.get_state_display()}”，须先提交")]
    return lines + (_codes(host) if isinstance(host, Enterprise) else [])


def _codes(enterprise: Enterprise) -> list[Check]:
    given = [(name, valid) for name, valid in CODES if getattr(enterprise, name)]
    if not given:
        return [Check(False, "企业没有填任何代码，请核对名称相近的企业")]
    # Of a credit code its own check character is binding; the code inside has a line of its own below.
    judged = [
        (name, valid) for name, valid in given if name != "organization_code" or not enterprise.credit_code
    ]
    wrong = [name for name, valid in judged if not valid(getattr(enterprise, name))]
    labels = "、".join(_CODE_LABELS[name] for name in wrong)
    lines = [Check(False, f"{labels}校验不通过") if wrong else Check(True, "企业代码校验通过")]
    warning = embedded_code_warning(enterprise.credit_code) if enterprise.credit_code and not wrong else None
    if warning:
        lines.append(Check(False, warning))
    same = Q(pk__in=[])
    for name, _ in given:
        same |= Q(**{name: getattr(enterprise, name)})
    twin = (
        Enterprise.objects.exclude(pk=enterprise.pk).exclude(state=RecordState.VOIDED).filter(same).exists()
    )
    return [*lines, Check(not twin, "另有代码相同的企业，请核对" if twin else "没有代码相同的企业")]


def _founding(record: CastOrganization, today: dt.date) -> list[Check]:
    lines = [_not_later(record.established_on, "成立日期", today)]
    host = record.host
    if isinstance(host, Enterprise) and host.established_on:
        late = record.established_on >= host.established_on
        lines.append(
            Check(
                late,
                "成立日期在企业成立之后" if late else f"成立日期早于企业成立日期（{host.established_on}）",
            )
        )
    elif isinstance(host, Park) and host.established_year:
        late = record.established_on.year >= host.established_year
        lines.append(
            Check(
                late,
                "成立日期在园区设立之后" if late else f"成立日期早于园区设立年份（{host.established_year}）",
            )
        )
    return lines


def _only_one(record: CastOrganization) -> list[Check]:
    host = Q(enterprise=record.enterprise) if record.enterprise_id else Q(park=record.park)
    other = CastOrganization.objects.live().filter(host, dissolved_on=None).exclude(pk=record.pk).first()
    if other is None:
        return [Check(True, "没有第二个在册的科协组织")]
    return [Check(False, f"已有在册或待确认的“{other.name}”")]


def _contact(record: ContactPerson, today: dt.date) -> list[Check]:
    lines = [_not_later(record.established_on, "建立日期", today)]
    free = ContactPerson.objects.filter(pk=record.pk).at_enterprise_without_organization().exists()
    words = "建立时企业没有科协组织" if free else "建立时企业已有科协组织，不计入联系人制度"
    return [*lines, Check(free, words)]


def _enterprise_dates(record: Enterprise, today: dt.date) -> list[Check]:
    if record.established_on is None:
        return [Check(False, "没有填企业成立日期，可以确认")]
    return [_not_later(record.established_on, "企业成立日期", today)]


def _park(record: Park, today: dt.date) -> list[Check]:
    twin = (
        Park.objects.exclude(pk=record.pk)
        .exclude(state=RecordState.VOIDED)
        .filter(name_key=record.name_key, division=record.division)
        .exists()
    )
    year = record.established_year
    return [
        Check(not twin, "同一区划已有同名园区" if twin else "同一区划没有同名园区"),
        Check(True, f"{year} 年设立")
        if year and year <= today.year
        else Check(False, "没有填设立年份，可以确认"),
    ]


def _not_later(day: dt.date, label: str, today: dt.date) -> Check:
    return Check(
        day <= today, f"{label}不晚于今天" if day <= today else f"{label}晚于今天（{today}），不能确认"
    )
