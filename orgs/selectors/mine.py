"""What one person handed in lately, whatever became of it."""

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import User
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park


@dataclasses.dataclass(frozen=True)
class SubmittedRow:
    """One record: its kind (organization, contact, enterprise, park), key, name, state and when it was submitted."""

    kind: str
    pk: int
    label: str
    state: str
    submitted_at: dt.datetime


def lately_submitted(user: User, *, limit: int = 6) -> list[SubmittedRow]:
    """The person's latest submissions still within reach, newest first. One query."""
    enterprise_and_name = Concat(
        F("enterprise__name"), Value("，联系人 "), F("name"), output_field=CharField()
    )
    kinds = (
        _rows("organization", CastOrganization.objects, user).annotate(label=F("name")),
        _rows("contact", ContactPerson.objects, user).annotate(label=enterprise_and_name),
        _rows("park", Park.objects, user).annotate(label=F("name")),
        _rows("enterprise", Enterprise.objects, user)
        .annotate(label=F("name"))
        .exclude(
            # Submitted together with its first organisation or contact: that one stands in the list.
            organizations__submitted_at=F("submitted_at")
        )
        .exclude(contacts__submitted_at=F("submitted_at")),
    )
    columns = ("noun", "pk", "label", "state", "submitted_at")
    first, *others = (rows.values_list(*columns) for rows in kinds)
    return [SubmittedRow(*row) for row in first.union(*others, all=True).order_by("-submitted_at")[:limit]]


def _rows(kind: str, manager: Any, user: User) -> QuerySet:
    rows = manager.visible_to(user).filter(submitted_by=user).exclude(submitted_at=None)
    return rows.order_by().annotate(noun=Value(kind, output_field=CharField()))
