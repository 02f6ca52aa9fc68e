"""A record's way through the table of states, played at once: the same rules as one act after the other."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

from accounts.models import User
from core.exceptions import ClosedByState, DomainError
from orgs.choices import OfficeLevel, RecordState
from orgs.models import ConfirmingLevel, Office
from orgs.models.reach import reach_of
from orgs.services.access import (
    require_confirming_place,
    require_enter,
    require_enter_park,
    require_other_eyes,
)
from orgs.services.bulk_rows import Act
from orgs.services.states import TRANSITIONS

LevelOn = Callable[[dt.date], str]


@dataclasses.dataclass(slots=True)
class Course:
    """Where a record stands after its acts: the columns of the base model, and who had a hand in the open version."""

    columns: dict[str, object]
    contributors: list[int]
    states: list[str]

    @property
    def state(self) -> str:
        """The state at the end."""
        return self.states[-1]


class Rights:
    """Who may enter and confirm where, each answer asked once: in a batch the same few people act again and again."""

    def __init__(self) -> None:
        self._entering: set[tuple[int, int, bool]] = set()
        self._confirming: set[tuple[int, str, str]] = set()

    def require_enter(self, actor: User, office: Office) -> None:
        """As the service of this name."""
        if (actor.pk, office.pk, False) not in self._entering:
            require_enter(actor, office)
            self._entering.add((actor.pk, office.pk, False))

    def require_enter_park(self, actor: User, office: Office, *, is_national: bool) -> None:
        """As the service of this name."""
        if (actor.pk, office.pk, is_national) not in self._entering:
            require_enter_park(actor, office=office, is_national=is_national)
            self._entering.add((actor.pk, office.pk, is_national))

    def require_confirm(self, actor: User, path: str, lowest: str) -> None:
        """As ``require_confirming_place``."""
        if (actor.pk, path, lowest) not in self._confirming:
            require_confirming_place(actor, path=path, lowest=lowest)
            self._confirming.add((actor.pk, path, lowest))


def play(
    acts: Sequence[Act],
    *,
    label: str,
    path: str,
    rights: Rights,
    lowest_on: LevelOn,
    may_enter: Callable[[User], None],
) -> Course:
    """Go through the acts, the first of which is ``create``.

    ``path`` is the holder's, ``lowest_on`` the lowest confirming level of a day, ``may_enter`` raises when somebody may
    not enter or submit. Raises the refusal of the first act a rule forbids, ValueError when the first is not ``create``.
    """
    first = acts[0]
    if first.action != "create":
        raise ValueError(f"the first act of a record is create, not {first.action}")
    may_enter(first.actor)
    columns: dict[str, object] = {"created_at": first.at, "created_by_id": first.actor.pk}
    contributors = {first.actor.pk: None}
    states: list[str] = [RecordState.DRAFT]
    for act in acts[1:]:
        move = TRANSITIONS[act.action]
        if states[-1] not in move.sources:
            raise ClosedByState(
                f"“{label}”是“{RecordState(states[-1]).label}”，不能{move.verb}。请核对这一行的办理经过。"
            )
        if act.action in ("submit", "withdraw"):
            may_enter(act.actor)
            contributors[act.actor.pk] = None
        else:
            rights.require_confirm(act.actor, path, lowest_on(act.business_day))
            require_other_eyes(contributed=act.actor.pk in contributors)
        if act.action == "submit":
            columns |= {"submitted_at": act.at, "submitted_by_id": act.actor.pk, "return_reason": ""}
        elif act.action == "confirm":
            columns |= {"confirmed_at": act.at, "confirmed_by_id": act.actor.pk}
            contributors.clear()
        elif act.action in ("return", "void"):
            if not act.reason.strip():
                raise DomainError(f"{move.verb}必须写明原因。")
            columns["return_reason"] = act.reason
        states.append(move.target)
    columns |= {"state": states[-1], "version": len(states), "updated_at": acts[-1].at}
    return Course(columns, list(contributors), states)


def plan_levels() -> LevelOn:
    """The lowest confirming level of a day, from rows read once."""
    rows = list(ConfirmingLevel.objects.order_by("-starts_on").values_list("starts_on", "level"))

    def lowest_on(day: dt.date) -> str:
        return next((level for starts_on, level in rows if starts_on <= day), OfficeLevel.PROVINCE)

    return lowest_on


def unit_label(actor: User) -> str:
    """The short name of the office of the actor's first post, as ``acting_unit`` says it, from the reach already read."""
    posts = reach_of(actor).posts
    return posts[0].office_name if posts else ""
