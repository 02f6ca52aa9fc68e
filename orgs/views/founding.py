"""The founding steps of an organisation: a checklist with days and papers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core.exceptions import DomainError
from orgs.choices import FoundingStep
from orgs.models import CastOrganization
from orgs.selectors.founding import founding_lines
from orgs.services.founding import clear_founding_step, record_founding_step, require_founding
from orgs.views.common import attempt, visible_record


def _page(request: SignedInRequest, organization: CastOrganization, **more: object) -> HttpResponse:
    closed = ""
    try:
        require_founding(request.user, organization)
    except DomainError as refusal:
        closed = refusal.message
    lines = founding_lines(organization)
    context = {
        "record": organization,
        "lines": lines,
        "done": sum(line.record is not None for line in lines),
        "may_change": not closed,
        "closed": closed,
        **more,
    }
    return render(request, "orgs/founding.html", context, status=422 if more else 200)


def _organization(request: SignedInRequest, pk: int) -> CastOrganization:
    record = visible_record(request, "organization", pk)
    assert isinstance(record, CastOrganization)  # the kind says so
    return record


@require_GET
def founding_steps(request: SignedInRequest, pk: int) -> HttpResponse:
    """All steps of an organisation."""
    return _page(request, _organization(request, pk))


@require_POST
def founding_step_save(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """Write a step down, or take it back with ``clear``. A refusal shows the page again with what was typed."""
    organization = _organization(request, pk)
    if step not in FoundingStep.values:
        raise Http404
    label = FoundingStep(step).label
    if "clear" in request.POST:
        _, refusal = attempt(lambda: clear_founding_step(actor=request.user, organization_id=pk, step=step))
        words = f"已取消“{label}”的登记，附件保留"
    else:
        typed = {name: request.POST.get(name, "") for name in ("done_on", "note")}
        _, refusal = attempt(
            lambda: record_founding_step(actor=request.user, organization_id=pk, step=step, **typed)
        )
        if refusal:
            return _page(request, organization, wrong=step, refusal=refusal, typed=typed)
        words = f"已登记“{label}”"
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, words)
    return redirect(f"{reverse('organization_founding', args=[pk])}#step-{step}")
