"""Acting on many records of one list at once: ticked ones, or all that a filter leaves."""

import dataclasses
from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import User
from core.exceptions import DomainError
from core.keys import read_key
from orgs.models.record import rows_of
from orgs.services.records import (
    RECORD_MODELS,
    Outcome,
    RecordRef,
    confirm_records,
    return_records,
    submit_records,
)
from orgs.services.states import TRANSITIONS

# One request's worth of work: each record is its own transaction with its own audit row.
BULK_LIMIT = 500
BULK_ACTIONS = ("submit", "confirm", "return")


@dataclasses.dataclass(frozen=True)
class BulkReport:
    """What became of each record, and how many were left for another time."""

    verb: str
    outcomes: list[Outcome]
    left: int = 0

    @property
    def done(self) -> list[Outcome]:
        """Those that were acted on."""
        return [outcome for outcome in self.outcomes if not outcome.refusal]

    @property
    def refused(self) -> list[Outcome]:
        """Those that were not, with the reason."""
        return [outcome for outcome in self.outcomes if outcome.refusal]


def picked_refs(*, actor: User, kind: str, picks: Sequence[str]) -> list[RecordRef]:
    """The records ticked on a page (``"12:3"`` is key and version), those out of the actor's sight left out."""
    asked = {}
    for pick in picks:
        key, version = (read_key(part) for part in (pick.partition(":")[0], pick.partition(":")[2]))
        if key is not None and version is not None:
            asked[key] = version
    rows = rows_of(RECORD_MODELS[kind]).visible_to(actor).filter(pk__in=asked)
    visible = set(rows.values_list("pk", flat=True))
    return [RecordRef(kind, key, version) for key, version in asked.items() if key in visible]


def refs_of_rows(*, kind: str, action: str, rows: QuerySet) -> tuple[list[RecordRef], int]:
    """The first ``BULK_LIMIT`` rows in whose state the action can begin, longest waiting first, and how many are left."""
    fit = rows.filter(state__in=TRANSITIONS[action].sources).order_by("submitted_at", "pk")
    found = list(fit.values_list("pk", "version")[: BULK_LIMIT + 1])
    left = fit.count() - BULK_LIMIT if len(found) > BULK_LIMIT else 0
    return [RecordRef(kind, pk, version) for pk, version in found[:BULK_LIMIT]], left


def act_on_refs(
    *,
    actor: User,
    action: str,
    refs: Sequence[RecordRef],
    reason_code: str = "",
    text: str = "",
    left: int = 0,
) -> BulkReport:
    """Submit, confirm or return each record by itself. A refused one says why and stops no other.

    Raises ``DomainError`` when there is nothing to act on, or a return has no proper reason; then nothing was done.
    """
    if action not in BULK_ACTIONS:
        raise DomainError("没有这种批量办理。请从列表上的按钮办理。")
    verb = TRANSITIONS[action].verb
    if not refs:
        raise DomainError(f"所选范围里没有可以{verb}的记录。请先按状态筛选，再选择。")
    todo, rest = list(refs[:BULK_LIMIT]), list(refs[BULK_LIMIT:])
    if action == "submit":
        outcomes = submit_records(actor=actor, refs=todo)
    elif action == "confirm":
        outcomes = confirm_records(actor=actor, refs=todo)
    else:
        outcomes = return_records(actor=actor, refs=todo, reason_code=reason_code, text=text)
    return BulkReport(verb, outcomes, left + len(rest))
