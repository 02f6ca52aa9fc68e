"""Duplicate enterprises: the groups, two side by side, merging and taking it back."""

import dataclasses
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from core.exceptions import DomainError, NotAllowed
from core.keys import read_key
from orgs.choices import ENTERPRISE_TYPES, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Merger
from orgs.models.reach import reach_of
from orgs.permissions import VIEW, VIEW_PERSONAL
from orgs.selectors.duplicates import find_duplicates, read_groups
from orgs.services import merging
from orgs.services.enterprises import label_of
from orgs.views.common import attempt

GROUPS_PER_PAGE = 20
FILLED_FIRST = ("", None, False)


@require_GET
def enterprise_duplicates(request: SignedInRequest) -> HttpResponse:
    """The groups of registrations that are probably one enterprise, among those one may see."""
    if not reach_of(request.user).with_roles(VIEW):
        raise PermissionDenied("查看重复企业需要本单位的任职。请联系本单位账号管理员。")
    found = find_duplicates(request.user)
    page = Paginator(found.groups, GROUPS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "groups": read_groups(list(page.object_list)), "is_capped": found.is_capped}
    return render(request, "orgs/enterprise_duplicates.html", context)


@dataclasses.dataclass(frozen=True)
class FieldRow:
    """One field of both sides in words; ``takes`` is which side's value is chosen: kept or absorbed."""

    name: str
    label: str
    kept: str
    absorbed: str
    takes: str

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.absorbed


def _words(enterprise: Enterprise, name: str) -> str:
    if name == merging.TYPES:
        return "、".join(label for flag, label in ENTERPRISE_TYPES if getattr(enterprise, flag))
    value = getattr(enterprise, name)
    if name in ("size", "leader_wish"):
        return str(getattr(enterprise, f"get_{name}_display")())
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _rows(kept: Enterprise, absorbed: Enterprise, chosen: dict[str, str]) -> list[FieldRow]:
    rows = []
    for name in merging.FIELDS:
        label = "企业类型" if name == merging.TYPES else label_of(Enterprise, name)
        mine, other = _words(kept, name), _words(absorbed, name)
        usual = "absorbed" if not mine and other else "kept"
        rows.append(FieldRow(name, label, mine, other, chosen.get(name, usual)))
    return rows


def _visible(request: SignedInRequest, text: str) -> Enterprise:
    key = read_key(text)
    if key is None:
        raise Http404
    rows = Enterprise.objects.visible_to(request.user).select_related("office", "division", "park")
    return get_object_or_404(rows, pk=key)


@require_http_methods(["GET", "POST"])
def enterprise_merge(request: SignedInRequest) -> HttpResponse:
    """Two registrations side by side; the POST merges them."""
    sent = request.POST if request.method == "POST" else request.GET
    kept, absorbed = _visible(request, sent.get("kept", "")), _visible(request, sent.get("absorbed", ""))
    if kept.pk == absorbed.pk:
        raise Http404
    try:
        merging.require_merge(request.user, kept, absorbed)
    except NotAllowed as no:
        raise PermissionDenied(no.message) from no
    if request.method == "GET" and merging.rank_of(kept) < merging.rank_of(absorbed):
        kept, absorbed = absorbed, kept
    refusal = ""
    chosen: dict[str, str] = {}
    if request.method == "POST":
        chosen = {name: request.POST.get(f"field-{name}", "kept") for name in merging.FIELDS}
        merger, refusal = attempt(lambda: _merge(request, kept, absorbed, chosen))
        if merger is not None:
            messages.success(request, f"已把“{absorbed.name}”并入“{kept.name}”。")
            return redirect("enterprise_detail", pk=kept.pk)
    context = _context(request, kept, absorbed, chosen) | {"refusal": refusal}
    return render(request, "orgs/enterprise_merge.html", context, status=422 if refusal else 200)


def _merge(
    request: SignedInRequest, kept: Enterprise, absorbed: Enterprise, chosen: dict[str, str]
) -> Merger:
    drop = set()
    for name in request.POST:
        if name.startswith("clash-"):
            kind, _, key = request.POST[name].partition(":")
            number = read_key(key)
            if kind not in ("organization", "contact") or number is None:
                raise DomainError("请选定重复的记录保留哪一个。")
            drop.add((kind, number))
    return merging.merge_enterprises(
        actor=request.user,
        kept_id=kept.pk,
        absorbed_id=absorbed.pk,
        kept_version=read_key(request.POST.get("kept_version", "")) or 0,
        absorbed_version=read_key(request.POST.get("absorbed_version", "")) or 0,
        take=frozenset(name for name, side in chosen.items() if side == "absorbed"),
        drop=frozenset(drop),
    )


def _context(
    request: SignedInRequest, kept: Enterprise, absorbed: Enterprise, chosen: dict[str, str]
) -> dict[str, Any]:
    rows = _rows(kept, absorbed, chosen)
    hanging = {one.pk: _hanging(one) for one in (kept, absorbed)}
    clashes = merging.clashes_of(hanging[kept.pk], hanging[absorbed.pk])
    reach = reach_of(request.user)
    return {
        "kept": kept,
        "absorbed": absorbed,
        "differing": [row for row in rows if row.differs],
        "equal": [row for row in rows if not row.differs and row.kept],
        "kept_hanging": hanging[kept.pk],
        "absorbed_hanging": hanging[absorbed.pk],
        "clashes": [
            (number, a, b, "organization" if isinstance(a, CastOrganization) else "contact")
            for number, (a, b) in enumerate(clashes)
        ],
        "may_swap": merging.rank_of(kept) == merging.rank_of(absorbed),
        "other_holder": kept.office_id != absorbed.office_id,
        "reads_personal": all(reach.covers(VIEW_PERSONAL, one.office.path) for one in (kept, absorbed)),
    }


def _hanging(enterprise: Enterprise) -> list[CastOrganization | ContactPerson]:
    records: list[CastOrganization | ContactPerson] = []
    for model in (CastOrganization, ContactPerson):
        rows = model.objects.filter(enterprise=enterprise).exclude(state=RecordState.VOIDED)
        records += rows.select_related("enterprise").order_by("established_on", "pk")
    return records


@require_POST
def enterprise_distinct(request: SignedInRequest) -> HttpResponse:
    """Not the same: the pair is listed no more."""
    a, b = (
        _visible(request, request.POST.get("kept", "")),
        _visible(request, request.POST.get("absorbed", "")),
    )
    if a.pk == b.pk:
        raise Http404
    _, refusal = attempt(lambda: merging.declare_distinct(actor=request.user, a=a, b=b))
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, "已记下不是同一家，以后不再列出。")
    return redirect("enterprise_duplicates")


@require_POST
def enterprise_unmerge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a merger back."""
    merger = get_object_or_404(
        Merger.objects.visible_to(request.user).select_related("kept", "absorbed"), pk=pk
    )
    _, refusal = attempt(lambda: merging.undo_merger(actor=request.user, merger_id=merger.pk))
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, "已撤销合并，两条登记都恢复原样。")
    return redirect(reverse("enterprise_detail", args=[merger.kept_id]))
