"""The yearly rating of an organisation, its difficulties, and the list of all that are open."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import DomainError
from core.keys import read_key
from orgs.choices import DifficultyKind, OrganizationEffect
from orgs.models import CastOrganization, Difficulty
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.selectors.ratings import difficulties_of, kinds_to_name, ratings_of, unsettled_difficulties
from orgs.services.ratings import STEPS, note_help, rate_organization, require_rating, years_to_rate
from orgs.views.common import attempt, visible_record

PAGE_SIZE = 50


def _page(request: SignedInRequest, organization: CastOrganization, **more: Any) -> HttpResponse:
    closed = ""
    try:
        require_rating(request.user, organization)
    except DomainError as refusal:
        closed = refusal.message
    ratings, difficulties = ratings_of(organization), difficulties_of(organization)
    years = years_to_rate(organization, clock.business_today())
    context: dict[str, Any] = {
        "record": organization,
        "ratings": ratings,
        "difficulties": difficulties,
        "kinds": [(code, words, "", False) for code, words in kinds_to_name(difficulties)],
        "years": years,
        "effects": OrganizationEffect.choices,
        "typed": {"year": years[0] if years else None, "effect": "", "note": ""},
        "may_change": not closed and bool(years),
        "closed": closed,
        "today": clock.business_today(),
        **more,
    }
    return render(request, "orgs/rating.html", context, status=422 if more else 200)


def _organization(request: SignedInRequest, pk: int) -> CastOrganization:
    record = visible_record(request, "organization", pk)
    assert isinstance(record, CastOrganization)  # the kind says so
    return record


@require_http_methods(["GET", "POST"])
def organization_rating(request: SignedInRequest, pk: int) -> HttpResponse:
    """How it worked, year by year; posting rates a year."""
    organization = _organization(request, pk)
    if request.method != "POST":
        return _page(request, organization)
    chosen = request.POST.getlist("difficulties")
    texts = {kind: request.POST.get(f"text-{kind}", "") for kind in DifficultyKind.values}
    year = read_key(request.POST.get("year", "")) or 0
    effect, note = request.POST.get("effect", ""), request.POST.get("note", "")
    rating, refusal = attempt(
        lambda: rate_organization(
            actor=request.user,
            organization_id=pk,
            year=year,
            effect=effect,
            note=note,
            difficulties={kind: texts.get(kind, "") for kind in chosen},
        )
    )
    if refusal:
        kinds = kinds_to_name(difficulties_of(organization))
        return _page(
            request,
            organization,
            refusal=refusal,
            typed={"year": year, "effect": effect, "note": note},
            kinds=[(code, words, texts.get(code, ""), code in chosen) for code, words in kinds],
        )
    messages.success(request, f"已评定：{rating}")
    return redirect("organization_rating", pk=pk)


@require_POST
def difficulty_note(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    """Help promised, help given, settled. A refusal shows the organisation's page with what was typed."""
    row = Difficulty.objects.visible_to(request.user).filter(pk=pk).first()
    if row is None or step not in STEPS:
        raise Http404
    text, on = request.POST.get("text", ""), request.POST.get("on", "")
    _, refusal = attempt(lambda: note_help(actor=request.user, difficulty_id=pk, step=step, text=text, on=on))
    if refusal:
        wrong = {"pk": pk, "step": step, "text": text, "on": on, "refusal": refusal}
        return _page(request, _organization(request, row.organization_id), wrong=wrong)
    messages.success(request, f"已登记：{row.get_kind_display()}，{STEPS[step][2]}")
    return redirect("organization_rating", pk=row.organization_id)


@require_GET
def difficulty_list(request: SignedInRequest) -> HttpResponse:
    """All open difficulties in reach, longest open first; with ``own`` those of what the own offices hold themselves."""
    own = request.GET.get("own") == "1"
    offices = [post.office_id for post in reach_of(request.user).with_roles(ENTER)] if own else None
    rows = unsettled_difficulties(request.user, held_by=offices)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "orgs/difficulty_list.html", {"page": page, "own": own})
