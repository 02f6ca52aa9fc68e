"""Declaring registrations to be different enterprises (不是同一家), and taking that back."""

import datetime as dt
from collections.abc import Iterable
from itertools import combinations

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.services.audit import record_event
from orgs.models import DistinctPair, Enterprise
from orgs.models.reach import reach_of
from orgs.permissions import CONFIRM, ENTER
from orgs.services.access import acting_unit
from orgs.services.merge_steps import lock_pair, registration_label

# A page shows no group larger than a person can look through.
MOST = 20


def may_declare(actor: User, enterprises: Iterable[Enterprise]) -> bool:
    """Whether the actor is a clerk or reviewer for every holder."""
    reach = reach_of(actor)
    return all(
        reach.covers(ENTER, row.office.path) or reach.covers(CONFIRM, row.office.path) for row in enterprises
    )


def _require_may(actor: User, enterprises: Iterable[Enterprise]) -> None:
    if not may_declare(actor, enterprises):
        raise NotAllowed("是不是同一家，由各持有单位共同上级的经办或审核认定。")


@transaction.atomic
def declare_distinct(*, actor: User, enterprise_ids: Iterable[int]) -> int:
    """Remember that each of these registrations is an enterprise of its own. Returns how many pairs are new.

    Raises ``Enterprise.DoesNotExist`` for one out of sight, ``NotAllowed``, ``DomainError`` for fewer than two.
    """
    pks = sorted(set(enterprise_ids))
    if not 2 <= len(pks) <= MOST:
        raise DomainError(f"请选 2 至 {MOST} 条不同的登记，再认定它们不是同一家。")
    rows = lock_pair(actor, pks)
    _require_may(actor, rows.values())
    at = clock.machine_now()
    new = 0
    for first, second in combinations(pks, 2):
        _, is_new = DistinctPair.objects.get_or_create(
            first_id=first, second_id=second, defaults={"declared_at": at, "declared_by": actor}
        )
        if is_new:
            new += 1
            _record(actor, "declare_distinct", rows[first], rows[second], at)
    return new


@transaction.atomic
def withdraw_distinct(*, actor: User, pair_id: int) -> DistinctPair:
    """Take a declaration back: the two are listed again when they have something in common.

    Raises ``DistinctPair.DoesNotExist`` for one out of sight or already withdrawn, ``NotAllowed``.
    """
    pair = DistinctPair.objects.visible_to(actor).get(pk=pair_id)
    rows = lock_pair(actor, (pair.first_id, pair.second_id))
    _require_may(actor, rows.values())
    if not DistinctPair.objects.filter(pk=pair_id).delete()[0]:
        raise ClosedByState("这项认定刚被他人撤回。请刷新页面。")
    _record(actor, "withdraw_distinct", rows[pair.first_id], rows[pair.second_id], clock.machine_now())
    return pair


def _record(actor: User, act: str, a: Enterprise, b: Enterprise, at: dt.datetime) -> None:
    for row, other in ((a, b), (b, a)):
        record_event(
            actor=actor,
            action=f"enterprise.{act}",
            target=row,
            reason=registration_label(other),
            unit=acting_unit(actor),
            at=at,
        )
