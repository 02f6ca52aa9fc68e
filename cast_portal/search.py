"""Searching everything one may see from the top bar."""

import dataclasses
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.requests import SignedInRequest
from core.formats import count_text, date_text
from orgs.calculations.personal import mask_name
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.reach import reach_of
from orgs.models.record import RecordQuerySet
from orgs.permissions import VIEW_PERSONAL, Reach
from orgs.selectors.lists import (
    COUNT_LIMIT,
    capped_count,
    find_contacts,
    find_enterprises,
    find_organizations,
    find_parks,
)

SHOWN = 8
MIN_LENGTH = 2
MAX_LENGTH = 60
Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Section:
    """One kind of record in the answer: how it is found, what a line says, where it leads."""

    title: str
    rows: Callable[[], RecordQuerySet]
    find: Callable[[QuerySet, str], QuerySet]
    list_route: str
    detail_route: str
    columns: tuple[str, ...]
    words: Callable[[Row, Reach], tuple[str, str]]


@dataclasses.dataclass(frozen=True)
class Hit:
    """One line of the answer."""

    title: str
    second: str
    state: str
    url: str


@dataclasses.dataclass(frozen=True)
class Found:
    """What one kind of record gave: at most eight lines, the total in words, and the list that shows all."""

    title: str
    hits: tuple[Hit, ...]
    total: str
    all_url: str


def _organization(row: Row, _: Reach) -> tuple[str, str]:
    number = f"，{row['approval_number']}" if row["approval_number"] else ""
    return row["name"], f"{date_text(row['established_on'])} 成立{number}，{row['office__short_name']}持有"


def _enterprise(row: Row, _: Reach) -> tuple[str, str]:
    code = row["credit_code"] or row["organization_code"] or row["registration_number"] or "没有代码"
    return row["name"], f"{code}，{row['division__full_name']}，{row['office__short_name']}持有"


def _park(row: Row, _: Reach) -> tuple[str, str]:
    return row["name"], f"{row['division__full_name']}，{row['office__short_name']}持有"


def _contact(row: Row, reach: Reach) -> tuple[str, str]:
    # Names of persons stand in full for those who work with them (ROLES_FOR).
    known = reach.covers(VIEW_PERSONAL, row["office__path"])
    name = row["name"] if known else mask_name(row["name"])
    return row["enterprise__name"], f"联系人 {name}，{row['office__short_name']}持有"


SECTIONS = (
    Section(
        "企业科协和园区科协",
        CastOrganization.objects.all,
        find_organizations,
        "organization_list",
        "organization_detail",
        ("name", "approval_number", "established_on", "office__short_name"),
        _organization,
    ),
    Section(
        "企业",
        Enterprise.objects.all,
        find_enterprises,
        "enterprise_list",
        "enterprise_detail",
        (
            *("name", "credit_code", "organization_code", "registration_number"),
            *("division__full_name", "office__short_name"),
        ),
        _enterprise,
    ),
    Section(
        "园区",
        Park.objects.all,
        find_parks,
        "park_list",
        "park_detail",
        ("name", "division__full_name", "office__short_name"),
        _park,
    ),
    Section(
        "联系人",
        ContactPerson.objects.all,
        find_contacts,
        "contact_list",
        "contact_detail",
        ("name", "enterprise__name", "office__path", "office__short_name"),
        _contact,
    ),
)


@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    """Up to eight of each kind within the person's reach, with the way to all of them."""
    text = " ".join(request.GET.get("q", "").split())[:MAX_LENGTH]
    found = find_everywhere(request.user, text) if len(text) >= MIN_LENGTH else []
    return render(
        request,
        "cast_portal/search.html",
        {"text": text, "found": found, "too_short": len(text) < MIN_LENGTH},
    )


def find_everywhere(user: User, text: str) -> list[Found]:
    """Every kind that has a hit. One query a kind, and one more where there are more than eight."""
    answers = (_find(section, user, text) for section in SECTIONS)
    return [found for found in answers if found.hits]


def _find(section: Section, user: User, text: str) -> Found:
    bare = section.find(section.rows().visible_to(user), text)
    rows = list(bare.order_by("-updated_at", "-pk").values("pk", "state", *section.columns)[: SHOWN + 1])
    total = str(len(rows))
    if len(rows) > SHOWN:
        count = capped_count(bare.order_by())
        total = f"{COUNT_LIMIT:,} 以上" if count > COUNT_LIMIT else count_text(count)
    reach = reach_of(user)
    hits = tuple(
        Hit(*section.words(row, reach), row["state"], reverse(section.detail_route, args=[row["pk"]]))
        for row in rows[:SHOWN]
    )
    return Found(section.title, hits, total, f"{reverse(section.list_route)}?{urlencode({'q': text})}")
