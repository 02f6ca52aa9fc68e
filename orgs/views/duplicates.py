"""Registrations that are probably one enterprise: the groups, what was declared to be two, what was merged."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.keys import read_key
from orgs.calculations.grouping import Group
from orgs.models import DistinctPair, Enterprise, Merger
from orgs.models.reach import reach_of
from orgs.permissions import CONFIRM, ENTER, VIEW
from orgs.selectors.duplicates import find_duplicates, show_groups
from orgs.services.distinct_pairs import declare_distinct, may_declare, withdraw_distinct
from orgs.tables.query import ListQuery
from orgs.views.common import attempt

PER_PAGE = 20
LIST = {"kind": "duplicate", "title": "疑似重复的企业", "unit": "组"}


def back_to_list(back: str) -> HttpResponseRedirect:
    """To the list with the filters it had; ``back`` is its query string."""
    return redirect(reverse("enterprise_duplicates") + (f"?{back}" if back else ""))


def _require_post(request: SignedInRequest) -> None:
    if not reach_of(request.user).with_roles(VIEW):
        raise PermissionDenied("查看企业登记需要本单位的任职。请联系本单位账号管理员。")


def _holding(groups: list[Group], asked: ListQuery) -> list[Group]:
    """The groups of which some registration answers the filters."""
    pks = [pk for group in groups for pk in group.pks]
    answering = set(asked.rows.filter(pk__among=pks).order_by().values_list("pk", flat=True))
    return [group for group in groups if answering.intersection(group.pks)]


@require_GET
def enterprise_duplicates(request: SignedInRequest) -> HttpResponse:
    """The groups among the registrations one may see, narrowed by the filters of the list of enterprises."""
    _require_post(request)
    asked = ListQuery(Enterprise, request.GET, user=request.user, today=clock.business_today())
    found = find_duplicates(request.user)
    chips = asked.chips
    groups = _holding(found.groups, asked) if chips and found.groups else found.groups
    page = Paginator(groups, PER_PAGE).get_page(request.GET.get("page"))
    shown = show_groups(list(page.object_list), found, user=request.user)
    reach = reach_of(request.user)
    context = {
        "list": LIST,
        "asked": asked,
        "chips": chips,
        "page": page,
        "groups": [(group, may_declare(request.user, _enterprises(group.members))) for group in shown],
        "is_capped": found.is_capped,
        "acts": bool(reach.with_roles(ENTER) or reach.with_roles(CONFIRM)),
        "back": request.GET.urlencode(),
        "back_query": urlencode({"back": request.GET.urlencode()}) if request.GET else "",
    }
    return render(request, "orgs/enterprise_duplicates.html", context)


def _enterprises(members: Iterable[Any]) -> list[Enterprise]:
    return [member.enterprise for member in members]


@require_GET
def enterprise_distinct_pairs(request: SignedInRequest) -> HttpResponse:
    """What somebody declared to be two, newest first."""
    _require_post(request)
    rows = DistinctPair.objects.visible_to(request.user).select_related(
        "first__office", "second__office", "declared_by"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    pairs = [(pair, may_declare(request.user, (pair.first, pair.second))) for pair in page.object_list]
    return render(request, "orgs/enterprise_distinct.html", {"page": page, "pairs": pairs})


@require_GET
def enterprise_mergers(request: SignedInRequest) -> HttpResponse:
    """What was merged, newest first, those taken back among them."""
    _require_post(request)
    rows = Merger.objects.visible_to(request.user).select_related(
        "kept__office", "absorbed__office", "merged_by", "undone_by"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orgs/enterprise_mergers.html", {"page": page, "mergers": page.object_list})


@require_POST
def enterprise_distinct(request: SignedInRequest) -> HttpResponse:
    """These are different enterprises: they are listed no more."""
    pks = {read_key(text) or 0 for text in request.POST.getlist("pk")}
    done, refusal = attempt(lambda: declare_distinct(actor=request.user, enterprise_ids=pks))
    if refusal:
        messages.error(request, refusal)
    elif done:
        messages.success(request, "已记下不是同一家，以后不再列出。可在“不是同一家”里撤回")
    else:
        messages.info(request, "之前已经认定过不是同一家")
    return back_to_list(request.POST.get("back", ""))


@require_POST
def enterprise_distinct_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """They may be one after all: listed again when they have something in common."""
    pair, refusal = attempt(lambda: withdraw_distinct(actor=request.user, pair_id=pk))
    if refusal:
        messages.error(request, refusal)
    elif pair is not None:
        messages.success(request, f"已撤回：“{pair.first}”和“{pair.second}”重新按代码和名称比对")
    return redirect("enterprise_distinct_pairs")
