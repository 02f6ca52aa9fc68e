"""The rules of one entry, for the form, the import and the bulk service alike.

Each function takes values of Python types (a form or a file reader made them), returns the values to store and every
refusal with its field. What needs the database (a code taken by someone else, a second organisation) is asked by the
services.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from core.exceptions import DomainError
from orgs.calculations.names import clean_name, normalize_enterprise_name
from orgs.calculations.pinyin import pinyin_key
from orgs.choices import ENTERPRISE_TYPES, NoOrganizationReason, ParkGrade, ParkKind
from orgs.validators.credit_code import embedded_organization_code, parse_credit_code
from orgs.validators.document_number import parse_document_number
from orgs.validators.email import parse_email
from orgs.validators.organization_code import parse_organization_code
from orgs.validators.person_name import parse_person_name
from orgs.validators.phone import parse_mobile, parse_phone
from orgs.validators.reasons import read_reason
from orgs.validators.registration_number import parse_registration_number

Values = dict[str, Any]
Checked = tuple[Values, list[DomainError]]
# Makes the sort key of a name. Who writes many names made of few parts hands in one that remembers the parts.
SortKey = Callable[[str], str]

FOUNDING_NAME_SUFFIX = "科学技术协会"
EARLIEST = dt.date(1949, 10, 1)
FIRST_PARK_YEAR = 1979


def _parse(values: Values, field: str, parse: Callable[[str], str], errors: list[DomainError]) -> None:
    raw = values.get(field)
    if raw in (None, ""):
        values[field] = None if raw is None else raw
        return
    try:
        values[field] = parse(str(raw))
    except ValueError as refusal:
        errors.append(DomainError(str(refusal), field=field))


def check_enterprise(raw: Mapping[str, Any], *, today: dt.date, sort_key: SortKey = pinyin_key) -> Checked:
    """Rules of one enterprise. The organisation code is derived from the credit code, and must agree with it."""
    values = dict(raw)
    errors: list[DomainError] = []
    values["name"] = clean_name(values.get("name") or "")
    if len(values["name"]) < 4:
        errors.append(DomainError("请按营业执照填写企业全称，至少 4 个字。", field="name"))
    values["name_key"] = normalize_enterprise_name(values["name"])
    values["sort_key"] = sort_key(values["name"])[:200]
    for field, parse in (
        ("credit_code", parse_credit_code),
        ("organization_code", parse_organization_code),
        ("registration_number", parse_registration_number),
    ):
        _parse(values, field, parse, errors)
        values[field] = values[field] or None
    refused = {error.field for error in errors}
    if values["credit_code"] and "credit_code" not in refused:
        embedded = embedded_organization_code(values["credit_code"])
        if values["organization_code"] and values["organization_code"] != embedded:
            errors.append(
                DomainError(
                    f"组织机构代码应是信用代码的第 9 至 17 位（{embedded[:8]}-{embedded[8:]}）。请核对两个代码，或留空由系统填写。",
                    field="organization_code",
                )
            )
        values["organization_code"] = values["organization_code"] or embedded
    if not any(values.get(field) for field, _ in ENTERPRISE_TYPES):
        errors.append(DomainError("企业类型至少选一项；都不符合时选“其他”。", field="types"))
    founded, ended = values.get("established_on"), values.get("dissolved_on")
    _not_in_future(founded, "established_on", "企业成立日期", today, errors)
    _not_in_future(ended, "dissolved_on", "企业注销日期", today, errors)
    if founded and ended and ended < founded:
        errors.append(
            DomainError(f"企业注销日期不能早于成立日期（{founded}）。请核对两个日期。", field="dissolved_on")
        )
    employees, technicians = values.get("employees"), values.get("technicians")
    if employees is not None and technicians is not None and technicians > employees:
        errors.append(
            DomainError(
                f"科技人员数不能多于职工人数（{employees} 人）。请核对两个人数。", field="technicians"
            )
        )
    if "reason_code" in values or "no_organization_reason" in values:
        _check_reason(values, errors)
    return values, errors


def _check_reason(values: Values, errors: list[DomainError]) -> None:
    """The coded reason with its words. Words without a code are coded by what they say."""
    code, text = values.get("reason_code") or "", (values.get("no_organization_reason") or "").strip()
    if text and not code:
        code, text = read_reason(text)
    if code == NoOrganizationReason.OTHER and not text:
        errors.append(DomainError("选“其他”时请写明没有建立科协的原因。", field="no_organization_reason"))
    values["reason_code"], values["no_organization_reason"] = code, text


def check_park(raw: Mapping[str, Any], *, today: dt.date) -> Checked:
    """Rules of one park."""
    values = dict(raw)
    errors: list[DomainError] = []
    values["name"] = clean_name(values.get("name") or "")
    if len(values["name"]) < 4:
        errors.append(DomainError("请填写园区全称，至少 4 个字。", field="name"))
    values["name_key"] = normalize_enterprise_name(values["name"])
    values["sort_key"] = pinyin_key(values["name"])[:200]
    if values.get("grade") == ParkGrade.NATIONAL and values.get("kind") == ParkKind.OTHER:
        errors.append(DomainError("国家级园区应为高新区或经开区。请改类型或级别。", field="kind"))
    year, closed = values.get("established_year"), values.get("closed_on")
    if year is not None and not FIRST_PARK_YEAR <= year <= today.year:
        errors.append(
            DomainError(
                f"设立年份应在 {FIRST_PARK_YEAR} 至 {today.year} 之间。不清楚时可不填。",
                field="established_year",
            )
        )
    _not_in_future(closed, "closed_on", "撤销日期", today, errors)
    if year and closed and closed.year < year:
        errors.append(DomainError(f"撤销日期不能早于设立年份（{year}）。请核对。", field="closed_on"))
    return values, errors


def check_organization(
    raw: Mapping[str, Any],
    *,
    today: dt.date,
    host_name: str,
    host_starts_on: dt.date | None,
    host_ends_on: dt.date | None,
    host_noun: str = "企业",
    sort_key: SortKey = pinyin_key,
) -> Checked:
    """Rules of one CAST organisation at its host. ``host_starts_on`` and ``host_ends_on`` are None where unknown."""
    values = dict(raw)
    errors: list[DomainError] = []
    values["name"] = clean_name(values.get("name") or "") or host_name + FOUNDING_NAME_SUFFIX
    values["sort_key"] = sort_key(values["name"])[:220]
    founded, ended = values.get("established_on"), values.get("dissolved_on")
    if founded is None:
        errors.append(DomainError("请填写成立日期，以批复文件为准。", field="established_on"))
    else:
        if founded > today:
            errors.append(
                DomainError(f"成立日期不能晚于今天（{today}）。请按批复文件填写。", field="established_on")
            )
        elif founded < EARLIEST:
            errors.append(
                DomainError("成立日期应在 1949 年 10 月 1 日以后。请核对年份。", field="established_on")
            )
        if host_starts_on and founded < host_starts_on:
            errors.append(
                DomainError(
                    f"成立日期不能早于{host_noun}成立日期（{host_starts_on}）。请核对批复文件或{host_noun}成立日期。",
                    field="established_on",
                )
            )
        if host_ends_on and founded >= host_ends_on:
            errors.append(
                DomainError(
                    f"{host_noun}已于 {host_ends_on} 注销或撤销，成立日期不能在这之后。请核对。",
                    field="established_on",
                )
            )
        elif host_ends_on and (ended is None or ended > host_ends_on):
            errors.append(
                DomainError(
                    f"{host_noun}已于 {host_ends_on} 注销或撤销，科协组织随之撤销。请填写不晚于这一天的撤销日期。",
                    field="dissolved_on",
                )
            )
    _not_in_future(ended, "dissolved_on", "撤销日期", today, errors)
    if founded and ended and ended < founded:
        errors.append(
            DomainError(f"撤销日期不能早于成立日期（{founded}）。请核对两个日期。", field="dissolved_on")
        )
    _parse(values, "chair", parse_person_name, errors)
    if not values.get("chair"):
        errors.append(DomainError("请填写主席姓名。", field="chair"))
    for field, parse in (
        ("secretary", parse_person_name),
        ("phone", parse_phone),
        ("approval_number", parse_document_number),
    ):
        _parse(values, field, parse, errors)
        values[field] = values[field] or ""
    return values, errors


def check_contact(raw: Mapping[str, Any], *, today: dt.date, enterprise_starts_on: dt.date | None) -> Checked:
    """Rules of one contact person."""
    values = dict(raw)
    errors: list[DomainError] = []
    for field, label, parse in (
        ("name", "联系人姓名", parse_person_name),
        ("mobile", "手机号", parse_mobile),
    ):
        _parse(values, field, parse, errors)
        if not values.get(field):
            errors.append(DomainError(f"请填写{label}。", field=field))
    for field, parse in (("liaison", parse_person_name), ("email", parse_email)):
        _parse(values, field, parse, errors)
        values[field] = values[field] or ""
    since, left = values.get("established_on"), values.get("left_on")
    if since is None:
        errors.append(DomainError("请填写建立日期，即与企业说定联系人的那一天。", field="established_on"))
    else:
        _not_in_future(since, "established_on", "建立日期", today, errors)
        if since < EARLIEST:
            errors.append(
                DomainError("建立日期应在 1949 年 10 月 1 日以后。请核对年份。", field="established_on")
            )
        if enterprise_starts_on and since < enterprise_starts_on:
            errors.append(
                DomainError(
                    f"建立日期不能早于企业成立日期（{enterprise_starts_on}）。请核对。",
                    field="established_on",
                )
            )
    _not_in_future(left, "left_on", "离任日期", today, errors)
    if since and left and left < since:
        errors.append(DomainError(f"离任日期不能早于建立日期（{since}）。请核对两个日期。", field="left_on"))
    return values, errors


def _not_in_future(
    day: dt.date | None, field: str, label: str, today: dt.date, errors: list[DomainError]
) -> None:
    if day is not None and day > today:
        errors.append(DomainError(f"{label}不能晚于今天（{today}）。请按文件填写。", field=field))
