"""Rating an organisation for a year, and seeing to the difficulties of one that works weakly (notice, 三（二）1)."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.formats import date_text
from orgs.choices import DifficultyKind, OrganizationEffect
from orgs.models import CastOrganization, Difficulty, Rating
from orgs.services.access import require_enter
from orgs.services.enterprises import save_edit
from orgs.services.organizations import lock_organization, tell_act
from orgs.validators.notes import day_done, one_line
from orgs.validators.ratings import LONGEST_NOTE, LONGEST_TEXT, check_rating

# What can be said of a difficulty: the field of the words, the field of the day, what the trail calls it.
STEPS = {
    "promise": ("promised", "promised_on", "答应的帮助"),
    "give": ("given", "given_on", "已给的帮助"),
    "settle": ("outcome", "settled_on", "解决情况"),
}


def require_rating(actor: User, organization: CastOrganization) -> None:
    """The actor is a clerk of the holder or above, and the organisation is confirmed."""
    require_enter(actor, organization.office)
    if not organization.is_confirmed:
        raise ClosedByState(
            f"“{organization}”是“{organization.get_state_display()}”，确认之后才评定作用发挥。"
        )


def years_to_rate(organization: CastOrganization, today: dt.date) -> list[int]:
    """The years it stood in up to this one, latest first, at most five."""
    last = min(today, organization.dissolved_on or today).year
    return list(range(last, max(organization.established_on.year, last - 4) - 1, -1))


@transaction.atomic
def rate_organization(
    *,
    actor: User,
    organization_id: int,
    year: int,
    effect: str,
    note: str = "",
    difficulties: Mapping[str, str] | None = None,
) -> Rating:
    """Say how well an organisation worked in a year; once more for the same year changes what was said.

    ``difficulties`` maps ``DifficultyKind`` to a text, which may be empty but for "other". Those that are open already stay
    as they are. The latest year's rating is taken over as the organisation's own.
    """
    organization = lock_organization(organization_id)
    require_rating(actor, organization)
    today = clock.business_today()
    if year not in years_to_rate(organization, today):
        raise DomainError("只能评定组织存在的、最近五年以内的年度。请重新选择年度。", field="year")
    named = check_rating(effect, difficulties or {})
    text = one_line(note, longest=LONGEST_NOTE, label="依据", field="note")
    at = clock.machine_now()
    row = Rating.objects.filter(organization=organization, year=year).first()
    before = _described(row)
    row = row or Rating(organization=organization, year=year)
    if (row.effect, row.note) != (effect, text):
        row.effect, row.note, row.rated_at, row.rated_by = effect, text, at, actor
        row.save()
        tell_act(actor, organization, "rate", before=before, after=_described(row), at=at)
    _name(organization, named, actor=actor, today=today, at=at)
    if not Rating.objects.filter(organization=organization, year__gt=year).exists():
        _take_over(organization, effect, actor=actor, at=at)
    return row


def _name(
    organization: CastOrganization, named: Mapping[str, str], *, actor: User, today: dt.date, at: dt.datetime
) -> None:
    open_kinds = set(
        Difficulty.objects.unsettled().filter(organization=organization).values_list("kind", flat=True)
    )
    for kind in DifficultyKind.values:
        if kind in named and kind not in open_kinds:
            row = Difficulty.objects.create(
                organization=organization, kind=kind, text=named[kind], named_on=today, named_by=actor
            )
            tell_act(actor, organization, "name_difficulty", after={"困难": str(row)}, at=at)


def _take_over(organization: CastOrganization, effect: str, *, actor: User, at: dt.datetime) -> None:
    """No figure rests on it and nobody confirms it: the clerk has no hand in a version somebody would judge."""
    had = organization.contributors.filter(pk=actor.pk).exists()
    if save_edit(organization, {"effect": effect}, actor=actor, at=at) and not had:
        organization.contributors.remove(actor)


@transaction.atomic
def note_help(*, actor: User, difficulty_id: int, step: str, text: str, on: str) -> Difficulty:
    """Write down that help was promised or given, or how a difficulty was settled (``step`` of ``STEPS``).

    A promise and help can be written anew while the difficulty is open; settling closes it. Raises
    ``Difficulty.DoesNotExist``.
    """
    if step not in STEPS:
        raise DomainError("没有这一步。请从列出的里选。")
    words, day, label = STEPS[step]
    found = Difficulty.objects.get(pk=difficulty_id)
    organization = lock_organization(found.organization_id)
    require_rating(actor, organization)
    row = Difficulty.objects.select_for_update(of=("self",)).get(pk=difficulty_id)
    if row.settled_on is not None:
        raise ClosedByState(f"“{row}”已于 {date_text(row.settled_on)} 解决，不再改动。")
    said = one_line(text, longest=LONGEST_TEXT, label=label, field="text")
    if not said:
        raise DomainError(f"请写明{label}。", field="text")
    when = day_done(on, first=row.named_on, since="提出困难的", today=clock.business_today(), field="on")
    before = _said(row, words, day, label)
    setattr(row, words, said)
    setattr(row, day, when)
    after = _said(row, words, day, label)
    if after == before:
        return row
    row.save(update_fields=[words, day])
    tell_act(
        actor,
        organization,
        f"{step}_help",
        before=before,
        after={"困难": str(row), **after},
        at=clock.machine_now(),
    )
    return row


def _said(row: Difficulty, words: str, day: str, label: str) -> dict[str, str]:
    when = getattr(row, day)
    return {label: f"{date_text(when)}，{getattr(row, words)}"} if when else {}


def _described(row: Rating | None) -> dict[str, str]:
    if row is None:
        return {}
    label = OrganizationEffect(row.effect).label
    return {f"{row.year} 年作用发挥": f"{label}，{row.note}" if row.note else str(label)}
