"""The left navigation: what exists, for whom, in the order of the work."""

import dataclasses
from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import SpecialRole
from accounts.requests import SignedInRequest
from core import clock
from orgs.models.reach import reach_of
from orgs.permissions import CONFIRM, MANAGE_ACCOUNTS, VIEW
from orgs.selectors.waiting import waiting_for_reviewer

Test = Callable[[SignedInRequest], bool]


@dataclasses.dataclass(frozen=True)
class Place:
    """One entry: where it leads, which route names lie under it, who has it, and what waits there."""

    route: str
    title: str
    icon: str
    covers: tuple[str, ...]
    shown_to: Test
    count: Callable[[SignedInRequest], int] | None = None


@dataclasses.dataclass(frozen=True)
class NavItem:
    """One entry as the frame draws it."""

    url: str
    title: str
    icon: str
    is_current: bool
    count: int


def _has_home(request: SignedInRequest) -> bool:
    """Auditors and system administrators begin at their work itself."""
    return request.user.special_role not in {SpecialRole.AUDITOR.value, SpecialRole.SYSADMIN.value}


def _with(action: str) -> Test:
    return lambda request: bool(reach_of(request.user).with_roles(action))


def _manages_accounts(request: SignedInRequest) -> bool:
    return request.user.special_role == SpecialRole.SYSADMIN or _with(MANAGE_ACCOUNTS)(request)


def _audits(request: SignedInRequest) -> bool:
    return request.user.special_role == SpecialRole.AUDITOR


def _waiting(request: SignedInRequest) -> int:
    return waiting_for_reviewer(request.user, today=clock.business_today())


PLACES = (
    Place("home", "首页", "home", ("home",), _has_home),
    Place(
        "organization_list",
        "组织台账",
        "building-community",
        ("organization_", "enterprise_", "park_", "import_", "export_"),
        _with(VIEW),
    ),
    Place("contact_list", "联系人", "address-book", ("contact_",), _with(VIEW)),
    Place("review_queue", "待确认", "checklist", ("review_",), _with(CONFIRM), _waiting),
    Place("dashboard", "进度看板", "chart-bar", ("dashboard",), _with(VIEW)),
    Place("account_list", "账号管理", "users", ("account_", "post_"), _manages_accounts),
    Place("trail", "操作记录", "history", ("trail",), _audits),
)


def nav_items(request: SignedInRequest) -> list[NavItem]:
    """The entries this person has. At most two queries: the posts (shared with the rights) and one count."""
    here = (request.resolver_match.url_name or "") if request.resolver_match else ""
    return [
        NavItem(
            url=reverse(place.route),
            title=place.title,
            icon=place.icon,
            is_current=bool(here) and here.startswith(place.covers),
            count=place.count(request) if place.count else 0,
        )
        for place in PLACES
        if place.shown_to(request)
    ]


def lazy_nav(request: SignedInRequest) -> SimpleLazyObject:
    """``nav_items`` asked when the frame is drawn, so that a page without it costs nothing."""
    return SimpleLazyObject(lambda: nav_items(request))
