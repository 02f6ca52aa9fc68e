"""Rows of a file while they are judged: cells read into values, then what they would do."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.exceptions import DomainError
from orgs.choices import RowOutcome
from orgs.models import Division
from orgs.resources import SheetField, SheetResource
from orgs.selectors.places import PlaceBook
from orgs.validators.errors import CodeError

# [place of the column, 0 is A, or None; its header; the sentence]
Problem = tuple[int | None, str, str]
# [label, value now, value in the file]
Change = tuple[str, str, str]
# Of one column: all days of fifty years, all divisions of a country with room to spare.
MOST_REMEMBERED = 20_000
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=dt.date.isoformat).encode


@dataclasses.dataclass(slots=True)
class ReadRow:
    """A row with its cells read. ``given`` are the values the row says anything about; ``division`` its address."""

    number: int
    given: dict[str, Any]
    division: Division | None
    problems: list[Problem]

    @property
    def label(self) -> str:
        """What the row is called in lists: its name, else that of what it stands at."""
        return str(self.given.get("name") or self.given.get("host") or "")[:200]


@dataclasses.dataclass(slots=True)
class JudgedRow:
    """What a row would do. ``values`` are those to write, canonical and checked."""

    number: int
    outcome: str
    label: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    changes: list[Change] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    target_id: int | None = None
    target_version: int | None = None

    def columns(self, batch_id: int) -> tuple[Any, ...]:
        """The row in the order of ``STAGED``."""
        return (
            batch_id,
            self.number,
            self.outcome,
            self.label[:200],
            _as_json(self._said()) if self.values else "{}",
            _as_json(self.changes) if self.changes else "[]",
            _as_json(self.problems) if self.problems else "[]",
            self.target_id,
            self.target_version,
            "",
        )

    def _said(self) -> dict[str, Any]:
        """The values to keep: of a new row those that say anything, of a changed one also what it empties."""
        if self.changes:
            return self.values
        return {name: value for name, value in self.values.items() if value is not None and value != ""}


STAGED = (
    "batch_id",
    "number",
    "outcome",
    "label",
    "values",
    "changes",
    "problems",
    "target_id",
    "target_version",
    "choice",
)


def refused(row: ReadRow, problems: Sequence[Problem], changes: Sequence[Change] = ()) -> JudgedRow:
    """A row that cannot be written, with all reasons."""
    return JudgedRow(
        row.number, RowOutcome.REFUSED, row.label, problems=list(problems), changes=list(changes)
    )


class RowReader:
    """Reads the cells of one file's rows. ``columns`` maps the place of a column to the attribute it gives."""

    def __init__(self, resource: type[SheetResource], columns: Mapping[int, str], places: PlaceBook) -> None:
        self._resource, self._places = resource, places
        self._fields: list[tuple[int, str, Any, dict[str, Any] | None]] = []
        for place, attribute in columns.items():
            widget = resource.column(attribute).widget
            self._fields.append((place, attribute, widget.clean, {} if widget.repeats else None))
        self._columns = {attribute: place for place, attribute in columns.items()}

    def read(self, number: int, cells: Sequence[Any]) -> ReadRow:
        """The row with every value that could be read, and a problem for each cell that could not."""
        given: dict[str, Any] = {}
        problems: list[Problem] = []
        width = len(cells)
        for place, attribute, clean, known in self._fields:
            if place >= width:
                continue
            cell = cells[place]
            if cell is None or cell == "":
                continue
            if known is not None and type(cell) is str and cell in known:
                given[attribute] = known[cell]
                continue
            try:
                value = clean(cell, places=self._places)
            except CodeError as refusal:
                problems.append(self.problem(attribute, refusal.message))
                continue
            if value is None:
                continue
            given[attribute] = value
            if known is not None and type(cell) is str and len(known) < MOST_REMEMBERED:
                known[cell] = value
        division = given.pop("division", None)
        return ReadRow(number, self._resource.values_from(given), division, problems)

    def problem(self, attribute: str | None, message: str) -> Problem:
        """A problem at the column of an attribute, which may be missing in the file."""
        if attribute is None:
            return None, "", message
        attribute = _FIELD_OF.get(attribute, attribute)
        try:
            label = self._resource.column(attribute).column_name
        except KeyError:
            label = ""
        return self._columns.get(attribute), str(label), message

    def problems_of(self, row: ReadRow, errors: Sequence[DomainError]) -> list[Problem]:
        """The row's problems with the refusals of the rules; a cell that could not be read is not blamed twice."""
        if not errors:
            return row.problems
        blamed = {label for _, label, _ in row.problems}
        problems = list(row.problems)
        for error in errors:
            problem = self.problem(error.field, error.message)
            if not problem[1] or problem[1] not in blamed:
                problems.append(problem)
        return problems

    def has(self, attribute: str) -> bool:
        """Whether the file has a column for the attribute."""
        return attribute in self._columns


# Where a rule names a field otherwise than the sheets do.
_FIELD_OF = {
    "enterprise": "host",
    "park": "park",
    "office": "division",
    "reason_code": "no_organization_reason",
}


def field_words(field: SheetField, value: Any) -> str:
    """A value as the preview prints it."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = getattr(field.widget, "labels", None)
    return str(labels.get(value, value) if labels else value)
