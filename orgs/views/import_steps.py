"""One import on its way: its page by state, and the acts of its person."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.keys import read_key
from core.models import Job, StoredFile
from orgs.choices import EffectAction, ImportState, RowChoice
from orgs.models import ImportBatch, ImportEffect
from orgs.resources import RESOURCES
from orgs.selectors.imports import (
    column_lines,
    page_of_rows,
    row_summary,
    shown_outcome,
    skipped_words,
    unused_headers,
)
from orgs.services.imports import choosing, undoing, uploads
from orgs.services.imports.opening import IGNORED
from orgs.services.imports.staging import outcome_counts
from orgs.views.common import attempt
from orgs.views.imports import back_to, require_clerk, visible_import

_JOB_KINDS = {
    ImportState.READING: choosing.STAGE,
    ImportState.WRITING: choosing.WRITE,
    ImportState.UNDOING: choosing.UNDO,
}


def _job_of(batch: ImportBatch) -> Job | None:
    """The latest piece of work on the import."""
    kind = _JOB_KINDS.get(ImportState(batch.state))
    return Job.objects.filter(kind=kind, key=str(batch.pk)).order_by("-pk").first() if kind else None


@require_GET
def import_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page of an import: progress, columns, preview or report."""
    batch = visible_import(request, pk)
    context: dict[str, Any] = {"batch": batch, "resource": RESOURCES[batch.kind]}
    if batch.state == ImportState.COLUMNS or "columns" in request.GET:
        return _columns(request, context)
    if batch.state == ImportState.READY:
        return _preview(request, context)
    if batch.state in (ImportState.DONE, ImportState.UNDONE):
        return _report(request, context)
    context["job"] = _job_of(batch)
    context["job_url"] = reverse("import_job", args=[batch.pk])
    return render(request, "orgs/import_busy.html", context)


