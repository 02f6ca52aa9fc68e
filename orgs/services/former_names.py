"""Names an enterprise had before: put on record, and taken off again."""

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.services.audit import record_event
from orgs.choices import RecordState
from orgs.models import Enterprise, FormerName
from orgs.services.access import acting_unit, require_enter
from orgs.validators.former_names import parse_former_name, split_former_names


@transaction.atomic
def add_former_name(*, actor: User, enterprise_id: int, name: str) -> FormerName | None:
    """Put a former name on record. None when the enterprise is known by it already."""
    enterprise = (
        Enterprise.objects.select_for_update(of=("self",)).select_related("office").get(pk=enterprise_id)
    )
    require_enter(actor, enterprise.office)
    _require_standing(enterprise)
    try:
        cleaned, key = parse_former_name(name)
    except ValueError as refusal:
        raise DomainError(str(refusal), field="former_name") from refusal
    if key == enterprise.name_key or enterprise.former_names.filter(name_key=key).exists():
        return None
    at = clock.machine_now()
    former = FormerName.objects.create(
        enterprise=enterprise, name=cleaned, name_key=key, recorded_at=at, recorded_by=actor
    )
    record_event(
        actor=actor,
        action="enterprise.add_former_name",
        target=enterprise,
        after={"曾用名": cleaned},
        unit=acting_unit(actor),
        at=at,
    )
    return former


def _require_standing(enterprise: Enterprise) -> None:
    if enterprise.state == RecordState.VOIDED:
        raise ClosedByState(f"“{enterprise}”的登记已作废，曾用名不再改动。")


@transaction.atomic
def remove_former_name(*, actor: User, former_name_id: int) -> FormerName:
    """Take a former name off, for one recorded by mistake. Raises ``FormerName.DoesNotExist`` when it is gone already."""
    found = FormerName.objects.visible_to(actor).get(pk=former_name_id)
    enterprise = (
        Enterprise.objects.select_for_update(of=("self",))
        .select_related("office")
        .get(pk=found.enterprise_id)
    )
    require_enter(actor, enterprise.office)
    _require_standing(enterprise)
    former = FormerName.objects.get(pk=former_name_id)
    record_event(
        actor=actor,
        action="enterprise.remove_former_name",
        target=enterprise,
        before={"曾用名": former.name},
        unit=acting_unit(actor),
    )
    former.delete()
    return found


def former_names_refusals(text: str) -> list[DomainError]:
    """What in a text of former names is no name, for the forms that ask for them."""
    for name in split_former_names(text):
        try:
            parse_former_name(name)
        except ValueError as refusal:
            return [DomainError(str(refusal), field="former_names")]
    return []


def add_former_names(*, actor: User, enterprise_id: int, text: str) -> None:
    """Put the former names of a text on record. Such as are no names are left out."""
    for name in split_former_names(text):
        if not former_names_refusals(name):
            add_former_name(actor=actor, enterprise_id=enterprise_id, name=name)
