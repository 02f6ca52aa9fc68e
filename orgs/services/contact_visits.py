"""Recording a talk with an enterprise."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.services.audit import record_event
from orgs.choices import RecordState
from orgs.models import ContactVisit, Enterprise
from orgs.services.access import acting_unit, require_enter
from orgs.services.enterprises import refuse_all, save_edit
from orgs.validators.visits import check_visit


@transaction.atomic
def record_visit(*, actor: User, enterprise_id: int, values: Mapping[str, Any]) -> ContactVisit:
    """Keep what was said on a day, take a changed wish or reason over, and close the steps that were open.

    The wish is what the leader said, not a figure anybody confirms: a clerk takes it over in every state but voided, with
    the visit as its evidence in the trail. ``values["contact"]`` is a contact of the enterprise, or None.
    """
    enterprise = (
        Enterprise.objects.select_for_update(of=("self",)).select_related("office").get(pk=enterprise_id)
    )
    require_enter(actor, enterprise.office)
    if enterprise.state == RecordState.VOIDED:
        raise ClosedByState(f"“{enterprise}”的登记已作废，不能再记联系情况。")
    checked, errors = check_visit(values, today=clock.business_today())
    contact = checked.get("contact")
    if contact is not None and contact.enterprise_id != enterprise.pk:
        errors.append(DomainError("这位联系人不在这家企业。请重新选择。", field="contact"))
    refuse_all(errors)
    at = clock.machine_now()
    before = enterprise.leader_wish
    visit = ContactVisit.objects.create(
        enterprise=enterprise,
        contact=contact,
        visited_on=checked["visited_on"],
        means=checked["means"],
        said=checked["said"],
        wish_before=before,
        wish_after=checked["wish"] or before,
        next_step=checked["next_step"],
        next_on=checked.get("next_on"),
        created_by=actor,
        created_at=at,
    )
    ContactVisit.objects.open_steps().filter(enterprise=enterprise).exclude(pk=visit.pk).update(
        followed_at=at
    )
    _take_over(enterprise, checked["wish"], checked["reason_code"], actor=actor, at=at)
    record_event(
        actor=actor,
        action="contact_visit.create",
        target=visit,
        after={
            label_of_visit(name): str(value)
            for name, value in (
                ("visited_on", visit.visited_on),
                ("means", visit.get_means_display()),
                ("said", visit.said),
                ("next_step", visit.next_step),
                ("next_on", visit.next_on),
            )
            if value
        },
        unit=acting_unit(actor),
        at=at,
    )
    return visit


def _take_over(enterprise: Enterprise, wish: str, reason: str, *, actor: User, at: dt.datetime) -> None:
    values: dict[str, Any] = {}
    if wish:
        values["leader_wish"] = wish
    if reason and reason != enterprise.reason_code:
        # What was written beside another reason says nothing of this one.
        values |= {"reason_code": reason, "no_organization_reason": ""}
    had = set(enterprise.contributors.values_list("pk", flat=True))
    if save_edit(enterprise, values, actor=actor, at=at) and enterprise.is_confirmed and actor.pk not in had:
        # Nothing of it waits for confirmation: the clerk has no hand in a version somebody would judge.
        enterprise.contributors.remove(actor)


def label_of_visit(name: str) -> str:
    """The Chinese label of a field of a visit."""
    return str(getattr(ContactVisit._meta.get_field(name), "verbose_name", name))
