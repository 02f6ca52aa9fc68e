"""A file comes in: judged, kept, and handed to the job that reads it."""

import dataclasses
import datetime as dt
from pathlib import Path

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import DomainError, NotAllowed
from core.models import StoredFile
from core.services.files import store_file
from core.services.jobs import request_job
from core.sheets.guard import guard_file
from orgs.calculations.columns import header_key
from orgs.choices import ImportState, RecordState
from orgs.file_kinds import UPLOAD
from orgs.models import ImportBatch, Office, RememberedColumn
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.resources import RESOURCES
from orgs.services.imports.choosing import STAGE
from orgs.services.imports.opening import IGNORED, known_headers, open_sheet, refusal_in_words
from orgs.services.imports.staging import columns_of

# The file is kept as long as somebody may want its refused rows back.
KEPT = dt.timedelta(days=180)
# A file whose upload was only asked about.
KEPT_UNDECIDED = dt.timedelta(days=1)
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
}


@dataclasses.dataclass(frozen=True)
class Uploaded:
    """What became of an upload: the new import, or the earlier ones of the very same file to be asked about."""

    batch: ImportBatch | None
    file: StoredFile
    earlier: list[ImportBatch]


def receive_file(*, actor: User, name: str, path: Path) -> StoredFile:
    """Judge an uploaded file and keep it for a day. A hostile or unreadable one is refused with words and not kept."""
    with refusal_in_words():
        kind = guard_file(path, name=name)
    return store_file(
        owner=actor,
        purpose=UPLOAD,
        name=name,
        path=path,
        content_type=CONTENT_TYPES[kind],
        expires_at=clock.machine_now() + KEPT_UNDECIDED,
    )


@transaction.atomic
def start_import(
    *, actor: User, kind: str, office: Office, file: StoredFile, submits: bool, anyway: bool = False
) -> Uploaded:
    """Begin the import of a kept file, unless the very same file was imported before and that was not asked about yet."""
    if kind not in RESOURCES:
        raise DomainError("没有这一种表。请从列出的种类里选。", field="kind")
    if not reach_of(actor).covers(ENTER, office.path):
        raise NotAllowed("只有经办人可以导入。请由本单位经办办理。")
    at = clock.machine_now()
    batch = ImportBatch(
        kind=kind,
        office=office,
        created_by=actor,
        created_at=at,
        file=file,
        file_name=file.name,
        file_hash=file.sha256,
        file_format=format_of(file),
        target_state=RecordState.SUBMITTED if submits else RecordState.DRAFT,
    )
    earlier = list(ImportBatch.objects.visible_to(actor).of_same_file(batch).for_list()[:3])
    if earlier and not anyway:
        return Uploaded(None, file, earlier)
    batch.save(force_insert=True)
    StoredFile.objects.filter(pk=file.pk).update(expires_at=at + KEPT)
    _request_staging(batch, actor)
    return Uploaded(batch, file, earlier)


def format_of(file: StoredFile) -> str:
    """The format a kept file was judged to have."""
    return next(kind for kind, content_type in CONTENT_TYPES.items() if content_type == file.content_type)


def _request_staging(batch: ImportBatch, actor: User) -> None:
    request_job(kind=STAGE, key=str(batch.pk), args={"batch": batch.pk}, actor=actor)


@transaction.atomic
def assign_columns(*, actor: User, batch_id: int, columns: dict[int, str]) -> ImportBatch:
    """Say what the columns of a file are, remember it for the office, and read the file.

    ``columns`` maps the place of each shown column to its field, empty for one that is left out. Raises when a required
    field has no column or a field has two.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    _require_open(batch)
    resource = RESOURCES[batch.kind]
    fields = [field for field in columns.values() if field]
    known = {field.attribute: str(field.column_name) for field in resource.columns()}
    if not set(fields) <= set(known):
        raise DomainError("没有这一项。请从列出的项里选。")
    twice = sorted({known[field] for field in fields if fields.count(field) > 1})
    if twice:
        raise DomainError(f"“{'、'.join(twice)}”选了不止一列。每一项只能选一列。")
    missing = [
        str(field.column_name)
        for field in resource.columns()
        if field.required and field.attribute not in fields
    ]
    if missing:
        raise DomainError(
            f"还缺必填的列：{'、'.join(missing)}。请指定是哪一列；文件里没有的，请补上后重新上传。"
        )
    _remember(batch, columns)
    batch.columns = {str(place): field for place, field in sorted(columns.items()) if field}
    return _read_again(batch, actor)


def _require_open(batch: ImportBatch) -> None:
    if batch.state not in (ImportState.COLUMNS, ImportState.READY):
        raise DomainError(f"这次导入现在是“{batch.get_state_display()}”，不能再改列。请刷新页面查看。")


def _remember(batch: ImportBatch, columns: dict[int, str]) -> None:
    """Keep what was decided by hand; what is recognised by itself needs no memory."""
    known = known_headers(RESOURCES[batch.kind])
    for place, field in columns.items():
        key = header_key(batch.headers[place]) if place < len(batch.headers) else ""
        if not key or known.get(key, "") == field or (not field and key in IGNORED):
            continue
        RememberedColumn.objects.update_or_create(
            office=batch.office, kind=batch.kind, header_key=key[:100], defaults={"field": field}
        )


def _read_again(batch: ImportBatch, actor: User) -> ImportBatch:
    batch.state, batch.message, batch.counts, batch.skipped, batch.choices = (
        ImportState.READING,
        "",
        {},
        {},
        {},
    )
    batch.fence += 1
    batch.returned_file = None
    batch.save()
    _request_staging(batch, actor)
    return batch


@transaction.atomic
def choose_sheet(*, actor: User, batch_id: int, sheet: str, header_row: int | None = None) -> ImportBatch:
    """Take another sheet of the workbook, or another row of it as the header."""
    batch = (
        ImportBatch.objects.select_for_update(of=("self",)).select_related("office", "file").get(pk=batch_id)
    )
    _require_open(batch)
    if sheet not in [one["name"] for one in batch.sheets]:
        raise DomainError("工作簿里没有这张工作表。请从列出的工作表里选。")
    opened = open_sheet(batch, sheet, header_row=header_row)
    if opened is None:
        raise DomainError("这张工作表里没有找到表头。请换一张，或指定表头在第几行。")
    for name, value in columns_of(opened).items():
        setattr(batch, name, value)
    if opened.recognised.missing:
        labels = "、".join(
            str(RESOURCES[batch.kind].column(name).column_name) for name in opened.recognised.missing
        )
        batch.message = f"缺少必填的列：{labels}。请在下面指定是哪一列；文件里没有的，请补上后重新上传。"
        batch.state = ImportState.COLUMNS
        batch.save()
        return batch
    return _read_again(batch, actor)


@transaction.atomic
def change_kind(*, actor: User, batch_id: int, kind: str) -> ImportBatch:
    """Take the file as another kind of table."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    _require_open(batch)
    if kind not in RESOURCES:
        raise DomainError("没有这一种表。请从列出的种类里选。")
    batch.kind, batch.columns, batch.headers, batch.sheet_name, batch.header_row = kind, {}, [], "", 0
    return _read_again(batch, actor)
