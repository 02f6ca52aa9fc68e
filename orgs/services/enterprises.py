"""Entering and editing enterprises."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError, DomainErrors
from core.services.audit import record_event, snapshot_fields
from orgs.choices import RecordState
from orgs.models import Division, Enterprise, Office
from orgs.models.record import RegistryRecord
from orgs.services.access import acting_unit, require_enter
from orgs.services.holders import resolve_holder
from orgs.services.standing import require_room_for_dependents
from orgs.services.states import audit_noun, check_version, integrity_message
from orgs.validators.entries import check_enterprise

CODE_FIELDS = ("credit_code", "organization_code", "registration_number")


def refuse_all(errors: list[DomainError]) -> None:
    """Raise the collected refusals together, so that a form shows them all at once."""
    if errors:
        raise DomainErrors(errors)


def code_conflicts(
    values: Mapping[str, Any],
    *,
    actor: User,
    except_pk: int | None = None,
    found_below: bool = False,
    in_file: bool = False,
) -> list[DomainError]:
    """A refusal for each code another enterprise has. ``found_below``: the page itself shows what the code finds;
    ``in_file``: it has no place to look it up.

    Within reach it names it. Out of reach it says only that there is one: name and holder are shown by the look-up by
    exact code, which is in the trail (``find_by_exact_code``).
    """
    errors = []
    for field in CODE_FIELDS:
        if not values.get(field):
            continue
        others = (
            Enterprise.objects.exclude(state="voided").exclude(pk=except_pk).filter(**{field: values[field]})
        )
        other = others.select_related("office").first()
        if other is None:
            continue
        seen = Enterprise.objects.visible_to(actor).filter(pk=other.pk).exists()
        text = code_taken_message(
            field,
            name=other.name if seen else "",
            holder=other.office.short_name,
            found_below=found_below,
            in_file=in_file,
        )
        errors.append(DomainError(text, field=field))
    return errors


def code_taken_message(
    field: str, *, name: str, holder: str, found_below: bool = False, in_file: bool = False
) -> str:
    """Why a code is refused that another enterprise has, and what to do. ``name`` is empty for one out of reach."""
    label = label_of(Enterprise, field)
    if name and in_file:
        return f"这个{label}已登记为“{name}”（{holder}持有）。请核对代码。"
    if name:
        return f"这个{label}已登记为“{name}”（{holder}持有）。请在上面按代码查找并选用它。"
    remedy = (
        "如代码无误，请在下面向持有单位反映"
        if found_below
        else "代码无误时按它查找，可以看到持有单位并向其反映"
    )
    return f"这个{label}已由外单位登记。请核对；{remedy}。"


def save_new(record: RegistryRecord, *, actor: User, at: dt.datetime) -> None:
    """Insert a draft with its contributor and its first audit row; the database's own refusal becomes words."""
    record.created_at = record.updated_at = at
    record.created_by = actor
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(integrity_message(record, error)) from error
    record.contributors.add(actor)
    record_event(
        actor=actor,
        action=f"{audit_noun(record)}.create",
        target=record,
        after=labelled(record, snapshot_fields(record, record.AUDITED_FIELDS)),
        unit=acting_unit(actor),
        at=at,
    )


def save_edit(record: RegistryRecord, values: Mapping[str, Any], *, actor: User, at: dt.datetime) -> bool:
    """Write changed values of a locked draft with version, contributor and audit row. False when nothing changed."""
    before = snapshot_fields(record, record.AUDITED_FIELDS)
    for field, value in values.items():
        setattr(record, field, value)
    after = snapshot_fields(record, record.AUDITED_FIELDS)
    if before == after:
        return False
    record.version += 1
    record.updated_at = at
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise DomainError(integrity_message(record, error)) from error
    record.contributors.add(actor)
    record_event(
        actor=actor,
        action=f"{audit_noun(record)}.edit",
        target=record,
        before=labelled(record, before),
        after=labelled(record, after),
        unit=acting_unit(actor),
        at=at,
    )
    return True


def label_of(model: type[RegistryRecord], name: str) -> str:
    """The Chinese label of a field."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def labelled(record: RegistryRecord, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the Chinese label of their field, empty ones left out, choices in words."""
    words = {}
    for name, value in values.items():
        if value in (None, "", False):
            continue
        choices = dict(getattr(record._meta.get_field(name), "flatchoices", None) or [])
        words[label_of(type(record), name)] = str(choices.get(value, "是" if value is True else value))
    return words


def require_editable(record: RegistryRecord) -> None:
    """Only drafts and returned records are edited; the message says what to do with the others."""
    if not record.is_editable:
        raise ClosedByState(edit_refusal(str(record), RecordState(record.state)))


def edit_refusal(label: str, state: RecordState) -> str:
    """Why a record in a state that is not a draft's is not edited, and what to do."""
    remedy = {
        RecordState.SUBMITTED: "请先撤回，修改后再提交。",
        RecordState.CONFIRMED: "已确认的记录如有登记错误，请上级科协审核人员作废后重新登记。",
        RecordState.VOIDED: "请重新登记。",
    }[state]
    return f"“{label}”是“{state.label}”，不能直接修改。{remedy}"


def missing_division() -> DomainError:
    """The refusal of an enterprise or park without an address."""
    return DomainError("请填写所在区划，例如 天河区 或 440106。", field="division")


@transaction.atomic
def create_enterprise(
    *, actor: User, values: Mapping[str, Any], division: Division, office: Office | None = None
) -> Enterprise:
    """Enter an enterprise as a draft of its holder."""
    holder = resolve_holder(actor, division=division, office=office)
    require_enter(actor, holder)
    checked, errors = check_enterprise(values, today=clock.business_today())
    refuse_all(errors + code_conflicts(checked, actor=actor))
    enterprise = Enterprise(division=division, office=holder, **checked)
    save_new(enterprise, actor=actor, at=clock.machine_now())
    return enterprise


@transaction.atomic
def edit_enterprise(
    *,
    actor: User,
    enterprise_id: int,
    version: int,
    values: Mapping[str, Any],
    division: Division,
    office: Office | None = None,
) -> Enterprise:
    """Change a draft or returned enterprise. Its draft organisations and contacts follow to a new holder."""
    enterprise = (
        Enterprise.objects.select_for_update(of=("self",)).select_related("office").get(pk=enterprise_id)
    )
    require_enter(actor, enterprise.office)
    check_version(enterprise, version)
    require_editable(enterprise)
    holder = resolve_holder(actor, division=division, office=office)
    checked, errors = check_enterprise(values, today=clock.business_today())
    refuse_all(errors + code_conflicts(checked, actor=actor, except_pk=enterprise.pk))
    require_room_for_dependents(
        enterprise,
        starts_on=checked.get("established_on"),
        ends_on=checked.get("dissolved_on"),
        field="established_on",
    )
    save_edit(
        enterprise, {**checked, "division": division, "office": holder}, actor=actor, at=clock.machine_now()
    )
    enterprise.organizations.exclude(office=holder).update(office=holder)
    enterprise.contacts.exclude(office=holder).update(office=holder)
    return enterprise
