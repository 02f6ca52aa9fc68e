"""Reading a file into staged rows, by a job: nothing of the registry is written."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from django.db import transaction

from core import clock
from core.bulk import insert_rows
from core.exceptions import DomainError
from core.jobs import JobRun, LeaseLost
from orgs.calculations.columns import Header, row_role
from orgs.choices import ImportState, RowOutcome
from orgs.models import ImportBatch, ImportRow
from orgs.resources import RESOURCES, SheetResource
from orgs.resources.base import EXAMPLE_MARK
from orgs.services.imports.context import ImportContext
from orgs.services.imports.dependents import ContactJudge, OrganizationJudge
from orgs.services.imports.enterprises import EnterpriseJudge
from orgs.services.imports.opening import (
    Opened,
    OpenSheet,
    likelier_kind,
    open_sheet,
    refusal_in_words,
    sheets_of,
)
from orgs.services.imports.parks import ParkJudge
from orgs.services.imports.rows import STAGED, JudgedRow, ReadRow, RowReader

# Rows judged and stored at once: the database is asked a few questions for all of them.
PART = 2_000
MOST_SHEETS_OPENED = 20


class SheetJudge(Protocol):
    """Says what rows would do."""

    def judge(self, rows: Sequence[ReadRow]) -> list[JudgedRow]:
        """What each row would do, in their order."""
        ...


JUDGES: dict[str, Any] = {
    "enterprise": EnterpriseJudge,
    "park": ParkJudge,
    "organization": OrganizationJudge,
    "contact": ContactJudge,
}


def take_fence(batch_id: int, *states: str) -> ImportBatch | None:
    """Begin an attempt at a batch: whoever worked on it before writes nothing more. None when it is past these states."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state not in states:
            return None
        batch.fence += 1
        batch.save(update_fields=["fence"])
    return ImportBatch.objects.select_related("file", "office", "created_by", "confirmed_by").get(pk=batch_id)


def hold_fence(batch: ImportBatch) -> ImportBatch:
    """The batch under lock, in a transaction; ``LeaseLost`` when another attempt or a person took it."""
    now = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if now.fence != batch.fence or now.state != batch.state:
        raise LeaseLost(batch.pk)
    return now


def stage_import(*, batch_id: int, job: JobRun) -> str:
    """Open the file of a batch and stage its rows, or ask the person for sheet or columns. Returns a sentence.

    May run again at any time: rows of an attempt that was cut off are removed first.
    """
    batch = take_fence(batch_id, ImportState.READING)
    if batch is None:
        return "这个文件已读取过"
    reading: OpenSheet | None = None
    try:
        if not batch.columns:
            question, reading = _settle_columns(batch)
            if question:
                return question
        if reading is None:
            reading = OpenSheet(batch, batch.sheet_name)
        return _Staging(batch, job, reading).run()
    except DomainError as refusal:
        _end(batch, state=ImportState.FAILED, message=refusal.message[:500])
        raise
    finally:
        if reading is not None:
            reading.close()


def _end(batch: ImportBatch, **values: Any) -> None:
    with transaction.atomic():
        hold_fence(batch)
        ImportBatch.objects.filter(pk=batch.pk).update(**values)


def _settle_columns(batch: ImportBatch) -> tuple[str, OpenSheet | None]:
    """Find sheet, header and columns. Returns what to ask the person, empty when all is clear, and the sheet being read."""
    job_state: dict[str, Any] = {}
    if not batch.sheets:
        batch.sheets = [{"name": sheet.name, "visible": sheet.visible} for sheet in sheets_of(batch)]
        job_state["sheets"] = batch.sheets
    opened, question, reading = _choose_sheet(batch)
    if opened is not None:
        job_state |= columns_of(opened)
        batch.sheet_name = opened.sheet
    if question:
        _end(batch, state=ImportState.COLUMNS, message=question, **job_state)
        if reading is not None:
            reading.close()
        return question, None
    assert opened is not None  # no question means an opened sheet
    _end(batch, message="", **job_state)
    for name, value in job_state.items():
        setattr(batch, name, value)
    return "", reading


def columns_of(opened: Opened) -> dict[str, Any]:
    """What a batch keeps of an opened sheet."""
    return {
        "sheet_name": opened.sheet,
        "header_row": opened.header.number,
        "headers": list(opened.header.texts),
        "columns": {str(place): field for place, field in opened.recognised.columns.items()},
        "samples": opened.samples,
    }


