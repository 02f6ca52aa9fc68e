"""Reports to the holder of an enterprise one may not see."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core.exceptions import DomainError, NotAllowed
from orgs.models import Enterprise, HolderReport
from orgs.services.holder_reports import may_settle, report_to_holder, settle_report
from orgs.services.lookups import has_looked_up


def _reports(request: SignedInRequest):
    return HolderReport.objects.visible_to(request.user).select_related(
        "enterprise__office", "enterprise__division", "from_office", "created_by", "settled_by"
    )


@require_POST
def holder_report_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a report; the answer replaces the part that offered it. 404 unless the code was looked up before."""
    enterprise = get_object_or_404(Enterprise.objects.select_related("office"), pk=pk)
    if not has_looked_up(request.user, enterprise):
        raise Http404
    context = {
        "pk": enterprise.pk,
        "holder": enterprise.office.short_name,
        "text": request.POST.get("report_text", ""),
    }
    try:
        report = report_to_holder(actor=request.user, enterprise_id=pk, text=context["text"])
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        return render(request, "orgs/_report.html", context | {"error": refusal.message}, status=422)
    return render(request, "orgs/_report.html", context | {"sent": True, "report": report})


@require_GET
def holder_report_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was reported and what the holder answered."""
    report = get_object_or_404(_reports(request), pk=pk)
    return _page(request, report)


def _page(
    request: SignedInRequest, report: HolderReport, *, error: str = "", answer: str = ""
) -> HttpResponse:
    seen = Enterprise.objects.visible_to(request.user).filter(pk=report.enterprise_id).exists()
    context = {
        "report": report,
        "sees_enterprise": seen,
        "may_settle": report.settled_at is None and may_settle(request.user, report),
        "error": error,
        "answer": answer,
    }
    return render(request, "orgs/holder_report_form.html", context)


@require_POST
def holder_report_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """The holder's answer."""
    report = get_object_or_404(_reports(request), pk=pk)
    answer = request.POST.get("answer", "")
    try:
        settle_report(actor=request.user, report_id=report.pk, answer=answer)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        return _page(
            request, get_object_or_404(_reports(request), pk=pk), error=refusal.message, answer=answer
        )
    messages.success(request, f"已答复{report.from_office.short_name}。")
    return redirect("holder_report_detail", pk=report.pk)
