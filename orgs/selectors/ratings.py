"""Ratings and difficulties as pages show them, and what is owed to weak organisations."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accounts.models import User
from orgs.choices import DifficultyKind, RecordState
from orgs.models import CastOrganization, Difficulty, Rating

_STANDING = Q(organization__state=RecordState.CONFIRMED, organization__dissolved_on=None)


def ratings_of(organization: CastOrganization) -> list[Rating]:
    """All years, latest first. One query. Ask for the organisation through ``visible_to`` first."""
    return list(Rating.objects.filter(organization=organization).select_related("rated_by"))


def difficulties_of(organization: CastOrganization) -> list[Difficulty]:
    """Open ones first, then the settled ones, latest first. One query."""
    rows = list(Difficulty.objects.filter(organization=organization).select_related("named_by"))
    open_ones = [row for row in rows if row.settled_on is None]
    settled = sorted(
        (row for row in rows if row.settled_on), key=lambda row: (row.settled_on, row.pk), reverse=True
    )
    return open_ones + settled


def kinds_to_name(difficulties: list[Difficulty]) -> list[tuple[str, str]]:
    """The kinds (code, words) that are not open at the organisation."""
    open_kinds = {row.kind for row in difficulties if row.settled_on is None}
    return [(code, str(label)) for code, label in DifficultyKind.choices if code not in open_kinds]


def unsettled_difficulties(user: User, *, held_by: Sequence[int] | None = None) -> QuerySet[Difficulty]:
    """Open ones of standing organisations the person may see, longest open first; ``held_by`` these offices themselves."""
    rows = Difficulty.objects.visible_to(user).unsettled().filter(_STANDING)
    if held_by is not None:
        rows = rows.filter(organization__office__in=held_by)
    return rows.select_related("organization__office").order_by("named_on", "pk")


def owed_to_weak(offices: list[int]) -> list[tuple[dt.date, str]]:
    """Open difficulties of organisations these offices hold themselves: since when, and whose. One query."""
    rows = Difficulty.objects.unsettled().filter(_STANDING, organization__office__in=offices)
    return list(rows.order_by("named_on", "pk").values_list("named_on", "organization__name")[:200])
