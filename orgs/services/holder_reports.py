"""Telling the holder of an enterprise one may not see, and the holder's answer."""

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.formats import date_text
from core.services.audit import record_event
from orgs.models import Enterprise, HolderReport, Office
from orgs.models.reach import reach_of
from orgs.permissions import CONFIRM, ENTER
from orgs.services.access import acting_unit
from orgs.services.lookups import require_looked_up

LONGEST = 300


def _words(text: str, *, field: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise DomainError(missing, field=field)
    if len(text) > LONGEST:
        raise DomainError(f"不能超过 {LONGEST} 字，现为 {len(text)} 字。请精简。", field=field)
    return text


@transaction.atomic
def report_to_holder(*, actor: User, enterprise_id: int, text: str) -> HolderReport:
    """Tell the holder about an enterprise met by its exact code.

    Raises ``NotAllowed`` when the actor is no clerk or has not looked it up, ``DomainError`` on empty or long words.
    """
    enterprise = Enterprise.objects.select_related("office").get(pk=enterprise_id)
    posts = reach_of(actor).with_roles(ENTER)
    if not posts:
        raise NotAllowed("只有经办可以向持有单位反映。")
    require_looked_up(actor, enterprise)
    words = _words(text, field="text", missing="请写明情况，例如：该企业已迁到本区，请核对持有单位。")
    report = HolderReport.objects.create(
        enterprise=enterprise,
        from_office=Office.objects.get(pk=posts[0].office_id),
        text=words,
        created_by=actor,
        created_at=clock.machine_now(),
    )
    record_event(
        actor=actor,
        action="enterprise.report",
        target=enterprise,
        reason=words,
        unit=acting_unit(actor),
        at=report.created_at,
    )
    return report


def may_settle(actor: User, report: HolderReport) -> bool:
    """Whether the actor works for the holder, as a clerk or reviewer."""
    path = report.enterprise.office.path
    return reach_of(actor).covers(ENTER, path) or reach_of(actor).covers(CONFIRM, path)


@transaction.atomic
def settle_report(*, actor: User, report_id: int, answer: str) -> HolderReport:
    """The holder's answer; a report is settled once."""
    report = (
        HolderReport.objects.select_for_update(of=("self",))
        .select_related("enterprise__office")
        .get(pk=report_id)
    )
    if not may_settle(actor, report):
        raise NotAllowed("这件事由企业的持有单位处理。")
    if report.settled_at is not None:
        raise ClosedByState(f"这件事已在 {date_text(report.settled_at)} 处理过：{report.answer}")
    report.answer = _words(answer, field="answer", missing="请写明处理结果，反映单位会看到。")
    report.settled_by, report.settled_at = actor, clock.machine_now()
    report.save(update_fields=["answer", "settled_by", "settled_at"])
    record_event(
        actor=actor,
        action="enterprise.settle",
        target=report.enterprise,
        reason=report.answer,
        unit=acting_unit(actor),
        at=report.settled_at,
    )
    return report
