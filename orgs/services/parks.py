"""Entering and editing parks."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import DomainError
from orgs.choices import ParkGrade
from orgs.models import Division, Office, Park
from orgs.services.access import require_enter, require_enter_park
from orgs.services.enterprises import refuse_all, require_editable, save_edit, save_new
from orgs.services.holders import resolve_holder
from orgs.services.standing import require_room_for_dependents
from orgs.services.states import check_version
from orgs.validators.entries import check_park


def name_conflicts(
    values: Mapping[str, Any], division: Division, except_pk: int | None = None
) -> list[DomainError]:
    """A refusal when the division has a park of this name already. Expects checked values (``name_key``)."""
    other = (
        Park.objects.exclude(state="voided")
        .exclude(pk=except_pk)
        .filter(name_key=values["name_key"], division=division)
        .first()
    )
    if other is None:
        return []
    return [
        DomainError(
            f"“{division.full_name}”已有同名园区“{other.name}”。请选用它，不要重复登记。", field="name"
        )
    ]


@transaction.atomic
def create_park(
    *, actor: User, values: Mapping[str, Any], division: Division, office: Office | None = None
) -> Park:
    """Enter a park as a draft. Held by its seat's county, else prefecture, else province; national ones by HQ alone."""
    holder = resolve_holder(actor, division=division, office=office)
    require_enter_park(actor, office=holder, is_national=values.get("grade") == ParkGrade.NATIONAL)
    checked, errors = check_park(values, today=clock.business_today())
    refuse_all(errors + name_conflicts(checked, division))
    park = Park(division=division, office=holder, **checked)
    save_new(park, actor=actor, at=clock.machine_now())
    return park


@transaction.atomic
def edit_park(
    *,
    actor: User,
    park_id: int,
    version: int,
    values: Mapping[str, Any],
    division: Division,
    office: Office | None = None,
) -> Park:
    """Change a draft or returned park."""
    park = Park.objects.select_for_update(of=("self",)).select_related("office").get(pk=park_id)
    require_enter(actor, park.office)
    check_version(park, version)
    require_editable(park)
    holder = resolve_holder(actor, division=division, office=office)
    national = park.is_national or values.get("grade") == ParkGrade.NATIONAL
    require_enter_park(actor, office=holder, is_national=national)
    checked, errors = check_park(values, today=clock.business_today())
    refuse_all(errors + name_conflicts(checked, division, except_pk=park.pk))
    year = checked.get("established_year")
    require_room_for_dependents(
        park,
        starts_on=dt.date(year, 1, 1) if year else None,
        ends_on=checked.get("closed_on"),
        field="established_year",
    )
    save_edit(park, {**checked, "division": division, "office": holder}, actor=actor, at=clock.machine_now())
    park.organizations.exclude(office=holder).update(office=holder)
    return park
