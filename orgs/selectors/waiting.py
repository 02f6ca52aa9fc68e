"""What waits for a reviewer: the rows of the queue, and their number beside it in the navigation."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from orgs.choices import OfficeLevel, ParkGrade, RecordState
from orgs.models import CastOrganization, ConfirmingLevel, ContactPerson, Enterprise, Park
from orgs.models.office import subtree_q
from orgs.models.reach import reach_of
from orgs.models.record import RecordQuerySet
from orgs.permissions import CONFIRM, HeldPost

_NOTHING = Q(pk__in=[])


def waiting_for_reviewer(user: User, *, today: dt.date) -> int:
    """How many submitted records the person may confirm now, own entries left out. One query, none without the role."""
    posts = reach_of(user).with_roles(CONFIRM)
    if not posts:
        return 0
    sql, parameters = _waiting_sql(posts, user.pk, today)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS waiting", parameters)  # noqa: S608 - compiled by the ORM
        return int(cursor.fetchone()[0])


@lru_cache(maxsize=1024)
def _waiting_sql(posts: tuple[HeldPost, ...], user_pk: int, today: dt.date) -> tuple[str, tuple[Any, ...]]:
    """The query of the number, compiled once a person and day: it stands on every page, and compiling costs far more
    than running it.
    """
    waiting = _waiting_rows(posts, today)
    first, *others = (
        rows.not_contributed_by(User(pk=user_pk)).order_by().values_list("pk") for rows in waiting.values()
    )
    return first.union(*others, all=True).query.sql_with_params()


def waiting_rows(user: User, *, today: dt.date) -> dict[str, RecordQuerySet]:
    """The submitted records within the person's confirming reach by kind, own entries included; empty without the role.

    A host that waits together with its organisation or contact is settled with it and is no row of its own. An
    organisation whose park waits too needs a reviewer who may confirm the park.
    """
    posts = reach_of(user).with_roles(CONFIRM)
    return _waiting_rows(posts, today) if posts else {}


def _waiting_rows(posts: tuple[HeldPost, ...], today: dt.date) -> dict[str, RecordQuerySet]:
    by_plan = _within_plan_level(posts)
    park_settled = ~Q(park__state=RecordState.SUBMITTED) | _within_park_level(posts, "park__")
    return {
        "organization": _level(CastOrganization.objects.submitted(), today).filter(by_plan, park_settled),
        "contact": _level(ContactPerson.objects.submitted(), today).filter(by_plan),
        "enterprise": _level(Enterprise.objects.submitted(), today)
        .filter(by_plan)
        .exclude(_waits_at("enterprise", CastOrganization) | _waits_at("enterprise", ContactPerson)),
        "park": Park.objects.submitted()
        .filter(_within_park_level(posts))
        .exclude(_waits_at("park", CastOrganization)),
    }


def _level(rows: RecordQuerySet, today: dt.date) -> RecordQuerySet:
    """With the lowest confirming level of the day on each row, read inside the same query."""
    latest = ConfirmingLevel.objects.filter(starts_on__lte=today).order_by("-starts_on").values("level")[:1]
    return rows.annotate(lowest=Coalesce(Subquery(latest), Value(str(OfficeLevel.PROVINCE))))


def _within_plan_level(posts: Iterable[HeldPost]) -> Q:
    """Within a post's subtree, where the post's level is at or above the lowest confirming one."""
    condition = _NOTHING
    for post in posts:
        rank = OfficeLevel(post.level).rank
        lowest = [level for level in OfficeLevel.values if OfficeLevel(level).rank >= rank]
        condition |= subtree_q(post.path, "office__") & Q(lowest__in=lowest)
    return condition


def _within_park_level(posts: Iterable[HeldPost], prefix: str = "") -> Q:
    """National parks are confirmed at HQ alone, other parks at province level or above (DESIGN §3)."""
    condition = _NOTHING
    for post in posts:
        if post.level == OfficeLevel.HQ:
            condition |= subtree_q(post.path, f"{prefix}office__")
        elif post.level == OfficeLevel.PROVINCE:
            condition |= subtree_q(post.path, f"{prefix}office__") & ~Q(
                **{f"{prefix}grade": ParkGrade.NATIONAL}
            )
    return condition


def _waits_at(host: str, model: type[CastOrganization | ContactPerson]) -> Exists:
    """Whether a submitted record of the model stands at the host of the outer query."""
    return Exists(model.objects.submitted().filter(**{host: OuterRef("pk")}))
