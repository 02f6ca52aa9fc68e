"""How one record counts today, in a sentence. The rules are those of ``orgs.selectors.counted``."""

import datetime as dt

from orgs.choices import OfficeLevel, OrganizationKind, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.record import RegistryRecord
from orgs.selectors.counted import counted_rows

_WAITING = {
    RecordState.DRAFT: "草稿，不计入。提交并确认后",
    RecordState.RETURNED: "已退回，不计入。修改后重新提交，确认后",
    RecordState.SUBMITTED: "待确认，不计入。确认后",
}
# Measure → what it counts and in which unit, for the effect of one confirmation.
_EFFECTS = {
    "orgs_new": ("当年新建", "家"),
    "park_orgs": ("已建科协的园区", "个"),
    "contact_enterprises": ("有联系人的企业", "家"),
}


def counting_statement(record: RegistryRecord, *, today: dt.date) -> str:
    """Whether and as what the record counts on the day. At most four queries."""
    if record.state == RecordState.VOIDED:
        return "已作废，在任何一天都不计入"
    if isinstance(record, CastOrganization):
        words = _organization(record)
    elif isinstance(record, ContactPerson):
        words = _contact(record, today)
    elif isinstance(record, Park):
        words = _park(record, today)
    elif isinstance(record, Enterprise):
        words = _enterprise(record, today)
    else:
        raise TypeError(type(record))
    return _WAITING[RecordState(record.state)] + words if record.state in _WAITING else words


def _ended(day: dt.date | None, verb: str) -> str:
    return f"；{day} {verb}，当日起不再计入" if day else ""


def is_refounding(organization: CastOrganization) -> bool:
    """Whether its enterprise had a confirmed organisation before (重建)."""
    return CastOrganization.objects.filter(pk=organization.pk).at_former_host().exists()


def _organization(record: CastOrganization) -> str:
    ended = _ended(record.dissolved_on, "撤销")
    if record.park is not None:
        return f"计为园区科协，{record.park.get_grade_display()}园区{ended}"
    year = record.established_on.year
    if is_refounding(record):
        return f"计为 {year} 年重建，不计入新建{ended}"
    return f"计为 {year} 年新建{ended}"


def _contact(record: ContactPerson, today: dt.date) -> str:
    year = record.established_on.year
    one = ContactPerson.objects.filter(pk=record.pk)
    if not one.at_enterprise_without_organization().exists():
        return "不计入联系人制度：建立时企业已有科协组织"
    if record.state in _WAITING:
        return f"计入 {year} 年联系人制度（按企业计，一家企业计一次）"
    if one.counting_for(year, today).exists():
        converted = one.with_founding_since(today).exists()
        return f"计入 {year} 年联系人制度（按企业计，一家企业计一次）" + (
            "；企业后来建立了科协，仍计入" if converted else ""
        )
    return f"已于 {record.left_on} 离任且无人接替，当日起不再计入 {year} 年联系人制度"


def _park(record: Park, today: dt.date) -> str:
    words = f"计入园区总数（{record.get_grade_display()}）"
    if record.closed_on and record.closed_on <= today:
        return f"{record.closed_on} 撤销，当日起不计入园区总数"
    having = record.organizations.counted_on(today).first()
    return words + (f"，{having.established_on} 起有园区科协" if having else "，还没有园区科协")


def _enterprise(record: Enterprise, today: dt.date) -> str:
    if record.state in _WAITING:
        return "计为登记企业"
    standing = record.organizations.counted_on(today).first()
    if standing is not None:
        again = "重建" if is_refounding(standing) else "新建"
        return f"有在册企业科协，计为 {standing.established_on.year} 年{again}"
    if ContactPerson.objects.filter(enterprise=record).counting_for(today.year, today).exists():
        return f"计入 {today.year} 年联系人制度，还没有企业科协"
    return "计为登记企业，还没有企业科协，也没有计入今年的联系人"


def effect_of_confirming(record: RegistryRecord, *, today: dt.date) -> str:
    """What confirming a submitted record does to its holder's own figure of the year; empty where it does nothing.

    Counts live, over what the holder keeps itself (本级).
    """
    measure = ""
    if isinstance(record, CastOrganization):
        if record.dissolved_on and record.dissolved_on <= today:
            return ""
        if record.kind == OrganizationKind.PARK:
            measure = "park_orgs"
        elif record.established_on.year == today.year and not is_refounding(record):
            measure = "orgs_new"
    elif isinstance(record, ContactPerson) and record.established_on.year == today.year:
        one = ContactPerson.objects.filter(
            pk=record.pk, established_on__lte=today
        ).at_enterprise_without_organization()
        counted = ContactPerson.objects.filter(enterprise=record.enterprise).counting_for(today.year, today)
        if counted.exists():
            return "这家企业已经计入联系人制度，确认后数字不变"
        if one.exists() and (record.left_on is None or record.left_on > today):
            measure = "contact_enterprises"
    if not measure:
        return ""
    now = counted_rows(measure, year=today.year, day=today, office=record.office, own_only=True).count()
    noun, unit = _EFFECTS[measure]
    own = "" if record.office.level == OfficeLevel.COUNTY else "本级"
    return f"确认后{record.office.short_name}{own}{noun}由 {now:,} {unit}变为 {now + 1:,} {unit}"
