"""Opening an uploaded file: which sheet, where its header is, what its columns are."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from core.exceptions import DomainError
from core.models import StoredFile
from core.services.files import path_of
from core.sheets.errors import SheetRefused
from core.sheets.reader import Rows, SheetInfo, list_sheets, read_rows
from orgs.calculations.columns import (
    SEARCHED_ROWS,
    Header,
    Recognised,
    Row,
    find_header,
    header_key,
    recognise,
)
from orgs.models import ImportBatch, Office, RememberedColumn
from orgs.resources import RESOURCES, SheetResource

# Columns that stand in many files and say nothing the registry keeps; the exports' own are among them.
IGNORED = frozenset(
    map(
        header_key,
        (
            *(
                "序号",
                "编号",
                "号",
                "备注",
                "说明",
                "状态",
                "持有单位",
                "更新时间",
                "问题说明",
                "填报单位",
                "填报人",
            ),
            *("录入时间", "确认时间", "审核状态", "所在市", "所在省"),
        ),
    )
)
SAMPLE_ROWS = 5


@dataclasses.dataclass(frozen=True)
class Opened:
    """One sheet of a file as a kind of record: its header, its columns, and the first rows below for the person to see."""

    sheet: str
    header: Header
    recognised: Recognised
    samples: list[list[str]]


def known_headers(resource: type[SheetResource]) -> dict[str, str]:
    """Every header of a kind, by the form headers are compared in."""
    known: dict[str, str] = {}
    for field in resource.columns():
        known[header_key(field.column_name)] = field.attribute
    for field in resource.columns():
        for synonym in field.synonyms:
            known.setdefault(header_key(synonym), field.attribute)
    return known


def required_fields(resource: type[SheetResource]) -> list[str]:
    """The fields without whose column nothing can be imported."""
    return [field.attribute for field in resource.columns() if field.required]


def remembered(office: Office, kind: str) -> dict[str, str]:
    """What the office has decided about headers before."""
    rows = RememberedColumn.objects.filter(office=office, kind=kind)
    return dict(rows.values_list("header_key", "field"))


class OpenSheet:
    """One sheet being read: its first rows can be looked at before all are read, without reading the file twice."""

    def __init__(self, batch: ImportBatch, sheet: str) -> None:
        self.sheet = sheet
        self._rows = read_rows(path_of(uploaded_file(batch)), batch.file_format, sheet=sheet)
        self._seen: list[Rows] = []

    def first(self, count: int = SEARCHED_ROWS) -> Rows:
        """The first rows that hold anything."""
        while sum(map(len, self._seen)) < count:
            part = next(self._rows, None)
            if part is None:
                break
            self._seen.append(part)
        return [row for part in self._seen for row in part][:count]

    def parts(self) -> Iterator[Rows]:
        """All rows, those looked at among them."""
        yield from self._seen
        yield from self._rows

    def close(self) -> None:
        """End the reading."""
        self._rows.close()


def first_rows(batch: ImportBatch, sheet: str) -> Rows:
    """The first rows of a sheet that hold anything."""
    opened = OpenSheet(batch, sheet)
    try:
        return opened.first()
    finally:
        opened.close()


def uploaded_file(batch: ImportBatch) -> StoredFile:
    """The file as it was uploaded. Raises with words when it is no longer kept."""
    if batch.file is None or batch.file.removed_at is not None:
        raise DomainError("上传的文件已过保存期，不能再读取。请重新上传。")
    return batch.file


def sheets_of(batch: ImportBatch) -> list[SheetInfo]:
    """The sheets of the file, visible ones first."""
    with refusal_in_words():
        found = list_sheets(path_of(uploaded_file(batch)), batch.file_format)
    return sorted(found, key=lambda sheet: not sheet.visible)


class refusal_in_words:  # noqa: N801 - used like a function
    """A context in which a refusal of the reader becomes one of the portal's own."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SheetRefused):
            raise DomainError(error.message) from error


def open_sheet(
    batch: ImportBatch, sheet: str, *, header_row: int | None = None, reading: OpenSheet | None = None
) -> Opened | None:
    """A sheet as the batch's kind; None when no row looks like a header. ``header_row`` was chosen by hand."""
    with refusal_in_words():
        rows = reading.first() if reading is not None else first_rows(batch, sheet)
    resource = RESOURCES[batch.kind]
    return opened_as(
        resource, sheet, rows, chosen=remembered(batch.office, batch.kind), header_row=header_row
    )


def opened_as(
    resource: type[SheetResource],
    sheet: str,
    rows: Sequence[Row],
    *,
    chosen: Mapping[str, str],
    header_row: int | None = None,
) -> Opened | None:
    """The first rows of a sheet taken as one kind of record; None when no row looks like a header."""
    known = known_headers(resource)
    candidates = [row for row in rows if header_row is None or row[0] == header_row]
    header = find_header(candidates, {**known, **{key: field for key, field in chosen.items() if field}})
    if header is None and header_row is not None and candidates:
        header = Header(
            header_row, tuple("" if cell is None else str(cell).strip() for cell in candidates[0][1])
        )
    if header is None:
        return None
    recognised = recognise(header, known, required=required_fields(resource), ignored=IGNORED, chosen=chosen)
    below = [cells for number, cells in rows if number > header.number][:SAMPLE_ROWS]
    samples = [["" if cell is None else str(cell)[:40] for cell in cells] for cells in below]
    return Opened(sheet, header, recognised, samples)


def likelier_kind(batch: ImportBatch, sheet: str, opened: Opened | None) -> str | None:
    """Another kind of record this sheet fits fully while the batch's own does not; None when there is none."""
    if opened is not None and not opened.recognised.missing:
        return None
    with refusal_in_words():
        rows = first_rows(batch, sheet)
    best, most = None, len(opened.recognised.columns) if opened else 0
    for kind, resource in RESOURCES.items():
        if kind == batch.kind:
            continue
        other = opened_as(resource, sheet, rows, chosen={})
        if other is not None and not other.recognised.missing and len(other.recognised.columns) > most:
            best, most = kind, len(other.recognised.columns)
    return best
