"""The enterprises an office keeps in touch with: whom to call, and what was said, entered in the row itself."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import DomainError, NotAllowed
from orgs.current_post import current_post
from orgs.forms.errors import add_refusals
from orgs.forms.visit import VisitForm
from orgs.models import Enterprise, Office
from orgs.models.reach import reach_of
from orgs.permissions import ENTER, VIEW_PERSONAL
from orgs.selectors.calls import REASONS, Call, CallList
from orgs.services.contact_visits import record_visit


def _office(request: SignedInRequest) -> Office:
    post = current_post(request)
    if post is None:
        raise Http404
    return Office.objects.get(pk=post.office_id)


def _rights(request: SignedInRequest, office: Office) -> dict[str, bool]:
    reach = reach_of(request.user)
    return {
        "reads_personal": reach.covers(VIEW_PERSONAL, office.path),
        "enters": reach.covers(ENTER, office.path),
    }


@require_GET
def contact_calls(request: SignedInRequest) -> HttpResponse:
    """The list of the office one works in; ``?why=`` one reason, ``?liaison=`` one liaison officer."""
    office = _office(request)
    rights = _rights(request, office)
    liaison = request.GET.get("liaison", "").strip()[:30] if rights["reads_personal"] else ""
    calls = CallList(office, today=clock.business_today(), liaison=liaison)
    counts = calls.counts()
    why = request.GET.get("why", "")
    return render(
        request,
        "orgs/contact_calls.html",
        {
            "office": office,
            "page": calls.page(why, request.GET.get("page")),
            "tabs": [
                ("", "全部", counts["all"]),
                *((key, label, counts[key]) for key, label in REASONS.items()),
            ],
            "why": why if why in REASONS else "",
            "liaison": liaison,
            "liaisons": calls.liaisons() if rights["reads_personal"] else [],
            "today": calls.today,
            **rights,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_visit_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record a talk: inside the row for htmx, else on a page of its own. ``?close=1`` gives the row back as it was."""
    rows = Enterprise.objects.visible_to(request.user).select_related("office", "division")
    enterprise = get_object_or_404(rows, pk=pk)
    rights = _rights(request, enterprise.office)
    if not rights["enters"]:
        raise PermissionDenied("联系情况由持有单位的经办记录，您的任职里没有这个单位的经办。")
    today = clock.business_today()
    calls = CallList(enterprise.office, today=today)
    call = calls.one(enterprise.pk)
    contacts = call.contacts if call else list(enterprise.contacts.confirmed().filter(left_on=None))
    context: dict[str, Any] = {"enterprise": enterprise, "call": call, "today": today, **rights}
    if request.GET.get("close") == "1" and call is not None:
        return render(request, "orgs/_call.html", context)
    form = VisitForm(
        request.POST or None,
        enterprise=enterprise,
        contacts=contacts,
        prefix=f"v{enterprise.pk}",
        initial={"visited_on": today, "means": "phone", "contact": contacts[0].pk if contacts else None},
    )
    context["form"] = form
    if request.method == "POST" and form.is_valid():
        try:
            record_visit(actor=request.user, enterprise_id=enterprise.pk, values=form.values())
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except DomainError as refusal:
            add_refusals(form, refusal)
        else:
            return _saved(request, calls, enterprise, context)
    if request.htmx and call is not None:  # type: ignore[attr-defined]
        return render(request, "orgs/_call.html", context)
    return render(request, "orgs/visit_form.html", context)


def _saved(
    request: SignedInRequest, calls: CallList, enterprise: Enterprise, context: dict[str, Any]
) -> HttpResponse:
    words = f"已记下与{enterprise.name}的联系"
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("enterprise_detail", pk=enterprise.pk)
    call: Call | None = CallList(enterprise.office, today=calls.today).one(enterprise.pk)
    if call is None:
        answer = HttpResponse()
        answer["HX-Redirect"] = reverse("contact_calls")
        return answer
    answer = render(request, "orgs/_call.html", {**context, "form": None, "call": call, "is_saved": True})
    answer["HX-Trigger"] = json.dumps({"portal:toast": words})
    return answer
