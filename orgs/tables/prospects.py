"""The tables of wishes, reasons and of the way to an organisation: cells with the very list each counts, and as sheets."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core import clock
from core.sheets.writer import Column, Sheet
from orgs.choices import ENTERPRISE_TYPES, LeaderWish, NoOrganizationReason
from orgs.filters import ANYTHING_SAID, NOTHING_SAID
from orgs.selectors import wishes
from orgs.selectors.prospects import LONG_DAYS
from orgs.selectors.territory import OWN, Territory
from orgs.selectors.wishes import ALL, CONTACT, REASONED, UNSAID, Counts

# The reasons as heads of narrow columns; the page and the sheet name them in full elsewhere.
SHORT_REASONS: dict[str, str] = {
    NoOrganizationReason.UNAWARE: "不了解",
    NoOrganizationReason.FEW_TECHNICIANS: "科技人员少",
    NoOrganizationReason.PREPARING: "正在筹备",
    NoOrganizationReason.RESTRUCTURING: "改制停产",
    NoOrganizationReason.OTHER_BODY: "已有类似组织",
    NoOrganizationReason.NO_STAFF: "没有专人",
    NoOrganizationReason.NO_FUNDS: "缺经费",
    NoOrganizationReason.UPPER_UNDECIDED: "上级未同意",
    NoOrganizationReason.OTHER: "其他",
}
REASONS: dict[str, str] = {str(value): str(label) for value, label in NoOrganizationReason.choices}
Query = dict[str, str]


@dataclasses.dataclass(frozen=True)
class Cell:
    """One number: the list it counts, and the whole it is a part of (None: of nothing)."""

    count: int
    url: str
    whole: int | None = None

    @property
    def share(self) -> Fraction | None:
        """Its part of the whole; None without one."""
        return Fraction(self.count, self.whole) if self.whole else None


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of a table. ``url`` leads one level down, empty where there is none."""

    label: str
    code: str
    url: str
    cells: dict[str, Cell]

    @property
    def reasons(self) -> list[tuple[str, Cell]]:
        """The cells of the reasons under their short names."""
        return [(SHORT_REASONS[code], self.cells[code]) for code in REASONS]


@dataclasses.dataclass(frozen=True)
class Table:
    """The offices directly below, 本级 and the sum; ``sort`` is the column in force, with a minus for descending."""

    title: str
    rows: list[Row]
    own: Row
    total: Row
    sort: str = ""

    @property
    def all_rows(self) -> list[Row]:
        """Every line as a sheet has it."""
        return [*self.rows, self.own, self.total]


class ProspectLinks:
    """Addresses of lists of enterprises without an organisation, held in one territory."""

    def __init__(self, territory: Territory) -> None:
        self._list = reverse("enterprise_list")
        self._without = {"without": "1"} if territory.without_cities else {}

    def rows(self, code: str, query: Query, *, own: bool = False) -> str:
        """The enterprises held by the office ``code`` and below, or by itself alone, that answer ``query``."""
        scope = {"office": code, **({"own": "1"} if own else self._without)}
        return f"{self._list}?{urlencode({'state': 'confirmed', 'gone': '0', **query, **scope})}"


# Name of a cell → conditions of its list, beside "confirmed, existing, without an organisation".
PROSPECT: Query = {"has": "0"}
WISH_CELLS: dict[str, Query] = {
    ALL: {},
    LeaderWish.WILLING: {"wish": "willing"},
    LeaderWish.LATER: {"wish": "later"},
    LeaderWish.UNWILLING: {"wish": "unwilling"},
    UNSAID: {"wish": NOTHING_SAID},
    CONTACT: {"contact": "1"},
    "alone": {"contact": "0"},
}
REASON_CELLS: dict[str, Query] = {code: {"reason": code} for code in REASONS}
STAGE_CELLS: dict[str, Query] = {
    CONTACT: {"contact": "1"},
    wishes.WISH: {"contact": "1", "wish": "willing"},
    wishes.PREPARING: {"contact": "1", "wish": "willing", "preparing": "1"},
    wishes.UNASKED: {"contact": "1", "wish": NOTHING_SAID},
    wishes.UNPREPARED: {"contact": "1", "wish": "willing", "preparing": "0"},
    wishes.UNREACHED: {"contact": "0", "wish": "willing"},
}
Maker = Callable[[Counter[str], Callable[[Query], str]], dict[str, Cell]]


