"""Giving refused rows back as the person's own workbook, with the reasons in front."""

import datetime as dt
from pathlib import Path

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import DomainError
from core.jobs import JobRun
from core.models import StoredFile
from core.services.files import path_of, store_file, working_folder
from core.services.jobs import request_job
from core.sheets.returned import RowProblem, write_returned
from orgs.choices import EffectAction, ImportState, RowOutcome
from orgs.file_kinds import RETURNED
from orgs.models import ImportBatch, ImportEffect, ImportRow
from orgs.permissions import ENTER
from orgs.services.imports.opening import refusal_in_words, uploaded_file
from orgs.services.imports.uploads import CONTENT_TYPES

RETURN = "import.return"
KEPT = dt.timedelta(days=30)
# A second or two of work: not worth a job.
AT_ONCE_BYTES, AT_ONCE_ROWS = 1 << 20, 5_000
_RETURNED = (RowOutcome.REFUSED, RowOutcome.REPEATED)


def problem_rows(batch: ImportBatch) -> dict[int, RowProblem]:
    """The rows to give back: refused in the preview or while writing, and those twice in the file."""
    problems: dict[int, RowProblem] = {}
    rows = ImportRow.objects.filter(batch=batch, outcome__in=_RETURNED).order_by("number")
    for number, found in rows.values_list("number", "problems"):
        reasons = [f"{label}：{message}" if label else message for _, label, message in found]
        columns = frozenset(place for place, _, _ in found if place is not None)
        problems[number] = RowProblem("\n".join(reasons), columns)
    effects = ImportEffect.objects.filter(batch=batch, action=EffectAction.REFUSED)
    for number, reason in effects.values_list("number", "problem"):
        problems[number] = RowProblem(reason, frozenset())
    return problems


def give_back(*, actor: User, batch_id: int) -> StoredFile | None:
    """The workbook at once when the file is small, else None and a job that makes it."""
    batch = ImportBatch.objects.select_related("file").get(pk=batch_id)
    if uploaded_file(batch).size <= AT_ONCE_BYTES and batch.row_count <= AT_ONCE_ROWS:
        _require_read(batch)
        make_returned(batch_id=batch_id, actor=actor)
        return ImportBatch.objects.select_related("returned_file").get(pk=batch_id).returned_file
    request_returned(actor=actor, batch_id=batch_id)
    return None


@transaction.atomic
def request_returned(*, actor: User, batch_id: int) -> None:
    """Have the workbook made by a job."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("file").get(pk=batch_id)
    _require_read(batch)
    request_job(kind=RETURN, key=str(batch.pk), args={"batch": batch.pk, "actor": actor.pk}, actor=actor)


def _require_read(batch: ImportBatch) -> None:
    if batch.state not in (ImportState.READY, ImportState.DONE, ImportState.UNDONE):
        raise DomainError("文件还没有读完，读完后再下载问题行。")
    uploaded_file(batch)


def _offer(batch_id: int, stored: StoredFile) -> None:
    ImportBatch.objects.filter(pk=batch_id).update(returned_file=stored)


def make_returned(*, batch_id: int, actor: User, job: JobRun | None = None) -> str:
    """Write the workbook and keep it for the one who asked. Returns a sentence."""
    batch = ImportBatch.objects.select_related("file").get(pk=batch_id)
    source = path_of(uploaded_file(batch))
    problems = problem_rows(batch)
    if not problems:
        raise DomainError("没有要退回的行。")
    ending = "csv" if batch.file_format == "csv" else "xlsx"
    if job is not None:
        job.progress(0, len(problems), "整理问题行")
    with working_folder() as folder, refusal_in_words():
        target = folder / f"returned.{ending}"
        write_returned(
            source,
            batch.file_format,
            sheet=batch.sheet_name,
            header_row=batch.header_row,
            problems=problems,
            target=target,
        )
        store_file(
            owner=actor,
            purpose=RETURNED,
            name=f"{Path(batch.file_name).stem}（问题行）.{ending}",
            path=target,
            content_type=CONTENT_TYPES[ending],
            expires_at=clock.machine_now() + KEPT,
            needs={ENTER: [batch.office_id]},
            slot=f"import-{batch.pk}",
            within=lambda stored: _offer(batch.pk, stored),
        )
    return f"{len(problems):,} 行问题行已整理好"