def _choose_sheet(batch: ImportBatch) -> tuple[Opened | None, str, OpenSheet | None]:
    """The sheet to import, the question to ask before it can be, and the sheet being read where there is but one."""
    chosen = batch.sheet_name
    names = (
        [chosen]
        if chosen
        else [sheet["name"] for sheet in batch.sheets if sheet["visible"]][:MOST_SHEETS_OPENED]
    )
    if not names:
        raise DomainError("工作簿里的工作表都是隐藏的。请取消隐藏要导入的工作表后再上传。")
    reading = OpenSheet(batch, names[0]) if len(names) == 1 else None
    opened = [(name, open_sheet(batch, name, reading=reading)) for name in names]
    fitting = [one for _, one in opened if one is not None and not one.recognised.missing]
    if len(fitting) > 1:
        return fitting[0], f"有 {len(fitting)} 张工作表都可以导入，请选一张。", None
    if fitting:
        return fitting[0], "", reading
    if reading is not None:
        reading.close()
    best = max((one for _, one in opened if one), key=lambda one: len(one.recognised.columns), default=None)
    name = best.sheet if best else names[0]
    other = likelier_kind(batch, name, best)
    if other is not None:
        title = RESOURCES[other].title
        return (
            best,
            f"这张表看起来是“{title}”表，不是“{batch.get_kind_display()}”表。请改按“{title}”导入，或核对各列。",
            None,
        )
    if best is None:
        raise DomainError(
            "没有找到表头。请在数据上方保留一行表头（如“企业名称、所在区划……”），或用模板填写后再上传。"
        )
    labels = "、".join(
        str(RESOURCES[batch.kind].column(name).column_name) for name in best.recognised.missing
    )
    return best, f"缺少必填的列：{labels}。请在下面指定是哪一列；文件里没有的，请补上后重新上传。", None


@dataclasses.dataclass
class _Counts:
    outcomes: Counter[str] = dataclasses.field(default_factory=Counter)
    skipped: Counter[str] = dataclasses.field(default_factory=Counter)
    total: int = 0


class _Staging:
    """One attempt at staging a batch."""

    def __init__(self, batch: ImportBatch, job: JobRun, reading: OpenSheet) -> None:
        self.batch, self.job, self.reading = batch, job, reading
        self.resource: type[SheetResource] = RESOURCES[batch.kind]
        self.columns = {int(place): field for place, field in batch.columns.items()}
        self.counts = _Counts()

    def run(self) -> str:
        """Read, judge and store part by part; then the batch waits for its person."""
        context = ImportContext(self.batch.created_by, submits=self.batch.submits)
        reader = RowReader(self.resource, self.columns, context.places)
        judge: SheetJudge = JUDGES[self.batch.kind](context, reader)
        with transaction.atomic():
            hold_fence(self.batch)
            ImportRow.objects.filter(batch=self.batch)._raw_delete(using="default")
        self.job.progress(0, 0, "读取文件")
        with refusal_in_words():
            for part in self._parts(reader):
                self._store(judge.judge(part))
                self.job.progress(self.counts.total, 0, f"已读取 {self.counts.total:,} 行")
        if not self.counts.total:
            raise DomainError("表头下面没有可以导入的行。请核对是否选对了工作表，填好后再上传。")
        _end(
            self.batch,
            state=ImportState.READY,
            message="",
            counts=dict(self.counts.outcomes),
            skipped=dict(self.counts.skipped),
            staged_at=clock.machine_now(),
        )
        return f"已读取 {self.counts.total:,} 行，请核对后确认导入"

    def _parts(self, reader: RowReader) -> Iterator[list[ReadRow]]:
        header = Header(self.batch.header_row, tuple(self.batch.headers))
        key_place = next(
            (place for place, name in self.columns.items() if self.resource.column(name).is_key), None
        )
        part: list[ReadRow] = []
        for block in self.reading.parts():
            for number, cells in block:
                if number <= header.number:
                    continue
                role = row_role(cells, columns=self.columns, key_place=key_place, header=header)
                if role == "record" and any(
                    isinstance(cell, str) and cell.startswith(EXAMPLE_MARK) for cell in cells[:3]
                ):
                    role = "example"
                if role != "record":
                    self.counts.skipped[role] += 1
                    continue
                part.append(reader.read(number, cells))
                if len(part) == PART:
                    yield part
                    part = []
        if part:
            yield part

    def _store(self, rows: list[JudgedRow]) -> None:
        batch_id = self.batch.pk
        with transaction.atomic():
            hold_fence(self.batch)
            insert_rows(ImportRow, STAGED, [row.columns(batch_id) for row in rows])
        self.counts.total += len(rows)
        self.counts.outcomes.update(row.outcome for row in rows)


def outcome_counts(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """Code, label and number of each outcome, in the order of the preview."""
    return [(outcome.value, outcome.label, batch.counts.get(outcome.value, 0)) for outcome in RowOutcome]
