"""What is done with a confirmed contact: it has left, and nobody follows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.keys import read_key
from orgs.services.contact_succession import end_contact
from orgs.validators.dates import parse_date
from orgs.validators.errors import DateError
from orgs.views.common import attempt, visible_record


@require_POST
def contact_leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """A reviewer registers that a contact has left without anybody in the place."""
    contact = visible_record(request, "contact", pk)
    typed = request.POST.get("left_on", "")
    try:
        left_on = parse_date(typed) if typed.strip() else None
    except DateError as refusal:
        messages.error(request, refusal.message)
        return redirect("contact_detail", pk=pk)
    _, refusal_text = attempt(
        lambda: end_contact(
            actor=request.user,
            contact_id=contact.pk,
            version=read_key(request.POST.get("version", "")) or 0,
            left_on=left_on,
            reason=request.POST.get("reason", ""),
        )
    )
    if refusal_text:
        messages.error(request, refusal_text)
    else:
        messages.success(request, f"已登记 {left_on} 离任。没有其他联系人时，当日起不再计入。")
    return redirect("contact_detail", pk=pk)
