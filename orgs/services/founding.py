"""Writing down what was done towards the founding of an organisation."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.formats import date_text
from orgs.choices import FoundingStep, RecordState
from orgs.models import CastOrganization, FoundingRecord
from orgs.services.access import require_enter
from orgs.services.organizations import lock_organization, tell_act
from orgs.validators.notes import day_done, one_line

LONGEST_NOTE = 200


def require_founding(actor: User, organization: CastOrganization) -> None:
    """The actor is a clerk of the holder or above, and the organisation neither waits for a reviewer nor was voided."""
    require_enter(actor, organization.office)
    if organization.state == RecordState.SUBMITTED:
        raise ClosedByState("这条记录正在等待确认。要改成立步骤，请先撤回，改好后重新提交。")
    if organization.state == RecordState.VOIDED:
        raise ClosedByState("这条记录已作废，成立步骤不再改动。")


@transaction.atomic
def record_founding_step(
    *, actor: User, organization_id: int, step: str, done_on: str, note: str = ""
) -> FoundingRecord:
    """Write down that a step was done on a day, or change what was written down. Saving the same again changes nothing."""
    known = _step(step)
    organization = lock_organization(organization_id)
    require_founding(actor, organization)
    day = day_done(done_on, today=clock.business_today(), field="done_on")
    text = one_line(note, longest=LONGEST_NOTE, label="说明", field="note")
    at = clock.machine_now()
    row = FoundingRecord.objects.filter(organization=organization, step=known).first()
    before = _described(row)
    if row is None:
        row = FoundingRecord(organization=organization, step=known)
    elif (row.done_on, row.note) == (day, text):
        return row
    row.done_on, row.note, row.recorded_at, row.recorded_by = day, text, at, actor
    row.save()
    _tell(actor, organization, "record_step", before=before, after=_described(row), at=at)
    return row


@transaction.atomic
def clear_founding_step(*, actor: User, organization_id: int, step: str) -> None:
    """Take back what was written down of a step; its papers stay. One that is not written down is passed over."""
    known = _step(step)
    organization = lock_organization(organization_id)
    require_founding(actor, organization)
    row = FoundingRecord.objects.filter(organization=organization, step=known).first()
    if row is None:
        return
    before = _described(row)
    row.delete()
    _tell(actor, organization, "clear_step", before=before, at=clock.machine_now())


def _step(step: str) -> FoundingStep:
    if step not in FoundingStep.values:
        raise DomainError("没有这一步。请从列出的步骤里选。")
    return FoundingStep(step)


def _described(row: FoundingRecord | None) -> dict[str, str]:
    if row is None:
        return {}
    return {row.get_step_display(): date_text(row.done_on) + (f"，{row.note}" if row.note else "")}


def _tell(actor: User, organization: CastOrganization, act: str, **values: Any) -> None:
    """One row in the trail; while the record is open, a hand in the version (four eyes)."""
    tell_act(actor, organization, act, **values)
    if organization.is_editable:
        organization.contributors.add(actor)
