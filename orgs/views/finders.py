"""Parts of entry pages fetched while somebody types: hosts, addresses, holders, look-alikes."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.requests import SignedInRequest
from core import clock
from core.keys import read_key
from orgs.calculations.names import normalize_enterprise_name
from orgs.forms.host import read_ids
from orgs.models import Division, Enterprise, Park
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.selectors.finders import (
    CODE_PARSERS,
    codes_in,
    divisions_named,
    find_divisions,
    find_enterprises,
    find_parks,
    lookalikes,
    standing_of,
)
from orgs.services.holders import holder_choices
from orgs.services.lookups import CodeMatch, find_by_exact_code

LONGEST_QUERY = 60


def _query(request: SignedInRequest) -> str:
    if not reach_of(request.user).with_roles(ENTER):
        raise PermissionDenied("登记由经办办理，您的任职里没有经办。")
    return request.GET.get("q", "").strip()[:LONGEST_QUERY]


def _picked(request: SignedInRequest, host_type: type[Enterprise] | type[Park]) -> HttpResponse:
    rows = (
        host_type.objects.visible_to(request.user)
        .exclude(state="voided")
        .select_related("division", "office")
    )
    host = get_object_or_404(rows, pk=read_key(request.GET["picked"]))
    return render(
        request,
        "orgs/_form_picked.html",
        {"host": host, "standing": standing_of(host, clock.business_today())},
    )


@require_GET
def enterprise_find(request: SignedInRequest) -> HttpResponse:
    """Rows for the search field; an exact code of another office's enterprise shows name, code and holder alone."""
    query = _query(request)
    if "picked" in request.GET:
        return _picked(request, Enterprise)
    results = find_enterprises(request.user, query, day=clock.business_today())
    outside = None
    if not results.rows and codes_in(query):
        outside = find_by_exact_code(actor=request.user, code=query)
    context = {
        "results": results,
        "query": query,
        "noun": "企业",
        "outside": outside,
        "code_field": next(iter(codes_in(query)), ""),
    }
    return render(request, "orgs/_find_hosts.html", context)


@require_GET
def park_find(request: SignedInRequest) -> HttpResponse:
    """Rows for the search field."""
    query = _query(request)
    if "picked" in request.GET:
        return _picked(request, Park)
    results = find_parks(request.user, query, day=clock.business_today())
    return render(request, "orgs/_find_hosts.html", {"results": results, "query": query, "noun": "园区"})


@require_GET
def division_find(request: SignedInRequest) -> HttpResponse:
    """Addresses within the own territory."""
    query = _query(request)
    return render(
        request,
        "orgs/_find_divisions.html",
        {"divisions": find_divisions(request.user, query), "query": query},
    )


@require_GET
def holder_choice_part(request: SignedInRequest) -> HttpResponse:
    """The holders to choose from at the address typed, as the field of the form."""
    _query(request)
    named = divisions_named(request.user, request.GET.get("division", "")[:LONGEST_QUERY])
    holders = holder_choices(request.user, named[0]) if len(named) == 1 else []
    prefix = "host-" if request.GET.get("prefix") == "host" else ""
    return render(request, "orgs/_holder_choice.html", {"holders": holders, "prefix": prefix})


# ---------- look-alikes ----------


def alike_to(
    user: User, values: QueryDict | dict[str, str], *, except_pk: int | None = None
) -> dict[str, Any]:
    """What is registered under a typed code, and under nearly the typed name; both empty as a rule.

    ``values`` has name, division, the three codes and ``acknowledged``.
    """
    matches: dict[int, CodeMatch] = {}
    for column, _ in CODE_PARSERS:
        # Only a code of the field's own kind: the field itself says so when it is another.
        text = values.get(column) or ""
        found = (
            find_by_exact_code(actor=user, code=text, except_pk=except_pk)
            if column in codes_in(text)
            else None
        )
        if found is not None:
            matches.setdefault(found.pk, found)
    named: list[Division] = divisions_named(user, values.get("division") or "")
    known = {*read_ids(values.get("acknowledged") or ""), *matches, *([except_pk] if except_pk else [])}
    alike = lookalikes(
        user, name=values.get("name") or "", division=named[0] if len(named) == 1 else None, except_pks=known
    )
    today = clock.business_today()
    return {
        "typed_key": normalize_enterprise_name(values.get("name") or ""),
        "matches": list(matches.values()),
        "alike": [(enterprise, standing_of(enterprise, today)) for enterprise in alike],
    }


@require_GET
def enterprise_alike(request: SignedInRequest) -> HttpResponse:
    """Whether what is being entered is registered already. ``pick`` offers to use it instead."""
    _query(request)
    context = alike_to(request.user, request.GET, except_pk=read_key(request.GET.get("except", "")))
    return render(request, "orgs/_alike.html", context | {"can_pick": request.GET.get("pick") == "1"})
