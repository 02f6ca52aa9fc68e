"""One table of state moves for every registry record, and the one function that makes them.

What follows a move: version and moments, contributors, the host's own move, the trail, the figures.
"""

import dataclasses
import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError, StaleVersion
from core.services.audit import record_event
from orgs.choices import RecordState as S
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.record import RegistryRecord
from orgs.services.access import acting_unit


@dataclasses.dataclass(frozen=True)
class Transition:
    """From which states a move leads where, and the Chinese verb of it.

    ``is_offered``: a person makes the move on the record itself. The others happen to it as part of something larger. A
    move without ``target`` leads back to where the record came from.
    """

    sources: frozenset[str]
    target: str
    verb: str
    is_offered: bool = True


@dataclasses.dataclass(frozen=True)
class FormerState:
    """Where a record stood before a move that is taken back: its state, and why it had been returned if it had."""

    state: str
    return_reason: str = ""


TRANSITIONS: dict[str, Transition] = {
    "submit": Transition(frozenset({S.DRAFT, S.RETURNED}), S.SUBMITTED, "提交"),
    "withdraw": Transition(frozenset({S.SUBMITTED}), S.DRAFT, "撤回"),
    "confirm": Transition(frozenset({S.SUBMITTED}), S.CONFIRMED, "确认"),
    "return": Transition(frozenset({S.SUBMITTED}), S.RETURNED, "退回"),
    "void": Transition(frozenset({S.CONFIRMED}), S.VOIDED, "作废"),
    # A duplicate goes with the merger of its enterprise (orgs/services/merging.py) and comes back with its undoing.
    "merge": Transition(
        frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED, S.CONFIRMED}), S.VOIDED, "合并", is_offered=False
    ),
    "unmerge": Transition(frozenset({S.VOIDED}), "", "撤销合并", is_offered=False),
}

# The words of the trail.
AUDIT_NOUNS = {
    CastOrganization: "organization",
    ContactPerson: "contact",
    Enterprise: "enterprise",
    Park: "park",
}


def audit_noun(record: RegistryRecord) -> str:
    """The first half of an audit action, such as ``organization`` in ``organization.confirm``."""
    return AUDIT_NOUNS[type(record)]


def allowed_moves(state: str) -> list[str]:
    """The moves somebody may make on a record in this state, whoever asks."""
    return [name for name, move in TRANSITIONS.items() if move.is_offered and state in move.sources]


def check_version(record: RegistryRecord, version: int | None) -> None:
    """Refuse when someone saved the record since the page was opened; None skips the check (bulk of fresh rows)."""
    if version is not None and record.version != version:
        raise StaleVersion(
            f"这条记录在您打开之后由他人改过（{_local(record.updated_at)}），没有保存您的操作。请核对后再办理。"
        )


def _local(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def move_record(
    record: RegistryRecord,
    action: str,
    *,
    actor: User,
    reason: str = "",
    at: dt.datetime | None = None,
    back_to: FormerState | None = None,
) -> RegistryRecord:
    """Make one move of the table on a locked row. The caller has asked whether the actor may.

    ``back_to`` says where a move without a target leads. Raises ``ClosedByState`` when the state does not allow the move,
    ``DomainError`` when the database refuses it, ValueError for a move that leads nowhere.
    """
    move = TRANSITIONS[action]
    if record.state not in move.sources:
        raise ClosedByState(
            f"“{record}”现在是“{record.get_state_display()}”（{_local(record.updated_at)} 起），不能{move.verb}。"
            "请刷新后查看最新状态。"
        )
    target = move.target or (back_to.state if back_to is not None else "")
    if not target:
        raise ValueError(f"{action} needs the state to go back to")
    at = at or clock.machine_now()
    before = {"state": record.get_state_display()}
    record.state = target
    record.version += 1
    record.updated_at = at
    fields = ["state", "version", "updated_at"]
    if action == "submit":
        record.submitted_at, record.submitted_by, record.return_reason = at, actor, ""
        fields += ["submitted_at", "submitted_by", "return_reason"]
    elif action == "confirm":
        record.confirmed_at, record.confirmed_by = at, actor
        fields += ["confirmed_at", "confirmed_by"]
    elif action in ("return", "void", "merge"):
        record.return_reason = reason
        fields.append("return_reason")
    elif back_to is not None:
        record.return_reason = back_to.return_reason
        fields.append("return_reason")
    try:
        with transaction.atomic():
            record.save(update_fields=fields)
    except IntegrityError as error:
        raise DomainError(integrity_message(record, error)) from error
    if action == "submit":
        record.contributors.add(actor)
    elif action == "confirm":
        record.contributors.clear()
    record_event(
        actor=actor,
        action=f"{audit_noun(record)}.{action}",
        target=record,
        before=before,
        after={"state": record.get_state_display()},
        reason=reason,
        unit=acting_unit(actor),
        at=at,
    )
    return record


def integrity_message(record: RegistryRecord, error: IntegrityError) -> str:
    """The Chinese message of the constraint the database named; SQLite names columns for unique ones."""
    text = str(error)
    for constraint in record._meta.constraints:
        fields = getattr(constraint, "fields", ())
        columns = [
            f"{record._meta.db_table}.{getattr(record._meta.get_field(name), 'column', name)}"
            for name in fields
        ]
        if constraint.name in text or (columns and text.endswith(", ".join(columns))):
            return str(constraint.violation_error_message)
    raise error