def _table(
    territory: Territory, counts: Counts, make: Maker, *, page: Callable[[str], str], sort: str, what: str
) -> Table:
    links = ProspectLinks(territory)

    def row(label: str, code: str, cells: Counter[str], url: str = "", *, own: bool = False) -> Row:
        return Row(label, code, url, make(cells, lambda query: links.rows(code, query, own=own)))

    office = territory.office
    rows = [
        row(child.region_short, child.code, counts.get(child.pk, Counter()), page(child.code))
        for child in territory.children
    ]
    total: Counter[str] = Counter()
    for cells in counts.values():
        total.update(cells)
    name = sort.removeprefix("-")
    if name == "code":
        rows.sort(key=lambda one: one.code, reverse=sort.startswith("-"))
    elif rows and name in rows[0].cells:
        rows.sort(key=lambda one: one.cells[name].count, reverse=sort.startswith("-"))
    return Table(
        title=f"{territory.title}{what}" if rows else f"{territory.label}{what}",
        rows=rows,
        own=row("本级", office.code, counts.get(OWN, Counter()), own=True),
        total=row("合计", office.code, total),
        sort=sort,
    )


def wish_table(territory: Territory, *, page: Callable[[str], str], sort: str) -> Table:
    """Enterprises without an organisation by what their leaders said; most who are willing first unless asked otherwise."""

    def make(cells: Counter[str], link: Callable[[Query], str]) -> dict[str, Cell]:
        numbers = {**cells, "alone": cells[ALL] - cells[CONTACT]}
        return {
            name: Cell(numbers.get(name, 0), link(PROSPECT | query), None if name == ALL else cells[ALL])
            for name, query in WISH_CELLS.items()
        }

    return _table(territory, wishes.wish_counts(territory), make, page=page, sort=sort, what="企业的意愿")


def _reason_cells(cells: Counter[str], link: Callable[[Query], str]) -> dict[str, Cell]:
    """How many say why, of all; and each reason as a part of those who say."""
    asked = Cell(cells[REASONED], link(PROSPECT | {"reason": ANYTHING_SAID}), cells[ALL])
    return {
        REASONED: asked,
        **{
            code: Cell(cells[code], link(PROSPECT | query), cells[REASONED])
            for code, query in REASON_CELLS.items()
        },
    }


@dataclasses.dataclass(frozen=True)
class ReasonTables:
    """``regions`` by office; ``reasons`` one line a reason with its number in the whole territory and in each type."""

    regions: Table
    types: list[Row]


def reason_tables(territory: Territory, *, page: Callable[[str], str], sort: str) -> ReasonTables:
    """Why enterprises have no organisation, by region and by type. Types overlap: their lines are never summed."""
    counts, by_type = wishes.reason_counts(territory)
    links = ProspectLinks(territory)
    code = territory.office.code
    types = []
    for flag, label in ENTERPRISE_TYPES:
        of_type = {"type": flag.removeprefix("is_")}

        def link(query: Query, of_type: Query = of_type) -> str:
            return links.rows(code, query | of_type)

        types.append(Row(label, flag, link(PROSPECT), _reason_cells(by_type[flag], link)))
    regions = _table(territory, counts, _reason_cells, page=page, sort=sort, what="企业的未建原因")
    return ReasonTables(regions, types)


def funnel_table(territory: Territory, *, today: dt.date, page: Callable[[str], str], sort: str) -> Table:
    """Contact → wish → preparation → founded, with what is to be done at each stage."""
    before = (today - dt.timedelta(days=LONG_DAYS)).isoformat()

    def make(cells: Counter[str], link: Callable[[Query], str]) -> dict[str, Cell]:
        contact, wish, founded = cells[CONTACT], cells[wishes.WISH], cells[wishes.FOUNDED]
        wholes = {
            wishes.WISH: contact,
            wishes.PREPARING: wish,
            wishes.UNASKED: contact,
            wishes.UNPREPARED: wish,
        }
        made = {
            name: Cell(cells[name], link(PROSPECT | query), wholes.get(name))
            for name, query in STAGE_CELLS.items()
        }
        long = STAGE_CELLS[wishes.PREPARING] | {"preparing_before": before}
        made[wishes.LONG] = Cell(cells[wishes.LONG], link(PROSPECT | long), cells[wishes.PREPARING])
        made[wishes.FOUNDED] = Cell(
            founded, link({"has": "1", "converted": str(today.year)}), founded + contact
        )
        return made

    counts = wishes.funnel_counts(territory, today=today)
    return _table(territory, counts, make, page=page, sort=sort, what="从联系人到科协")


