"""What a clerk and a reviewer do with any record: submit, withdraw, confirm, return, void, delete a draft.

A host and its first organisation or contact move together (DESIGN §3): submitting, withdrawing, confirming or returning
the one takes the unconfirmed other along.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.services.attachments import remove_attachments_of
from core.services.audit import record_event
from orgs.changes import RegistryChange, tell_registry_change
from orgs.choices import RETURN_REASONS, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Merger, Park
from orgs.models.record import RegistryRecord
from orgs.services.access import acting_unit, allows, require_confirm, require_entry
from orgs.services.contact_succession import let_predecessor_go, take_predecessor_back
from orgs.services.standing import (
    dependents_of,
    has_waiting_dependents,
    host_of,
    is_referred_to,
    require_place_at_host,
)
from orgs.services.states import TRANSITIONS, audit_noun, check_version, move_record

RECORD_MODELS: dict[str, type[RegistryRecord]] = {
    "organization": CastOrganization,
    "contact": ContactPerson,
    "enterprise": Enterprise,
    "park": Park,
}


@dataclasses.dataclass(frozen=True)
class RecordRef:
    """A record as a page names it: kind, key and the version that was shown."""

    kind: str
    pk: int
    version: int | None = None

    @property
    def model(self) -> type[RegistryRecord]:
        """The model of the kind; KeyError for an unknown one."""
        return RECORD_MODELS[self.kind]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of one record of a bulk act; ``refusal`` is empty when it was done."""

    ref: RecordRef
    label: str
    refusal: str = ""


def kind_of_record(record: RegistryRecord) -> str:
    """The name of the record's kind: organization, contact, enterprise, park."""
    return audit_noun(record)


def lock_record(ref: RecordRef) -> RegistryRecord:
    """The row under lock, its host locked first (hosts before dependents, everywhere the same order)."""
    model = ref.model
    if model in (CastOrganization, ContactPerson):
        row = model._default_manager.get(pk=ref.pk)
        lock_host(row)
    record = model._default_manager.select_for_update(of=("self",)).select_related("office").get(pk=ref.pk)
    check_version(record, ref.version)
    return record


def lock_host(record: RegistryRecord) -> Enterprise | Park | None:
    """The host of a dependent record, locked; None for a host itself."""
    host = host_of(record)
    if host is None:
        return None
    return (
        type(host)._default_manager.select_for_update(of=("self",)).select_related("office").get(pk=host.pk)
    )


def effective_on(record: RegistryRecord) -> dt.date | None:
    """The first day whose figures depend on the record; None when all days do."""
    if isinstance(record, (CastOrganization, ContactPerson)):
        return record.established_on
    if isinstance(record, Enterprise):
        return record.established_on
    return (
        dt.date(record.established_year, 1, 1)
        if isinstance(record, Park) and record.established_year
        else None
    )


def _tell(record: RegistryRecord, *, counts_changed: bool) -> None:
    tell_registry_change(RegistryChange(effective_on=effective_on(record), counts_changed=counts_changed))


@transaction.atomic
def submit_record(*, actor: User, ref: RecordRef) -> RegistryRecord:
    """Hand the record to its reviewer, with its host when that is not yet confirmed."""
    record = lock_record(ref)
    require_entry(actor, record)
    require_place_at_host(record)
    at = clock.machine_now()
    host = lock_host(record)
    if host is not None:
        _require_usable_host(host)
        if host.is_editable:
            require_entry(actor, host)
            move_record(host, "submit", actor=actor, at=at)
    move_record(record, "submit", actor=actor, at=at)
    _tell(record, counts_changed=False)
    return record


def _require_usable_host(host: Enterprise | Park) -> None:
    if host.state == RecordState.VOIDED:
        raise ClosedByState(f"“{host}”的登记已作废，不能在它名下登记。请改选或重新登记。")


@transaction.atomic
def withdraw_record(*, actor: User, ref: RecordRef) -> RegistryRecord:
    """Take a submitted record back to draft, with its host when nothing else waits there."""
    record = lock_record(ref)
    require_entry(actor, record)
    _require_nothing_waits_at(record, "withdraw")
    at = clock.machine_now()
    move_record(record, "withdraw", actor=actor, at=at)
    record.contributors.add(actor)
    host = _host_going_along(record)
    # A national park HQ has handed in stays where HQ put it.
    if host is not None and allows(lambda: require_entry(actor, host)):
        move_record(host, "withdraw", actor=actor, at=at)
    _tell(record, counts_changed=False)
    return record


@transaction.atomic
def confirm_record(*, actor: User, ref: RecordRef) -> RegistryRecord:
    """Confirm what was submitted, with its submitted host. From now on it counts."""
    record = lock_record(ref)
    now = clock.business_now()
    require_confirm(actor, record, today=now.date())
    _require_day_reached(record, now.date())
    at = clock.machine_now()
    host = lock_host(record)
    if host is not None and host.state != RecordState.CONFIRMED:
        if host.state != RecordState.SUBMITTED:
            raise ClosedByState(f"依托的“{host}”是“{host.get_state_display()}”，须先提交。请退回经办处理。")
        move_record(host, "confirm", actor=actor, at=at)
        _tell(host, counts_changed=True)
    move_record(record, "confirm", actor=actor, at=at)
    if isinstance(record, ContactPerson):
        let_predecessor_go(record, actor=actor, at=at)
    _tell(record, counts_changed=True)
    return record


def _require_day_reached(record: RegistryRecord, today: dt.date) -> None:
    day = getattr(record, "established_on", None)
    if day is not None and day > today:
        raise DomainError(f"成立日期 {day} 晚于今天（{today}），不能确认。请退回经办核对。")


