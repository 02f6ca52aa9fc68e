"""Entering and editing CAST organisations, with a new enterprise in the same step."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState
from core.services.audit import record_event
from orgs.choices import OrganizationKind, RecordState
from orgs.models import CastOrganization, Enterprise, Park
from orgs.services.access import acting_unit, require_enter
from orgs.services.enterprises import refuse_all, require_editable, save_edit, save_new
from orgs.services.standing import require_place_at_host
from orgs.services.states import check_version
from orgs.validators.entries import check_organization


def host_period(host: Enterprise | Park) -> tuple[dt.date | None, dt.date | None]:
    """From when until before when the host exists, as far as known."""
    if isinstance(host, Enterprise):
        return host.established_on, host.dissolved_on
    return (dt.date(host.established_year, 1, 1) if host.established_year else None), host.closed_on


def _checked(values: Mapping[str, Any], host: Enterprise | Park) -> dict[str, Any]:
    starts_on, ends_on = host_period(host)
    checked, errors = check_organization(
        values,
        today=clock.business_today(),
        host_name=host.name,
        host_starts_on=starts_on,
        host_ends_on=ends_on,
        host_noun="企业" if isinstance(host, Enterprise) else "园区",
    )
    refuse_all(errors)
    return checked


def lock_organization(pk: int) -> CastOrganization:
    """The organisation with its holder, locked for the transaction. Raises ``CastOrganization.DoesNotExist``."""
    rows = CastOrganization.objects.select_for_update(of=("self",)).select_related("office")
    return rows.get(pk=pk)


def tell_act(
    actor: User,
    organization: CastOrganization,
    act: str,
    *,
    at: dt.datetime,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    """One row in the trail for what was written down beside an organisation's own values."""
    record_event(
        actor=actor,
        action=f"organization.{act}",
        target=organization,
        before=dict(before or {}),
        after=dict(after or {}),
        unit=acting_unit(actor),
        at=at,
    )


@transaction.atomic
def create_organization(
    *, actor: User, host: Enterprise | Park, values: Mapping[str, Any]
) -> CastOrganization:
    """Enter an organisation at an existing host as a draft; a second one for the same time is refused here already."""
    host = (
        type(host)._default_manager.select_for_update(of=("self",)).select_related("office").get(pk=host.pk)
    )
    require_enter(actor, host.office)
    if host.state == RecordState.VOIDED:
        raise ClosedByState(f"“{host}”的登记已作废，不能在它名下登记。请改选或重新登记。", field="enterprise")
    organization = CastOrganization(
        kind=OrganizationKind.ENTERPRISE if isinstance(host, Enterprise) else OrganizationKind.PARK,
        enterprise=host if isinstance(host, Enterprise) else None,
        park=host if isinstance(host, Park) else None,
        office=host.office,
        **_checked(values, host),
    )
    require_place_at_host(organization)
    save_new(organization, actor=actor, at=clock.machine_now())
    return organization


@transaction.atomic
def edit_organization(
    *, actor: User, organization_id: int, version: int, values: Mapping[str, Any]
) -> CastOrganization:
    """Change a draft or returned organisation; its host stays."""
    found = CastOrganization.objects.get(pk=organization_id)
    type(found.host)._default_manager.select_for_update(of=("self",)).get(pk=found.host.pk)
    organization = (
        CastOrganization.objects.select_for_update(of=("self",))
        .select_related("office")
        .get(pk=organization_id)
    )
    require_enter(actor, organization.office)
    check_version(organization, version)
    require_editable(organization)
    checked = _checked(values, organization.host)
    trial = CastOrganization(
        pk=organization.pk,
        kind=organization.kind,
        enterprise=organization.enterprise,
        park=organization.park,
        office=organization.office,
        **checked,
    )
    require_place_at_host(trial)
    save_edit(organization, checked, actor=actor, at=clock.machine_now())
    return organization
