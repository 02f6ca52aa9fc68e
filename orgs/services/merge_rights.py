"""Who may merge two registrations, and which of two is kept. Rules: docs/concepts.md, 合并."""

import datetime as dt

from accounts.models import User
from core.exceptions import ClosedByState, DomainError, NotAllowed
from orgs.choices import RecordState, state_rank
from orgs.models import Enterprise
from orgs.services.access import confirming_level_for, require_confirming_place, require_enter


def require_merge(actor: User, kept: Enterprise, absorbed: Enterprise, *, today: dt.date) -> None:
    """The actor may merge the two: a clerk of both holders while nothing is submitted, else a reviewer who confirms both.

    What is confirmed must not take up unconfirmed values from the hand of who entered them (four eyes).
    """
    pair = (kept, absorbed)
    if all(row.is_editable for row in pair):
        for row in pair:
            require_enter(actor, row.office)
        return
    for row in pair:
        require_confirming_place(actor, path=row.office.path, lowest=confirming_level_for(row, today))
    if any(row.is_confirmed for row in pair):
        for row in pair:
            if not row.is_confirmed and row.contributors.filter(pk=actor.pk).exists():
                raise NotAllowed(
                    f"您录入、修改或提交过“{row}”的这一版，不能自己把它并入已确认的登记。请由另一位审核人员合并。"
                )


def merge_refusal(actor: User, kept: Enterprise, absorbed: Enterprise, *, today: dt.date) -> str:
    """Why the actor may not merge the two; empty when the rights and states allow it."""
    try:
        require_two(kept, absorbed)
        require_merge(actor, kept, absorbed, today=today)
    except DomainError as refusal:
        return refusal.message
    return ""


def require_two(kept: Enterprise, absorbed: Enterprise) -> None:
    """The two are two, stand, and the one to be kept is not behind the other."""
    if kept.pk == absorbed.pk:
        raise DomainError("选的是同一条登记。请选两条不同的登记来合并。")
    for row in (kept, absorbed):
        if row.state == RecordState.VOIDED:
            raise ClosedByState(f"“{row}”的登记已作废（{row.return_reason}），不能合并。")
    if state_rank(kept.state) < state_rank(absorbed.state):
        raise DomainError(
            f"“{absorbed}”{absorbed.get_state_display()}，另一条是{kept.get_state_display()}：应保留"
            f"{absorbed.get_state_display()}的那一条。请改为保留它，再选各项取哪一边。"
        )
