"""The one way through an entry page: open, check while typing, keep as a draft, submit."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.requests import SignedInRequest
from core.exceptions import ClosedByState, DomainError, NotAllowed, StaleVersion
from core.services.drafts import discard_form_draft, save_form_draft
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import ENTER, VIEW
from orgs.services.access import require_entry
from orgs.services.enterprises import require_editable
from orgs.views.common import not_allowed_is_403
from orgs.views.conflicts import Conflict, conflict_of
from orgs.views.entry_page import EntryPage

DRAFT_DONE = "draft_done"
NOT_KEPT = {"csrfmiddlewaretoken", "intent"}


def require_clerk(request: SignedInRequest) -> None:
    """403 for people who enter nothing anywhere."""
    if not reach_of(request.user).with_roles(ENTER):
        raise PermissionDenied("登记由经办办理，您的任职里没有经办。")


def refuse_edit(request: SignedInRequest, record: RegistryRecord, detail: str) -> HttpResponseRedirect | None:
    """403 for a record one may only see; back to its page, with the reason, when its state allows no change."""
    try:
        require_entry(request.user, record)
        require_editable(record)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except ClosedByState as refusal:
        messages.error(request, refusal.message)
        return redirect(detail, pk=record.pk)
    return None


def entry_response(request: SignedInRequest, page: EntryPage) -> HttpResponse:
    """Answer one request for an entry page."""
    if request.method != "POST":
        page.begin()
        judged = page.judged_copy()
        return render(request, page.template, _context(page, judged, conflict=_outdated(page, judged)))
    page.bind(request.POST)
    intent = request.POST.get("intent", "submit")
    if intent == "check":
        page.judge()
        return render(request, "orgs/_form_checked.html", _context(page, page))
    submit = intent != "draft"
    if page.tray is not None:
        with not_allowed_is_403():
            page.tray.receive(request)
        if page.tray.acted or page.tray.refusals:
            return _as_typed(request, page)
    saved = _try_to_save(request, page, submit=submit)
    if saved is not None:
        return saved
    page.tried = submit
    kept = _keep(request, page) if not submit else None
    findings = page.findings()
    if not submit:
        page.forgive_missing()
    return render(request, page.template, _context(page, page, findings=findings, kept=kept))


def _as_typed(request: SignedInRequest, page: EntryPage) -> HttpResponse:
    """The form as it was typed, after files were taken or given up without script: nothing is saved."""
    page.judge()
    findings = page.findings()
    page.forgive_missing()
    return render(request, page.template, _context(page, page, findings=findings))


def _outdated(page: EntryPage, judged: EntryPage) -> Conflict | None:
    """The conflict of a kept draft whose record somebody else has saved since; None as a rule."""
    if page.record is None or page.draft is None:
        return None
    kept = page.draft.payload.get("version") or [str(page.record.version)]
    if kept == [str(page.record.version)]:
        return None
    return conflict_of(page.record, judged.main, seen_by=page.user)


def _try_to_save(request: SignedInRequest, page: EntryPage, *, submit: bool) -> HttpResponse | None:
    """The answer after saving; None when something stands against it, which then stands on the page."""
    if page.record is not None and str(page.record.version) != request.POST.get("version"):
        return _conflict(request, page)
    if not page.judge():
        return None
    try:
        with transaction.atomic():
            record = page.save(submit=submit)
            discard_form_draft(user=request.user, key=page.draft_key)
    except StaleVersion:
        return _conflict(request, page)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        page.refuse(refusal)
        return None
    request.session[DRAFT_DONE] = page.draft_key
    confirmer = page.confirming_name or "上级科协"
    messages.success(
        request,
        f"已提交{confirmer}确认：{record}" if submit else f"已存为草稿：{record}。核对后在记录页提交。",
    )
    return redirect(f"{page.kind}_detail", pk=record.pk)


def _conflict(request: SignedInRequest, page: EntryPage) -> HttpResponse:
    """Show what somebody else saved beside what was typed. Nothing is changed; the next submission is on the new version."""
    assert page.record is not None  # only stored records have a version
    page.record.refresh_from_db()
    page.judge()
    page.tried = True
    return render(
        request,
        page.template,
        _context(page, page, conflict=conflict_of(page.record, page.main, seen_by=request.user)),
    )


def _keep(request: SignedInRequest, page: EntryPage) -> bool:
    """Keep what was typed as it is; False, with the reason on the page, when it is too long."""
    payload = {name: texts for name, texts in request.POST.lists() if name not in NOT_KEPT}
    try:
        page.draft = save_form_draft(
            user=request.user,
            key=page.draft_key,
            url=request.get_full_path()[:300],
            title=page.draft_title(),
            payload=payload,
        )
    except DomainError as refusal:
        page.main.add_error(None, refusal.message)
        return False
    return True


def request_is_check(page: EntryPage) -> bool:
    """Whether only the state of the form is asked for; look-alikes are then fetched by themselves."""
    return page.request.POST.get("intent") == "check"


def _context(page: EntryPage, judged: EntryPage, *, findings: Any = None, **more: Any) -> dict[str, Any]:
    found = judged.findings() if findings is None else findings
    return {
        "page": page,
        "forms": page.forms,
        "form": page.main,
        "findings": found,
        "wrong": [finding for finding in found if not finding.is_missing],
        "steps": judged.steps(found),
        "live": json.dumps({finding.box_id: finding.message for finding in found if not finding.is_missing}),
        "alike_now": None if request_is_check(page) else page.alike(),
        "submit_label": judged.submit_label,
        "crumbs": office_crumbs(page),
        **more,
    }


def office_crumbs(page: EntryPage) -> list[tuple[str, str]]:
    """From the top of the own reach down to the holder (or the own office), each with its list."""
    reach = reach_of(page.user)
    posts = reach.with_roles(ENTER)
    path = page.record.office.path if page.record else posts[0].path if posts else ""
    tops = reach.paths(VIEW)
    chain = Office.objects.filter(
        path__in=[path[:end] for end in range(Office.steplen, len(path) + 1, Office.steplen)]
    )
    listing = reverse(f"{page.kind}_list")
    return [
        (
            office.region_short,
            f"{listing}?office={office.code}" if any(office.path.startswith(top) for top in tops) else "",
        )
        for office in chain.order_by("depth")
        if not office.is_hq
    ]
