"""One-button acts on one record, from its page: submit, withdraw, void, delete a draft."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from orgs.services.records import (
    RecordRef,
    delete_draft,
    submit_record,
    void_record,
    withdraw_record,
)
from orgs.views.common import attempt, posted_ref, visible_record

SENTENCES = {
    "submit": "已提交“{}”，等待上级科协确认",
    "withdraw": "已撤回“{}”，可以修改后再提交",
    "void": "已作废“{}”，各级数字几秒内更新",
    "delete": "已删除“{}”",
}


@require_POST
def record_act(request: SignedInRequest, kind: str, pk: int, action: str) -> HttpResponse:
    """Act, and go back to the record; after a deletion to the list. A refusal is a message there, nothing changed."""
    if action not in SENTENCES:
        raise Http404
    record = visible_record(request, kind, pk)
    label = str(record)
    ref = posted_ref(request, kind, record)
    _, refusal = attempt(_acts(request, ref)[action])
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, SENTENCES[action].format(label))
    if action == "delete" and not refusal:
        return redirect(f"{kind}_list")
    return redirect(f"{kind}_detail", pk=pk)


def _acts(request: SignedInRequest, ref: RecordRef) -> dict[str, Callable[[], object]]:
    actor = request.user
    return {
        "submit": lambda: submit_record(actor=actor, ref=ref),
        "withdraw": lambda: withdraw_record(actor=actor, ref=ref),
        "void": lambda: void_record(actor=actor, ref=ref, reason=request.POST.get("reason", "")),
        "delete": lambda: delete_draft(actor=actor, ref=ref),
    }