# ---------- as sheets ----------

_NAMES = [Column("代码", "code", 9), Column("单位", "text", 20)]


def _sheet(
    title: str, heads: Sequence[tuple[str, str]], rows: Iterable[Row], names: Sequence[Column]
) -> Sheet:
    """``heads`` are (name of the cell, header); each is a number, and its part of the whole where it has one."""
    rows = list(rows)
    columns, picks = list(names), list[tuple[str, bool]]()
    for name, header in heads:
        columns.append(Column(header, "number", 12))
        picks.append((name, False))
        if any(row.cells[name].whole is not None for row in rows):
            columns.append(Column(f"{header}占比", "percent", 10))
            picks.append((name, True))
    lines: list[list[Any]] = []
    for row in rows:
        first = [row.code, row.label] if len(names) == 2 else [row.label]
        lines.append(first + [_value(row.cells[name], share) for name, share in picks])
    return Sheet(title, columns, lines)


def _value(cell: Cell, share: bool) -> Any:
    if not share:
        return cell.count
    return (
        Fraction(cell.share.numerator * 1000 // cell.share.denominator, 1000)
        if cell.share is not None
        else None
    )


WISH_HEADS = (
    (ALL, "未建科协"),
    (str(LeaderWish.WILLING), "愿意"),
    (str(LeaderWish.LATER), "暂不"),
    (str(LeaderWish.UNWILLING), "不愿意"),
    (UNSAID, "没有问过"),
    (CONTACT, "有联系人"),
    ("alone", "没有联系人"),
)
FUNNEL_HEADS = (
    (CONTACT, "有联系人"),
    (wishes.WISH, "其中愿意"),
    (wishes.PREPARING, "其中在筹备"),
    (wishes.FOUNDED, "今年建立"),
    (wishes.UNASKED, "有联系人没问意愿"),
    (wishes.UNPREPARED, "愿意没有筹备"),
    (wishes.LONG, f"筹备超过 {LONG_DAYS} 天"),
    (wishes.UNREACHED, "愿意没有联系人"),
)


def wish_sheets(table: Table) -> list[Sheet]:
    """The table of wishes."""
    return [_sheet("意愿", WISH_HEADS, table.all_rows, _NAMES)]


def funnel_sheets(table: Table) -> list[Sheet]:
    """The table of stages."""
    return [_sheet("从联系人到科协", FUNNEL_HEADS, table.all_rows, _NAMES)]


def reason_sheets(tables: ReasonTables) -> list[Sheet]:
    """The reasons by region and, on a sheet of its own, by type."""
    heads = [(REASONED, "填了原因"), *REASONS.items()]
    return [
        _sheet("按地区", heads, tables.regions.all_rows, _NAMES),
        _sheet("按企业类型", heads, tables.types, [Column("企业类型", "text", 16)]),
    ]


def cover_lines(territory: Territory, title: str, reader: str) -> list[tuple[str, str]]:
    """The lines of the sheet in front."""
    lines = [
        ("内容", f"{territory.label}：{title}"),
        ("范围", "不含副省级城市" if territory.without_cities else "含全部下级"),
        ("口径", "已确认、没有注销、没有在册企业科协的企业；按现在的台账统计"),
        ("导出时间", f"{timezone.localtime(clock.machine_now()):%Y-%m-%d %H:%M}"),
        ("导出人", reader),
        ("说明", "占比按千分位向下取到 0.1%。一家企业可同属几类，各类不能相加。"),
    ]
    if settings.PORTAL_TODAY:
        lines.append(("业务日期", f"{clock.business_today()}（演示）"))
    return lines
