"""What the sheets of all kinds share: fields with everything a file, a template and an export need to know of a column.

Declared as django-import-export resources, whose fields and widgets are used; its own import runs row by row and saves
twice, so files go through ``orgs.services.imports`` instead (docs/benchmarks.md has both side by side).
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from import_export import fields, resources

from orgs.models.record import RegistryRecord
from orgs.resources.widgets import CellWidget

EXAMPLE_MARK = "（示例）"


class SheetField(fields.Field):
    """One column. ``attribute`` names the value it gives; ``paths`` are the ORM paths it is exported from.

    ``synonyms`` are other headers it is recognised by, ``shown`` the words a template offers in a list, ``note`` what the
    template says about it, ``example`` its cell in the example row. ``kind`` is the cell's kind (core.sheets.writer).
    ``personal`` is told about a person. ``is_key`` marks the column without which a row is no record.
    """

    def __init__(
        self,
        attribute: str,
        column_name: str,
        widget: CellWidget,
        *,
        required: bool = False,
        is_key: bool = False,
        synonyms: Sequence[str] = (),
        note: str = "",
        example: str = "",
        shown: Sequence[str] = (),
        kind: str = "text",
        width: int = 14,
        personal: bool = False,
        paths: Sequence[str] | None = None,
        template: bool = True,
    ) -> None:
        super().__init__(attribute=attribute, column_name=column_name, widget=widget)
        self.required, self.is_key, self.synonyms = required or is_key, is_key, tuple(synonyms)
        self.note, self.example, self.shown = note, example, tuple(shown)
        self.kind, self.width, self.personal, self.template = kind, width, personal, template
        self.paths = (attribute,) if paths is None else tuple(paths)

    @property
    def header(self) -> str:
        """The header of a template: required columns carry a star."""
        return f"{self.column_name}*" if self.required else str(self.column_name)


@dataclasses.dataclass(frozen=True)
class ExportColumn:
    """One exported column: where its value is read, and how it is rendered: the value of its one path, or all of several.

    Without ``render`` it is exported as it is read; the sheet leaves empty texts empty.
    """

    header: str
    kind: str
    width: int
    personal: bool
    paths: tuple[str, ...]
    render: Callable[[Any], Any] | None = None


class SheetResource(resources.Resource):
    """The columns of one kind of record, in the order of DESIGN §8."""

    kind: ClassVar[str]
    title: ClassVar[str]
    noun: ClassVar[str]
    model: ClassVar[type[RegistryRecord]]

    @classmethod
    def columns(cls) -> list[SheetField]:
        """The declared columns in their order."""
        return list(cls.fields.values())

    @classmethod
    def column(cls, attribute: str) -> SheetField:
        """The column that gives a value; KeyError for an unknown one."""
        return (
            next((field for field in cls.columns() if field.attribute == attribute), None)
            or cls.fields[attribute]
        )

    @classmethod
    def export_columns(cls) -> list[ExportColumn]:
        """The columns of an export, in the order of the import, so that one's own export can be imported."""
        return [
            ExportColumn(
                field.column_name, field.kind, field.width, field.personal, field.paths, _renderer(field)
            )
            for field in cls.columns()
            if field.paths
        ]

    @classmethod
    def for_export(cls, rows: QuerySet) -> QuerySet:
        """The rows with what exported columns compute in the database."""
        return rows

    @classmethod
    def values_from(cls, cells: dict[str, Any]) -> dict[str, Any]:
        """The values of a record from the cleaned cells of a row."""
        return cells


def _renderer(field: SheetField) -> Callable[[Any], Any] | None:
    widget = field.widget
    return None if type(widget).render is CellWidget.render else widget.render
