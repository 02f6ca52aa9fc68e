"""A list as a file: the rows its page shows, with the columns of the import, so that one's own export can be imported."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from core import clock
from core.sheets.cells import Remembered
from core.sheets.writer import Column, Sheet, write_csv, write_xlsx
from orgs.choices import RecordState
from orgs.filters import ORDERS
from orgs.models.reach import reach_of
from orgs.permissions import VIEW, VIEW_PERSONAL
from orgs.resources import RESOURCES, ExportColumn
from orgs.tables.query import ListQuery

FETCHED_AT_ONCE = 5_000
_STATES = dict(RecordState.choices)


def _local(moment: dt.datetime) -> dt.datetime:
    """The portal's own time; a sheet has no zone."""
    return timezone.make_naive(moment, timezone.get_default_timezone())


# What an export says beside what an import reads; importing one's own export leaves these columns aside.
_BESIDE = (
    ExportColumn("状态", "text", 9, False, ("state",), _STATES.get),
    ExportColumn("持有单位", "text", 16, False, ("office__short_name",)),
    ExportColumn("更新时间", "datetime", 17, False, ("updated_at",), _local),
)


class ListExport:
    """One list, asked for by the address of its page, for one person."""

    def __init__(self, kind: str, query: str, user: User) -> None:
        self.resource = RESOURCES[kind]
        self.user = user
        self.asked = ListQuery(self.resource.model, QueryDict(query), user=user, today=clock.business_today())
        self.columns: list[ExportColumn] = [*self.resource.export_columns(), *_BESIDE]
        self.has_personal = any(column.personal for column in self.columns)
        self.hidden = 0

    def count(self) -> int:
        """How many rows, counted to the last."""
        return self.asked.rows.order_by().count()

    def rows(self) -> Iterator[Sequence[Any]]:
        """The rows in the order of the page, read in one query while they are written.

        What is told about persons is left empty where the reader may not see it; ``hidden`` counts such rows.
        """
        order = ORDERS[self.resource.model][self.asked.order.lstrip("-")]
        rows = order.apply(self.asked.rows, descending=self.asked.order.startswith("-"))
        paths: list[str] = []
        readers: list[tuple[Remembered | None, Any, bool]] = []
        for column in self.columns:
            width = len(column.paths)
            place = len(paths) if width == 1 else slice(len(paths), len(paths) + width)
            readers.append((Remembered(column.render) if column.render else None, place, column.personal))
            paths += column.paths
        values = self.resource.for_export(rows).values_list(*paths, "office__path")
        found = values.iterator(chunk_size=FETCHED_AT_ONCE)
        if self.has_personal:
            found = self._without_hidden(found, [place for _, place, personal in readers if personal])
        for row in found:
            yield [row[place] if words is None else words[row[place]] for words, place, _ in readers]

    def _without_hidden(
        self, rows: Iterable[tuple[Any, ...]], personal: list[int]
    ) -> Iterator[Sequence[Any]]:
        """The rows, without what is told about persons where the reader may not see it."""
        reach = reach_of(self.user)
        readable = Remembered(lambda path: reach.covers(VIEW_PERSONAL, path))
        for row in rows:
            if readable[row[-1]]:
                yield row
                continue
            self.hidden += 1
            emptied = list(row)
            for place in personal:
                emptied[place] = None
            yield tuple(emptied)

    def needs(self, *, personal: bool) -> dict[str, list[int]]:
        """The rights the rows were chosen by, as ``orgs.file_kinds`` asks for them; ``personal``: persons are told of."""
        actions = (VIEW, VIEW_PERSONAL) if personal else (VIEW,)
        return {action: self._chosen_by(action) for action in actions}

    def _chosen_by(self, action: str) -> list[int]:
        """The offices in whose subtrees the action brought rows in: the one asked for, or what the person holds of it.

        A figure counts by the holders of its day, and what is seen of it by those of today: any subtree may have a part.
        """
        reach, office = reach_of(self.user), self.asked.office
        if office is None or self.asked.counted is not None:
            return list(reach.tops(action))
        if reach.covers(action, office.path):
            return [office.pk]
        return list(reach.tops(action, below=office.path))

    def sheet(self) -> Sheet:
        """The list as a table."""
        columns = [Column(column.header, column.kind, column.width) for column in self.columns]
        return Sheet(self.resource.title, columns, self.rows())

    def conditions(self) -> str:
        """What the list is narrowed to, in words."""
        chips = [f"{chip.label}：{chip.words}" for chip in self.asked.chips]
        return "；".join(chips) or "全部（没有设条件）"

    def cover(self, total: int) -> list[tuple[str, str]]:
        """The lines of the sheet in front."""
        lines = [
            ("内容", f"{self.resource.title}，{total:,} {self.resource.noun}"),
            ("条件", self.conditions()),
            ("范围", self.asked.office.short_name if self.asked.office else "本人可以查看的全部单位"),
            ("导出时间", f"{_local(clock.machine_now()):%Y-%m-%d %H:%M}"),
            ("导出人", self.user.name),
        ]
        if settings.PORTAL_TODAY:
            lines.append(("业务日期", f"{clock.business_today()}（演示）"))
        if self.has_personal:
            lines.append(
                (
                    "个人信息",
                    "含姓名、手机等个人信息，请妥善保管；本次导出已记入操作记录。无权查看的单位，这几列为空。",
                )
            )
        lines.append(
            ("说明", "代码按文本保存，日期、数字可以直接计算。本表可以原样导入，没有改动的行不会重复登记。")
        )
        return lines

    def write(
        self, target: Path, ending: str, *, total: int, progress: Callable[[int], None] | None = None
    ) -> int:
        """Write the file (``xlsx`` or ``csv``) and return the number of rows."""
        if ending == "csv":
            return write_csv(target, self.sheet(), progress=progress)
        return write_xlsx(target, [self.sheet()], cover=self.cover(total), progress=progress)
