"""Acts on many records of a list: the ticked ones, or all that its filter leaves."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import DomainError
from orgs.services.bulk import BULK_LIMIT, act_on_refs, picked_refs, refs_of_rows
from orgs.services.records import RECORD_MODELS, RecordRef
from orgs.tables.query import ListQuery
from orgs.views.common import attempt


def _refs(request: SignedInRequest, kind: str, action: str) -> tuple[list[RecordRef], int]:
    """What is meant. "All" is evaluated again here, within what the person may see."""
    if request.POST.get("scope") != "all":
        return picked_refs(actor=request.user, kind=kind, picks=request.POST.getlist("pick")), 0
    asked = ListQuery(
        RECORD_MODELS[kind],
        QueryDict(request.POST.get("query", "")),
        user=request.user,
        today=clock.business_today(),
    )
    if asked.problems:
        # A condition that is not understood is left out on the page, where one sees it; an act would reach too far.
        raise DomainError("；".join(asked.problems) + "没有办理任何记录，请改好条件再选。")
    return refs_of_rows(kind=kind, action=action, rows=asked.rows)


def _act(request: SignedInRequest, actions: tuple[str, ...]) -> HttpResponse:
    kind, action = request.POST.get("kind", ""), request.POST.get("action", "")
    if kind not in RECORD_MODELS or action not in actions:
        raise Http404
    query = request.POST.get("query", "")
    back = reverse(f"{kind}_list") + (f"?{query}" if query else "")
    try:
        refs, left = _refs(request, kind, action)
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect(back)
    report, refusal = attempt(
        lambda: act_on_refs(
            actor=request.user,
            action=action,
            refs=refs,
            left=left,
            reason_code=request.POST.get("reason_code", ""),
            text=request.POST.get("text", ""),
        )
    )
    if report is None:
        messages.error(request, refusal)
        return redirect(back)
    if not report.refused and not report.left:
        messages.success(request, f"已{report.verb} {len(report.done)} 条。各级数字几秒内更新")
        return redirect(back)
    context = {"report": report, "back": back, "prefix": reverse(f"{kind}_list"), "limit": BULK_LIMIT}
    return render(request, "orgs/bulk_report.html", context)


@require_POST
def review_bulk(request: SignedInRequest) -> HttpResponse:
    """Confirm or return many; each by itself, with its own reason when refused."""
    return _act(request, ("confirm", "return"))


@require_POST
def record_bulk(request: SignedInRequest) -> HttpResponse:
    """Submit many drafts; each by itself."""
    return _act(request, ("submit",))
