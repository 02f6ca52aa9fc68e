"""Files of offices, made for tests, and the way through an import without pages."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from core.jobs import JobRun
from core.services.files import store_file
from orgs.models import ImportBatch, Office
from orgs.services.imports.choosing import confirm_import
from orgs.services.imports.staging import stage_import
from orgs.services.imports.uploads import CONTENT_TYPES, start_import
from orgs.services.imports.writing import write_import

AT = dt.datetime(2014, 10, 15, 9, 0, tzinfo=dt.UTC)


class SilentJob(JobRun):
    """A job's hold whose progress nobody reads."""

    id = 0
    args: dict[str, Any] = {}
    requested_by_id = None

    def progress(self, done: int, total: int, message: str) -> None:
        """Say nothing."""


def write_workbook(path: Path, rows: Sequence[Sequence[Any]], *, title: str = "Sheet1") -> Path:
    """An .xlsx with these rows on its only sheet."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    workbook.save(path)
    return path


def begin_import(
    actor: Any,
    path: Path,
    *,
    kind: str,
    office: Office,
    submits: bool = True,
    format: str = "xlsx",  # noqa: A002 - what it is
    anyway: bool = True,
) -> ImportBatch:
    """Upload a file and read it, as the job does."""
    file = store_file(
        owner=actor, purpose="import", name=path.name, path=path, content_type=CONTENT_TYPES[format]
    )
    done = start_import(actor=actor, kind=kind, office=office, file=file, submits=submits, anyway=anyway)
    assert done.batch is not None
    stage_import(batch_id=done.batch.pk, job=SilentJob())
    done.batch.refresh_from_db()
    return done.batch


def finish_import(actor: Any, batch: ImportBatch) -> ImportBatch:
    """Confirm the preview and write, as the job does."""

    confirm_import(actor=actor, batch_id=batch.pk, at=AT)
    write_import(batch_id=batch.pk, job=SilentJob())
    batch.refresh_from_db()
    return batch