@transaction.atomic
def return_record(*, actor: User, ref: RecordRef, reason_code: str, text: str = "") -> RegistryRecord:
    """Send a submitted record back with a reason, and its submitted host with it."""
    reason = return_reason_text(reason_code, text)
    record = lock_record(ref)
    require_confirm(actor, record, today=clock.business_today())
    _require_nothing_waits_at(record, "return")
    at = clock.machine_now()
    move_record(record, "return", actor=actor, reason=reason, at=at)
    host = _host_going_along(record)
    if host is not None:
        move_record(host, "return", actor=actor, reason=reason, at=at)
    _tell(record, counts_changed=False)
    return record


def return_reason_text(reason_code: str, text: str) -> str:
    """The reason as the clerk will read it. "其他" needs words."""
    labels = dict(RETURN_REASONS)
    if reason_code not in labels:
        raise DomainError("请选择退回原因。", field="reason_code")
    text = text.strip()
    if reason_code == "other" and not text:
        raise DomainError("选“其他”时请写明要补什么，经办人会原样看到。", field="text")
    if len(text) > 300:
        raise DomainError(f"说明不能超过 300 字，现为 {len(text)} 字。请精简。", field="text")
    return (
        f"{labels[reason_code]}：{text}" if text and reason_code != "other" else text or labels[reason_code]
    )


@transaction.atomic
def void_record(*, actor: User, ref: RecordRef, reason: str) -> RegistryRecord:
    """Declare a confirmed record wrongly registered: it counts on no day any more."""
    if not reason.strip():
        raise DomainError("请写明作废原因。作废后这条记录在任何一天都不计入。", field="reason")
    record = lock_record(ref)
    require_confirm(actor, record, today=clock.business_today())
    if isinstance(record, (Enterprise, Park)):
        _require_no_dependents(record)
    at = clock.machine_now()
    move_record(record, "void", actor=actor, reason=reason.strip()[:500], at=at)
    if isinstance(record, ContactPerson):
        take_predecessor_back(record, actor=actor, at=at)
    _tell(record, counts_changed=True)
    return record


def _require_no_dependents(host: Enterprise | Park) -> None:
    attached = sum(rows.live().count() for rows in dependents_of(host))
    if attached:
        raise DomainError(f"“{host}”名下还有 {attached} 条在册或待确认的记录，不能作废。请先处理这些记录。")


def _host_going_along(record: RegistryRecord) -> Enterprise | Park | None:
    """The host that goes back with its record: it waits, and for nothing else."""
    host = lock_host(record)
    if host is None or host.state != RecordState.SUBMITTED or has_waiting_dependents(host, besides=record):
        return None
    return host


def _require_nothing_waits_at(host: RegistryRecord, action: str) -> None:
    """A host that waits with its organisation or contact goes back with it, never from under it."""
    if has_waiting_dependents(host):
        verb = TRANSITIONS[action].verb
        raise DomainError(f"“{host}”名下有待确认的记录，不能单独{verb}。请{verb}那条记录，它随之{verb}。")


@transaction.atomic
def delete_draft(*, actor: User, ref: RecordRef) -> str:
    """Delete a draft or returned record nothing hangs on; its trail stays. Returns its name."""
    record = lock_record(ref)
    require_entry(actor, record)
    if not record.is_editable:
        raise ClosedByState(f"“{record}”现在是“{record.get_state_display()}”，只有草稿和退回的记录可以删除。")
    if is_referred_to(record):
        raise DomainError(
            f"“{record}”名下还有记录（科协组织、联系人、入园企业、外单位反映或并入的登记），不能删除。请先处理它们。"
        )
    label = str(record)
    record_event(
        actor=actor, action=f"{audit_noun(record)}.delete_draft", target=record, unit=acting_unit(actor)
    )
    if isinstance(record, Enterprise):
        # Mergers that were taken back hold nothing any more; the trail tells of them.
        Merger.objects.filter(Q(kept=record) | Q(absorbed=record)).exclude(undone_at=None).delete()
    if isinstance(record, CastOrganization):
        remove_attachments_of(actor=actor, target=record)
    record.delete()
    return label


def submit_records(*, actor: User, refs: Sequence[RecordRef]) -> list[Outcome]:
    """Submit many, each by itself: what cannot be submitted says why and stops no other."""
    return [_attempt(ref, partial(submit_record, actor=actor, ref=ref)) for ref in refs]


def confirm_records(*, actor: User, refs: Sequence[RecordRef]) -> list[Outcome]:
    """Confirm many, each by itself: what cannot be confirmed says why and stops no other."""
    return [_attempt(ref, partial(confirm_record, actor=actor, ref=ref)) for ref in refs]


def return_records(
    *, actor: User, refs: Sequence[RecordRef], reason_code: str, text: str = ""
) -> list[Outcome]:
    """Return many with one reason, each by itself."""
    return_reason_text(reason_code, text)
    return [
        _attempt(ref, partial(return_record, actor=actor, ref=ref, reason_code=reason_code, text=text))
        for ref in refs
    ]


def _attempt(ref: RecordRef, act: Callable[[], object]) -> Outcome:
    label = "已删除的记录"
    try:
        label = str(ref.model._default_manager.get(pk=ref.pk))
        act()
    except ObjectDoesNotExist:
        return Outcome(ref, label, "这条记录刚被他人删除，没有办理。")
    except DomainError as refusal:
        return Outcome(ref, label, refusal.message)
    return Outcome(ref, label)
