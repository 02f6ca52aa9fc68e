"""Writing down what was done towards the founding of an organisation."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.formats import date_text
from core.services.audit import record_event
from orgs.choices import FoundingStep, RecordState
from orgs.models import CastOrganization, FoundingRecord
from orgs.services.access import acting_unit, require_enter
from orgs.validators.dates import parse_date
from orgs.validators.errors import DateError

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
    organization = _locked(organization_id)
    require_founding(actor, organization)
    day = _day(done_on)
    text = " ".join(note.split())
    if len(text) > LONGEST_NOTE:
        raise DomainError(
            f"说明最多 {LONGEST_NOTE} 个字，现在 {len(text)} 个。请删短后再保存。", field="note"
        )
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
    organization = _locked(organization_id)
    require_founding(actor, organization)
    row = FoundingRecord.objects.filter(organization=organization, step=known).first()
    if row is None:
        return
    before = _described(row)
    row.delete()
    _tell(actor, organization, "clear_step", before=before, after={}, at=clock.machine_now())


def _step(step: str) -> FoundingStep:
    if step not in FoundingStep.values:
        raise DomainError("没有这一步。请从列出的步骤里选。")
    return FoundingStep(step)


def _locked(organization_id: int) -> CastOrganization:
    rows = CastOrganization.objects.select_for_update(of=("self",)).select_related("office")
    return rows.get(pk=organization_id)


def _day(text: str) -> dt.date:
    try:
        day = parse_date(text)
    except DateError as refusal:
        raise DomainError(str(refusal), field="done_on") from refusal
    today = clock.business_today()
    if day > today:
        raise DomainError(
            f"完成日期 {date_text(day)} 还没有到，今天是 {date_text(today)}。完成后再登记。", field="done_on"
        )
    if day < dt.date(1949, 10, 1):
        raise DomainError("完成日期应在 1949 年 10 月 1 日以后。请核对年份。", field="done_on")
    return day


def _described(row: FoundingRecord | None) -> dict[str, str]:
    if row is None:
        return {}
    return {row.get_step_display(): date_text(row.done_on) + (f"，{row.note}" if row.note else "")}


def _tell(
    actor: User,
    organization: CastOrganization,
    act: str,
    *,
    before: dict[str, str],
    after: dict[str, str],
    at: dt.datetime,
) -> None:
    """One row in the trail; while the record is open, a hand in the version (four eyes)."""
    record_event(
        actor=actor,
        action=f"organization.{act}",
        target=organization,
        before=before,
        after=after,
        unit=acting_unit(actor),
        at=at,
    )
    if organization.is_editable:
        organization.contributors.add(actor)
