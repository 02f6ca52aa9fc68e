"""What the pages of an import show: its rows by outcome, and what was left out."""

import dataclasses
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from orgs.calculations.columns import header_key
from orgs.choices import RowOutcome
from orgs.models import ImportBatch, ImportRow
from orgs.resources import SheetResource

PAGE_SIZE = 50
# What is decided first: questions and refusals before what is clear.
SHOWN_FIRST = (
    RowOutcome.ALIKE,
    RowOutcome.REFUSED,
    RowOutcome.CHANGED,
    RowOutcome.REPEATED,
    RowOutcome.NEW,
    RowOutcome.UNCHANGED,
)
ROLE_LABELS = {
    "blank": "空行",
    "total": "合计行",
    "note": "说明行",
    "header": "重复的表头",
    "example": "示例行",
}


class CountedPaginator(Paginator):
    """Pages whose number of rows is known beforehand, so that no page counts them again."""

    def __init__(self, rows: QuerySet, count: int) -> None:
        super().__init__(rows, PAGE_SIZE)
        self._known = count

    @cached_property
    def count(self) -> int:
        """The number of rows."""
        return self._known


def shown_outcome(batch: ImportBatch, asked: str) -> str:
    """The outcome whose rows are shown: the one asked for, else the first that has rows."""
    if asked in RowOutcome.values:
        return asked
    return next((outcome for outcome in SHOWN_FIRST if batch.counts.get(outcome)), RowOutcome.NEW)


def page_of_rows(batch: ImportBatch, outcome: str, number: str | None) -> Page:
    """One page of the rows of an outcome, in the order of the file."""
    rows = ImportRow.objects.filter(batch=batch, outcome=outcome).order_by("number")
    return CountedPaginator(rows, batch.counts.get(outcome, 0)).get_page(number)


def skipped_words(batch: ImportBatch) -> str:
    """空行 3 行、合计行 1 行; empty when every row below the header was a record."""
    return "、".join(
        f"{ROLE_LABELS[role]} {count} 行"
        for role, count in batch.skipped.items()
        if role != "blank" and count
    )


_SUMMED_UP = (
    "organization_code",
    "credit_code",
    "approval_number",
    "established_on",
    "established_year",
    "size",
    "members",
)


def row_summary(resource: type[SheetResource], values: dict[str, Any]) -> str:
    """The main values of a row to be added, in one line."""
    words = []
    for name in _SUMMED_UP:
        value = values.get(name)
        if value in (None, ""):
            continue
        field = next((one for one in resource.columns() if one.attribute == name), None)
        if field is not None:
            labels = getattr(field.widget, "labels", {})
            words.append(f"{field.column_name} {labels.get(value, value)}")
    return "，".join(words)


@dataclasses.dataclass(frozen=True)
class ColumnLine:
    """One column of a file: its letter, its header, the field it gives (empty for none), and its first cells."""

    place: int
    letter: str
    header: str
    field: str
    samples: list[str]


def column_lines(batch: ImportBatch) -> list[ColumnLine]:
    """The columns of the chosen sheet that have a header or any cell."""
    lines = []
    for place, header in enumerate(batch.headers):
        samples = [row[place] for row in batch.samples if place < len(row) and row[place]]
        if header or samples:
            lines.append(
                ColumnLine(place, letter_of(place), header, batch.columns.get(str(place), ""), samples[:3])
            )
    return lines


def unused_headers(batch: ImportBatch, ignored: frozenset[str]) -> list[str]:
    """Headers of columns that are not imported and are none of the usual ones that say nothing."""
    return [
        header
        for place, header in enumerate(batch.headers)
        if header and str(place) not in batch.columns and header_key(header) not in ignored
    ]


def letter_of(place: int) -> str:
    """The letter of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
