"""The review queue: the list left, the record in the middle, the portal's checks and the history right."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import NotAllowed
from orgs.choices import RETURN_REASONS, RecordState
from orgs.models import Enterprise
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import VIEW
from orgs.selectors.alike import alike_hosts
from orgs.selectors.checks import checks_of
from orgs.selectors.counting import counting_statement, effect_of_confirming
from orgs.selectors.history import history_of
from orgs.selectors.records import office_chain
from orgs.selectors.review import KIND_LABELS, QueueItem, ReviewQueue, review_queue
from orgs.services.access import require_confirm
from orgs.services.offered import offered_acts
from orgs.services.records import confirm_record, return_reason_text, return_record
from orgs.views.common import attempt, posted_ref, reads_personal, visible_record


def _address(item: QueueItem | None, kind: str) -> str:
    """Where an item is worked on; the empty queue has its own page."""
    base = reverse("review_record", args=[item.kind, item.pk]) if item else reverse("review_queue")
    return base + (f"?{urlencode({'only': kind})}" if kind else "")


def _queue(request: SignedInRequest) -> ReviewQueue:
    only = request.GET.get("only") or request.POST.get("only") or ""
    return review_queue(request.user, today=clock.business_today(), kind=only)


def _work(queue: ReviewQueue, **more: Any) -> dict[str, Any]:
    return {
        "queue": queue,
        "kinds": [(name, label, queue.counts.get(name, 0)) for name, label in KIND_LABELS.items()],
        "query": f"?{urlencode({'only': queue.kind})}" if queue.kind else "",
        "return_reasons": RETURN_REASONS,
        **more,
    }


def _record_work(
    request: SignedInRequest, queue: ReviewQueue, kind: str, record: RegistryRecord
) -> dict[str, Any]:
    today = clock.business_today()
    tops = reach_of(request.user).paths(VIEW)
    item = next((item for item in queue.items if item.is_record(kind, record.pk)), None)
    here = (
        item.place_in_line
        if item
        else (record.submitted_at, kind, record.pk)
        if record.submitted_at
        else None
    )
    following = queue.after(here)
    acts = offered_acts(actor=request.user, record=record, today=today)
    return _work(
        queue,
        record=record,
        kind=kind,
        chain=[office for office in office_chain(record.office) if office.path.startswith(tops)],
        position=queue.position(kind, record.pk),
        listed=queue.around(kind, record.pk),
        waited=(today - timezone.localtime(record.submitted_at).date()).days if record.submitted_at else 0,
        can_confirm="confirm" in acts,
        why_not="" if "confirm" in acts else _why_not(request, record),
        detail_url=reverse(f"{kind}_detail", args=[record.pk]),
        is_submitted=record.state == RecordState.SUBMITTED,
        next_url=_address(following, queue.kind)
        if following and not following.is_record(kind, record.pk)
        else "",
        counts_as=counting_statement(record, today=today),
        effect=effect_of_confirming(record, today=today) if record.state == RecordState.SUBMITTED else "",
        checks=checks_of(record, user=request.user, today=today),
        alike=alike_hosts(record, user=request.user),
        history=history_of(record, reads_personal=reads_personal(request, record), today=today),
        reads_personal=reads_personal(request, record),
        former_names=list(record.former_names.all()) if isinstance(record, Enterprise) else [],
        reasons_open="reasons" in request.GET,
    )


def _why_not(request: SignedInRequest, record: RegistryRecord) -> str:
    """The sentence with which the service would refuse this person."""
    try:
        require_confirm(request.user, record, today=clock.business_today())
    except NotAllowed as refusal:
        return refusal.message
    return ""


def _answer(request: SignedInRequest, work: dict[str, Any]) -> HttpResponse:
    # django-htmx adds the attribute in its middleware.
    htmx = request.htmx  # type: ignore[attr-defined]
    part = htmx and not htmx.history_restore_request
    template = "orgs/_review_work.html" if part else "orgs/review.html"
    return render(request, template, {**work, "is_part": bool(part)})


@require_GET
def review_queue_page(request: SignedInRequest) -> HttpResponse:
    """The record that waits longest, or what to say when none does."""
    queue = _queue(request)
    first = queue.after(None)
    if first is not None:
        return redirect(_address(first, queue.kind))
    return _answer(request, _work(queue, record=None))


@require_GET
def review_record(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """One record in the queue. What no longer waits, or waits for somebody else, is shown with the reason."""
    record = visible_record(request, kind, pk)
    return _answer(request, _record_work(request, _queue(request), kind, record))


def _go_on(request: SignedInRequest, place: tuple | None, said: str, *, refused: bool) -> HttpResponse:
    """To the next record, with what happened to this one. With htmx only the work area changes."""
    queue = _queue(request)
    following = queue.after(place)
    address = _address(following, queue.kind)
    if not request.htmx:  # type: ignore[attr-defined]
        (messages.error if refused else messages.success)(request, said)
        return redirect(address)
    if following is None:
        work = _work(queue, record=None)
    else:
        work = _record_work(
            request, queue, following.kind, visible_record(request, following.kind, following.pk)
        )
    work["refusal"] = said if refused else ""
    response = _answer(request, work)
    response["HX-Push-Url"] = address
    if not refused:
        response["HX-Trigger"] = json.dumps({"portal:toast": said})
    return response


def _place(kind: str, record: RegistryRecord) -> tuple | None:
    return (record.submitted_at, kind, record.pk) if record.submitted_at else None


@require_POST
def review_confirm(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Confirm and go on. A stale or closed record says so, and the queue moves on with nothing changed."""
    record = visible_record(request, kind, pk)
    ref, place = posted_ref(request, kind, record), _place(kind, record)
    _, refusal = attempt(lambda: confirm_record(actor=request.user, ref=ref))
    return _go_on(request, place, refusal or f"已确认：{record}", refused=bool(refusal))


@require_POST
def review_return(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Return with a reason and go on. A missing reason stays on the record with what was typed."""
    record = visible_record(request, kind, pk)
    ref, place = posted_ref(request, kind, record), _place(kind, record)
    code, text = request.POST.get("reason_code", ""), request.POST.get("text", "")
    _, wrong = attempt(lambda: return_reason_text(code, text))
    if wrong:
        work = _record_work(request, _queue(request), kind, record)
        # What was typed stays, and the reasons stay open.
        work |= {"return_problem": wrong, "typed_reason": code, "typed_text": text}
        response = _answer(request, work)
        response.status_code = 422
        return response
    done, refusal = attempt(lambda: return_record(actor=request.user, ref=ref, reason_code=code, text=text))
    said = f"已退回{record.office.short_name}：{done.return_reason}" if done else refusal
    return _go_on(request, place, said, refused=bool(refusal))