def _columns(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    batch = context["batch"]
    if batch.state not in (ImportState.COLUMNS, ImportState.READY):
        return redirect("import_detail", pk=batch.pk)
    context |= {
        "lines": column_lines(batch),
        "fields": context["resource"].columns(),
        "visible_sheets": [sheet for sheet in batch.sheets if sheet["visible"]],
        "hidden_sheets": [sheet for sheet in batch.sheets if not sheet["visible"]],
        "kinds": list(RESOURCES.values()),
    }
    return render(request, "orgs/import_columns.html", context)


def _preview(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    batch = context["batch"]
    shown = shown_outcome(batch, request.GET.get("show", ""))
    page = page_of_rows(batch, shown, request.GET.get("page"))
    for row in page.object_list:
        row.decided = choosing.choice_for(batch, row.outcome, row.choice)
        row.summary = row_summary(context["resource"], row.values) if shown == "new" else ""
    context |= {
        "outcomes": outcome_counts(batch),
        "shown": shown,
        "page": page,
        "offered": [(code, RowChoice(code).label) for code in choosing.OFFERED[shown]],
        "target_prefix": reverse(f"{batch.kind}_list"),
        "for_all": choosing.choice_for(batch, shown),
        "skipped": skipped_words(batch),
        "unused": unused_headers(batch, IGNORED),
        **_acts(request, batch),
    }
    return render(request, "orgs/import_preview.html", context)


def _returned(request: SignedInRequest, batch: ImportBatch) -> StoredFile | None:
    """The workbook of refused rows, if this person had it made."""
    mine = StoredFile.objects.visible_to(request.user).kept(clock.machine_now())
    return mine.filter(pk=batch.returned_file_id or 0).first()


def _acts(request: SignedInRequest, batch: ImportBatch) -> dict[str, Any]:
    counts = choosing.writing_counts(batch)
    return {
        "returned": _returned(request, batch),
        "adds": counts[RowChoice.ADD],
        "updates": counts[RowChoice.UPDATE],
        "skips": counts[RowChoice.SKIP],
        "writes": counts[RowChoice.ADD] + counts[RowChoice.UPDATE],
        "refusals": batch.counts.get("refused", 0),
    }


def _report(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    batch = context["batch"]
    effects = ImportEffect.objects.filter(batch=batch)
    tally = {action: effects.filter(action=action).count() for action in EffectAction.values}
    context |= {
        "tally": tally,
        "returned": _returned(request, batch),
        "refused_rows": effects.filter(action=EffectAction.REFUSED)[:100],
        "blockers": undoing.undo_blockers(batch) if batch.state == ImportState.DONE else [],
        "undoable": tally[EffectAction.CREATED] + tally[EffectAction.UPDATED] > 0,
        "left_out": batch.counts.get("refused", 0),
        "list_url": f"{reverse(f'{batch.kind}_list')}?import={batch.pk}",
    }
    return render(request, "orgs/import_report.html", context)


@require_GET
def import_job(request: SignedInRequest, pk: int) -> HttpResponse:
    """The progress of the work on an import; when it has ended, the whole page is fetched anew."""
    batch = visible_import(request, pk)
    job = _job_of(batch)
    context = {
        "job": job,
        "url": request.path,
        "hint": "可以离开本页，工作会继续；回来后在“导入记录”里查看。",
    }
    response = render(request, "ui/job.html", context) if job is not None else HttpResponse()
    if job is None or not job.is_open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def import_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the columns are, by hand."""
    batch = _own(request, pk)
    columns = {
        place: request.POST.get(f"column-{place}", "")
        for place in range(len(batch.headers))
        if f"column-{place}" in request.POST
    }
    _, refusal = attempt(
        lambda: uploads.assign_columns(actor=request.user, batch_id=batch.pk, columns=columns)
    )
    if not refusal:
        return back_to(batch)
    batch.columns = {str(place): field for place, field in columns.items() if field}
    batch.message = refusal
    response = _columns(request, {"batch": batch, "resource": RESOURCES[batch.kind]})
    response.status_code = 422
    return response


def _own(request: SignedInRequest, pk: int) -> ImportBatch:
    """An import one may act on: seen, and a clerk."""
    batch = visible_import(request, pk)
    require_clerk(request)
    return batch


@require_POST
def import_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another sheet of the workbook, or another header row."""
    batch = _own(request, pk)
    header_row = read_key(request.POST.get("header_row", "").strip())
    _, refusal = attempt(
        lambda: uploads.choose_sheet(
            actor=request.user,
            batch_id=batch.pk,
            sheet=request.POST.get("sheet", ""),
            header_row=header_row or None,
        )
    )
    return back_to(batch, refusal, request)


@require_POST
def import_kind(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file as another kind of table."""
    batch = _own(request, pk)
    _, refusal = attempt(
        lambda: uploads.change_kind(actor=request.user, batch_id=batch.pk, kind=request.POST.get("kind", ""))
    )
    return back_to(batch, refusal, request)


@require_POST
def import_choice(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is done with one row, or with all rows of an outcome. Answers htmx with the acts below the table."""
    batch = _own(request, pk)
    choice, number = request.POST.get("choice", ""), read_key(request.POST.get("row", ""))
    if number is not None:
        _, refusal = attempt(
            lambda: choosing.choose_for_row(
                actor=request.user, batch_id=batch.pk, number=number, choice=choice
            )
        )
    else:
        _, refusal = attempt(
            lambda: choosing.choose_for_outcome(
                actor=request.user, batch_id=batch.pk, outcome=request.POST.get("outcome", ""), choice=choice
            )
        )
    if request.htmx and number is not None and not refusal:  # type: ignore[attr-defined]
        batch.refresh_from_db()
        return render(request, "orgs/_import_acts.html", {"batch": batch, **_acts(request, batch)})
    response = back_to(batch, refusal, request)
    if request.POST.get("outcome"):
        response["Location"] += f"?show={request.POST['outcome']}"
    return response


@require_POST
def import_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write what was previewed."""
    batch = _own(request, pk)
    _, refusal = attempt(
        lambda: choosing.confirm_import(actor=request.user, batch_id=batch.pk, at=clock.machine_now())
    )
    return back_to(batch, refusal, request)


@require_POST
def import_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the import up before anything was written."""
    batch = _own(request, pk)
    _, refusal = attempt(
        lambda: choosing.cancel_import(actor=request.user, batch_id=batch.pk, at=clock.machine_now())
    )
    return back_to(batch, refusal, request) if refusal else redirect("import_list")


@require_POST
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the import back."""
    batch = _own(request, pk)
    _, refusal = attempt(lambda: undoing.request_undo(actor=request.user, batch_id=batch.pk))
    return back_to(batch, refusal, request)


@require_POST
def import_resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on with work that was given up."""
    batch = _own(request, pk)
    _, refusal = attempt(lambda: choosing.resume_import(actor=request.user, batch_id=batch.pk))
    return back_to(batch, refusal, request)
