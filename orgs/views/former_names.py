"""Former names on an enterprise's page."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from orgs.models import FormerName
from orgs.services.former_names import add_former_name, remove_former_name
from orgs.views.common import attempt, visible_record


@require_POST
def enterprise_former_name_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a former name on record."""
    enterprise = visible_record(request, "enterprise", pk)
    name = request.POST.get("former_name", "")
    added, refusal = attempt(
        lambda: add_former_name(actor=request.user, enterprise_id=enterprise.pk, name=name)
    )
    if refusal:
        messages.error(request, refusal)
    elif added is None:
        messages.info(request, "这家企业已经按这个名称登记，不用再加")
    else:
        messages.success(request, f"已登记曾用名“{added.name}”，按它也能找到这家企业")
    return redirect("enterprise_detail", pk=pk)


@require_POST
def enterprise_former_name_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one off again."""
    former = FormerName.objects.visible_to(request.user).filter(pk=pk).first()
    if former is None:
        raise Http404
    _, refusal = attempt(lambda: remove_former_name(actor=request.user, former_name_id=pk))
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, f"已删去曾用名“{former.name}”")
    return redirect("enterprise_detail", pk=former.enterprise_id)
