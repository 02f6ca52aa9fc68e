"""Entering and editing contact persons."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from orgs.choices import RecordState
from orgs.models import ContactPerson, Enterprise
from orgs.services.access import require_enter
from orgs.services.contact_succession import succession_refusals
from orgs.services.enterprises import refuse_all, require_editable, save_edit, save_new
from orgs.services.standing import require_place_at_host
from orgs.services.states import check_version
from orgs.validators.entries import check_contact


def _checked(values: Mapping[str, Any], enterprise: Enterprise) -> dict[str, Any]:
    checked, errors = check_contact(
        values, today=clock.business_today(), enterprise_starts_on=enterprise.established_on
    )
    refuse_all(errors)
    return checked


def _require_no_twin(contact: ContactPerson) -> None:
    twin = (
        contact.enterprise.contacts.live()
        .filter(mobile=contact.mobile, left_on=None)
        .exclude(pk=contact.pk)
        .first()
    )
    if twin is not None and contact.left_on is None:
        raise DomainError(twin_message(twin), field="mobile")


def twin_message(twin: ContactPerson) -> str:
    """Why a second serving contact with one mobile number is refused."""
    return f"这家企业已有手机号相同的在任联系人（{twin.name}，{twin.get_state_display()}）。请核对，不要重复登记。"


def _require_successor(contact: ContactPerson) -> None:
    """Whom it replaces may be replaced, on that day, and by nobody else."""
    old = contact.replaces
    if old is None:
        return
    refuse_all(
        succession_refusals(
            old=old,
            enterprise_id=contact.enterprise_id,
            left_on=contact.replaced_left_on,
            today=clock.business_today(),
        )
    )
    other = old.successors.exclude(pk=contact.pk).exclude(state=RecordState.VOIDED).first()
    if other is not None:
        raise DomainError(
            f"这位联系人已登记了接替人（{other.get_state_display()}）。请打开那条记录办理，不要重复登记。",
            field="replaced_left_on",
        )


@transaction.atomic
def create_contact(
    *,
    actor: User,
    enterprise: Enterprise,
    values: Mapping[str, Any],
    replaces: ContactPerson | None = None,
) -> ContactPerson:
    """Enter a contact person as a draft, at an enterprise without a CAST organisation on that date.

    ``replaces``: the one it follows, who leaves on ``values["replaced_left_on"]`` once this one is confirmed.
    """
    enterprise = (
        Enterprise.objects.select_for_update(of=("self",)).select_related("office").get(pk=enterprise.pk)
    )
    require_enter(actor, enterprise.office)
    if enterprise.state == RecordState.VOIDED:
        raise ClosedByState(
            f"“{enterprise}”的登记已作废，不能在它名下登记。请改选或重新登记。", field="enterprise"
        )
    contact = ContactPerson(
        enterprise=enterprise, office=enterprise.office, replaces=replaces, **_checked(values, enterprise)
    )
    require_place_at_host(contact)
    _require_successor(contact)
    _require_no_twin(contact)
    save_new(contact, actor=actor, at=clock.machine_now())
    return contact


@transaction.atomic
def edit_contact(*, actor: User, contact_id: int, version: int, values: Mapping[str, Any]) -> ContactPerson:
    """Change a draft or returned contact person; the enterprise stays."""
    found = ContactPerson.objects.get(pk=contact_id)
    enterprise = Enterprise.objects.select_for_update(of=("self",)).get(pk=found.enterprise_id)
    contact = (
        ContactPerson.objects.select_for_update(of=("self",)).select_related("office").get(pk=contact_id)
    )
    require_enter(actor, contact.office)
    check_version(contact, version)
    require_editable(contact)
    checked = _checked(values, enterprise)
    trial = ContactPerson(
        **{"replaced_left_on": contact.replaced_left_on, **checked},
        pk=contact.pk,
        enterprise=enterprise,
        office=contact.office,
        replaces=contact.replaces,
    )
    require_place_at_host(trial)
    _require_successor(trial)
    _require_no_twin(trial)
    save_edit(contact, checked, actor=actor, at=clock.machine_now())
    return contact
