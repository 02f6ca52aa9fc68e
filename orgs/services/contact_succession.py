"""A contact who leaves: replaced by another in one step, or without anybody following.

The one who follows names the one who goes and the day. Confirming the new one lets the old one go, so that both are
confirmed by one act of one reviewer, and until then nothing changes.
"""

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.services.audit import record_event
from orgs.changes import RegistryChange, tell_registry_change
from orgs.choices import RecordState
from orgs.models import ContactPerson
from orgs.services.access import acting_unit, require_confirm
from orgs.services.states import check_version, integrity_message

_LABEL = str(ContactPerson._meta.get_field("left_on").verbose_name)


def succession_refusals(
    *, old: ContactPerson, enterprise_id: int | None, left_on: dt.date | None, today: dt.date
) -> list[DomainError]:
    """Every refusal of taking the place of ``old`` at an enterprise, with ``left_on`` as the day of leaving."""
    if old.enterprise_id != enterprise_id:
        return [DomainError("原联系人不在这家企业。请从该联系人的页面重新更换。", field="enterprise")]
    if old.state != RecordState.CONFIRMED:
        return [
            DomainError(
                f"原联系人是“{old.get_state_display()}”，不用更换：草稿和退回的直接修改，待确认的先撤回。",
                field="replaced_left_on",
            )
        ]
    if old.left_on is not None:
        return [
            DomainError(f"原联系人已于 {old.left_on} 离任。请直接登记新的联系人。", field="replaced_left_on")
        ]
    return day_of_leaving_refusals(old, left_on, today=today, field="replaced_left_on")


def day_of_leaving_refusals(
    contact: ContactPerson, left_on: dt.date | None, *, today: dt.date, field: str
) -> list[DomainError]:
    """What is wrong with a day as the last contact's day of leaving."""
    if left_on is None:
        return [DomainError("请填写离任日期，例如 2014-10-15。", field=field)]
    if left_on > today:
        return [DomainError(f"离任日期不能晚于今天（{today}）。离任后再登记。", field=field)]
    if left_on < contact.established_on:
        return [DomainError(f"离任日期不能早于建立日期（{contact.established_on}）。请核对。", field=field)]
    return []


def let_predecessor_go(contact: ContactPerson, *, actor: User, at: dt.datetime) -> None:
    """What confirming a contact does to the one it replaces: that one has left. The enterprise is locked."""
    if contact.replaces_id is None:
        return
    old = ContactPerson.objects.select_for_update(of=("self",)).get(pk=contact.replaces_id)
    if not old.is_confirmed:
        raise ClosedByState(
            f"被接替的联系人现在是“{old.get_state_display()}”，不能这样更换。请退回经办，直接登记新的联系人。"
        )
    if old.left_on is None:
        assert contact.replaced_left_on is not None  # the database's own constraint
        _set_left(
            old, contact.replaced_left_on, actor=actor, at=at, action="leave", reason="由新的联系人接替"
        )


def take_predecessor_back(contact: ContactPerson, *, actor: User, at: dt.datetime) -> None:
    """What voiding a confirmed contact does to the one it had replaced: that one serves again, unless it left otherwise."""
    if contact.replaces_id is None:
        return
    old = ContactPerson.objects.select_for_update(of=("self",)).get(pk=contact.replaces_id)
    if old.is_confirmed and old.left_on is not None and old.left_on == contact.replaced_left_on:
        _set_left(old, None, actor=actor, at=at, action="resume", reason="接替的联系人登记作废")


@transaction.atomic
def end_contact(
    *, actor: User, contact_id: int, version: int, left_on: dt.date | None, reason: str
) -> ContactPerson:
    """A confirmed contact has left and nobody follows: the enterprise counts no more from that day, if it has no other.

    By a reviewer who had no hand in the record, as a voiding is.
    """
    found = ContactPerson.objects.select_related("enterprise").get(pk=contact_id)
    type(found.enterprise).objects.select_for_update(of=("self",)).get(pk=found.enterprise_id)
    contact = (
        ContactPerson.objects.select_for_update(of=("self",))
        .select_related("office", "enterprise__office")
        .get(pk=contact_id)
    )
    check_version(contact, version)
    today = clock.business_today()
    require_confirm(actor, contact, today=today)
    if not contact.is_confirmed or contact.left_on is not None:
        words = f"已于 {contact.left_on} 离任" if contact.left_on else f"是“{contact.get_state_display()}”"
        raise ClosedByState(f"这位联系人{words}，不能登记离任。")
    refusals = day_of_leaving_refusals(contact, left_on, today=today, field="left_on")
    if refusals:
        raise refusals[0]
    if not reason.strip():
        raise DomainError("请写明离任情况，例如 已调离，企业暂未另定联系人。", field="reason")
    _set_left(
        contact, left_on, actor=actor, at=clock.machine_now(), action="leave", reason=reason.strip()[:500]
    )
    return contact


def _set_left(
    contact: ContactPerson, left_on: dt.date | None, *, actor: User, at: dt.datetime, action: str, reason: str
) -> None:
    before = contact.left_on
    contact.left_on = left_on
    contact.version += 1
    contact.updated_at = at
    try:
        with transaction.atomic():
            contact.save(update_fields=["left_on", "version", "updated_at"])
    except IntegrityError as error:
        raise DomainError(integrity_message(contact, error)) from error
    record_event(
        actor=actor,
        action=f"contact.{action}",
        target=contact,
        before={_LABEL: before.isoformat() if before else None},
        after={_LABEL: left_on.isoformat() if left_on else None},
        reason=reason,
        unit=acting_unit(actor),
        at=at,
    )
    tell_registry_change(RegistryChange(effective_on=left_on or before, counts_changed=True))
