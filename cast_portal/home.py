"""The first page: what needs me, how far my office is, what the plan's calendar says."""

import dataclasses
import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import SpecialRole
from accounts.requests import SignedInRequest
from core import clock
from core.todo import SOON, URGENT, TodoItem, todo_items
from orgs.choices import Role
from orgs.current_post import current_post
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.permissions import VIEW, HeldPost
from orgs.selectors.mine import SubmittedRow, lately_submitted
from quotas.indicators import INDICATORS
from quotas.selectors.cards import BoardHead, kpi_cards
from quotas.selectors.phases import calendar_on

SOON_DAYS = 3
SHOWN_TODO = 8


@dataclasses.dataclass(frozen=True)
class Action:
    """One button of the page head."""

    title: str
    url: str
    icon: str


@dataclasses.dataclass(frozen=True)
class TodoRow:
    """One thing to do with the words of its term: ``tone`` is "bad", "warn" or empty."""

    item: TodoItem
    due: str
    tone: str


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Each person's own first page; auditors and administrators of the system go straight to their work."""
    match request.user.special_role:
        case SpecialRole.EXPERT:
            return render(request, "cast_portal/expert.html")
        case SpecialRole.AUDITOR:
            return redirect("trail")
        case SpecialRole.SYSADMIN:
            return redirect("account_list")
    post = current_post(request)
    if post is None:
        return render(request, "cast_portal/no_post.html")
    today = clock.business_today()
    offices = _chain(post)
    items = todo_items(user=request.user, today=today)
    context = {
        "post": post,
        "crumbs": _crumbs(request, offices),
        "today": today,
        "calendar": calendar_on(today),
        "actions": _actions(post),
        "todo": [_todo_row(item, today) for item in items[:SHOWN_TODO]],
        "todo_count": len(items),
        "idle": _IDLE[Role(post.role)],
        "region": "全国" if post.is_hq else post.region,
        "figures": _figures(offices[-1], today),
        "submitted": [(row, _record_url(row)) for row in lately_submitted(request.user)]
        if post.role == Role.CLERK
        else None,
    }
    return render(request, "cast_portal/home.html", context)


def _chain(post: HeldPost) -> list[Office]:
    """The offices from HQ down to the own one."""
    paths = [post.path[:end] for end in range(Office.steplen, len(post.path) + 1, Office.steplen)]
    return list(Office.objects.filter(path__in=paths).order_by("path"))


def _figures(office: Office, today: dt.date) -> BoardHead:
    """The four figures under their short names: the cards are narrow here."""
    head = kpi_cards(office, today=today)
    shorts = [indicator.short for indicator in INDICATORS.values()]
    cards = [{**card, "title": short} for card, short in zip(head.cards, shorts, strict=False)]
    return dataclasses.replace(head, cards=cards)


def _crumbs(request: SignedInRequest, offices: list[Office]) -> list[tuple[str, str]]:
    """The offices above, HQ left out; those within reach lead to their figures."""
    reach = reach_of(request.user)
    here = offices[-1]
    return [
        (
            office.region_short,
            reverse("dashboard_office", args=[office.code])
            if office.pk != here.pk and reach.covers(VIEW, office.path)
            else "",
        )
        for office in offices[1:]
        if len(offices) > 2
    ]


def _actions(post: HeldPost) -> list[Action]:
    """The buttons of this role, the first one primary."""
    board = Action("打开进度看板", reverse("dashboard"), "chart-bar")
    if post.role == Role.CLERK and post.is_hq:
        return [Action("登记国家级园区", reverse("park_new"), "plus")]
    if post.role == Role.CLERK:
        return [
            Action("登记企业科协", reverse("organization_new"), "plus"),
            Action("登记联系人", reverse("contact_new"), "user-plus"),
        ]
    if post.role == Role.REVIEWER:
        return [Action("办理待确认", reverse("review_queue"), "checklist")]
    if post.role == Role.OFFICE_ADMIN:
        return [Action("建立账号", reverse("account_new"), "user-plus")]
    return [board]


_IDLE = {
    Role.CLERK: "退回的记录、没提交的草稿会列在这里。可以继续登记企业科协和联系人。",
    Role.REVIEWER: "下级提交的记录会列在这里。",
    Role.LEADER: "需要您办理的事会列在这里。各地进度看下面的数字和进度看板。",
    Role.VIEWER: "查看岗位没有要办的事。数字和台账随时可以查看。",
    Role.OFFICE_ADMIN: "账号和任职在“账号管理”里办理。",
}


def _todo_row(item: TodoItem, today: dt.date) -> TodoRow:
    """The term in words: overdue and due today in red, the next three days in amber."""
    if item.due_on is None:
        return TodoRow(
            item, *{URGENT: ("请先办", "bad"), SOON: ("近日办", "warn")}.get(item.severity, ("不限期", ""))
        )
    days = (item.due_on - today).days
    if days < 0:
        return TodoRow(item, f"逾期 {-days} 天", "bad")
    if days == 0:
        return TodoRow(item, "今天到期", "bad")
    return TodoRow(item, f"还有 {days} 天", "warn" if days <= SOON_DAYS else "")


def _record_url(row: SubmittedRow) -> str:
    return reverse(f"{row.kind}_detail", args=[row.pk])
