"""One list page asked for by an address: which rows, in which order, and the words for what is set."""

import dataclasses
import datetime as dt
from typing import Any, cast

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

from core.keys import read_key
from orgs.choices import OfficeLevel
from orgs.filters import DEFAULT_ORDER, FILTERS, ORDERS, Filter, read_filter
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.models.record import RecordQuerySet, RegistryRecord, rows_of
from orgs.permissions import VIEW
from orgs.selectors.counted import COUNTED, COUNTED_LABELS, counted_rows
from orgs.selectors.lists import COUNT_LIMIT, CappedPaginator, capped_count
from orgs.validators.dates import parse_date
from orgs.validators.errors import DateError

_SCOPE_NAMES = ("office", "own")
_COUNTED_NAMES = ("counted", "year", "on", "without", "held")


@dataclasses.dataclass(frozen=True)
class Chip:
    """One condition that is set, and the address without it."""

    label: str
    words: str
    without: str


@dataclasses.dataclass(frozen=True)
class Counted:
    """The figure whose rows are asked for: a measure of a year as of a day.

    ``without_deputy_provincial`` and ``held_at`` (a level of offices) as ``counted_rows`` takes them.
    """

    measure: str
    year: int
    day: dt.date
    without_deputy_provincial: bool = False
    held_at: str | None = None

    @property
    def label(self) -> str:
        """What the figure is called."""
        return COUNTED_LABELS[self.measure]


@dataclasses.dataclass(frozen=True)
class Setting:
    """One filter with the value it was given."""

    filter: Filter
    value: Any


class ListQuery:
    """What an address asks of one list. What it cannot be is left out and said in ``problems``."""

    def __init__(self, model: type[RegistryRecord], query: QueryDict, *, user, today: dt.date) -> None:
        self.model, self.query, self.user, self.today = model, query, user, today
        self.problems: list[str] = []
        self.settings: list[Setting] = []
        for filter_ in FILTERS[model]:
            value, problem = read_filter(filter_, query.getlist(filter_.name))
            if problem:
                self.problems.append(problem)
            elif value is not None:
                self.settings.append(Setting(filter_, value))
        self.own = query.get("own") == "1"
        self.counted = self._read_counted()
        order = query.get("sort") or DEFAULT_ORDER
        self.order = order if order.lstrip("-") in ORDERS[model] else DEFAULT_ORDER

    def _read_counted(self) -> Counted | None:
        measure = self.query.get("counted")
        if not measure:
            return None
        year, day = read_key(self.query.get("year") or str(self.today.year)), self.query.get("on")
        try:
            on = parse_date(day) if day else self.today
        except DateError as refusal:
            self.problems.append(f"截至日期没有采用：{refusal}")
            return None
        known = measure in COUNTED and year is not None and 1949 <= year <= 2100
        if year is None or not known or COUNTED[measure](year, on).model is not self.model:
            self.problems.append("这个数字不是这张表的，下面列出的是全部记录。请从看板上的数字重新点进来。")
            return None
        held = self.query.get("held", "")
        return Counted(
            measure,
            year,
            on,
            without_deputy_provincial=self.query.get("without") == "1",
            held_at=held if held in OfficeLevel.values else None,
        )

    # ---------- where ----------

    @cached_property
    def _offices(self) -> list[Office]:
        """The office in force and those above it; without one, the tops of the person's subtrees."""
        tops = reach_of(self.user).paths(VIEW)
        path = tops[0] if len(tops) == 1 else None
        if code := self.query.get("office", "").strip():
            found = Office.objects.filter(code=code).values_list("path", flat=True).first()
            if found is None:
                self.problems.append(f"没有代码为“{code[:20]}”的科协，这个条件没有采用。")
            path = found or path
        if path is None:
            return list(Office.objects.filter(path__in=tops).order_by("path"))
        above = [path[:end] for end in range(Office.steplen, len(path) + 1, Office.steplen)]
        return list(Office.objects.filter(path__in=above).order_by("path"))

    @cached_property
    def office(self) -> Office | None:
        """The office the address names, else the top of the person's only subtree; None for several subtrees."""
        tops = reach_of(self.user).paths(VIEW)
        code = self.query.get("office", "").strip()
        by_code = next((office for office in self._offices if code and office.code == code), None)
        return by_code or next(
            (office for office in self._offices if len(tops) == 1 and office.path == tops[0]), None
        )

    @property
    def names_office(self) -> bool:
        """Whether the address itself names the office."""
        return self.office is not None and self.office.code == self.query.get("office", "").strip()

    @cached_property
    def crumbs(self) -> list[tuple[str, str]]:
        """From the top of the own reach down to the office in force, each with its list."""
        if self.office is None:
            return []
        tops = reach_of(self.user).paths(VIEW)
        return [
            (office.region_short, self.address(office=office.code, own=None, page=None))
            for office in self._offices
            if self.office.path.startswith(office.path) and any(office.path.startswith(top) for top in tops)
        ]

    @cached_property
    def lower_offices(self) -> list[Office]:
        """Where the list can be narrowed to: the offices directly below, or the tops of several subtrees.

        Asked through the open placements, which have an index; by depth it would read the whole tree.
        """
        if self.office is None:
            return self._offices
        below = Office.objects.filter(placements__parent=self.office, placements__ends_on=None)
        return list(below.order_by("path").only("code", "short_name", "path"))

    # ---------- rows ----------

    @cached_property
    def rows(self) -> QuerySet:
        """Every row that answers and that the person may see, unsorted."""
        return self._rows(self.settings)

    def _rows(self, settings: list[Setting]) -> QuerySet:
        if self.counted is not None and self._counting_office is not None:
            counted = counted_rows(
                self.counted.measure,
                year=self.counted.year,
                day=self.counted.day,
                office=self._counting_office,
                own_only=self.own,
                without_deputy_provincial=self.counted.without_deputy_provincial,
                held_at=self.counted.held_at,
            )
            rows = cast("RecordQuerySet", counted).visible_to(self.user)
        else:
            rows = rows_of(self.model).visible_to(self.user)
            if self.office is not None and self.own:
                rows = rows.held_by(self.office)
            elif self.names_office and self.office is not None:
                rows = rows.held_within(self.office)
            if self.without_cities:
                rows = rows.held_outside_cities(self.office)
        for setting in settings:
            rows = cast("RecordQuerySet", setting.filter.apply(rows, setting.value))
        return rows

    @property
    def without_cities(self) -> bool:
        """Whether what deputy-provincial cities below the office hold is left out (a figure asks for it by itself)."""
        return self.counted is None and self.query.get("without") == "1"

    @cached_property
    def _counting_office(self) -> Office | None:
        """Whose figure: the office in force, for several subtrees HQ's, narrowed to them by what one may see."""
        return self.office or Office.objects.filter(depth=1).first()

    def page(self, number: str | None) -> Page:
        """One page of plain values in the order asked for."""
        order = ORDERS[self.model][self.order.lstrip("-")]
        return CappedPaginator(self.rows, order, descending=self.order.startswith("-")).get_page(number)

    def value_of(self, name: str) -> Any:
        """What a filter is set to; None while it is not."""
        return next((setting.value for setting in self.settings if setting.filter.name == name), None)

    # ---------- words and addresses ----------

    def address(self, **changes: str | None) -> str:
        """The query string with changes; None takes a key away."""
        query = self.query.copy()
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        return f"?{query.urlencode()}"

    @cached_property
    def chips(self) -> list[Chip]:
        """What is set, each with the way to take it off."""
        chips = []
        if self.counted is not None:
            words = f"{self.counted.label}，{self.counted.year} 年，截至 {self.counted.day}"
            if self.counted.held_at:
                words += f"，{OfficeLevel(self.counted.held_at).label}科协持有"
            if self.counted.without_deputy_provincial:
                words += "，不含副省级城市"
            chips.append(Chip("计入", words, self.address(page=None, **dict.fromkeys(_COUNTED_NAMES))))
        if self.office is not None and (self.names_office or self.own):
            words = f"{self.office.short_name}{'本级' if self.own else '及以下'}"
            chips.append(Chip("持有", words, self.address(page=None, **dict.fromkeys(_SCOPE_NAMES))))
        if self.without_cities:
            chips.append(Chip("范围", "不含副省级城市", self.address(page=None, without=None)))
        chips += [
            Chip(
                setting.filter.label,
                setting.filter.words(setting.value),
                self.address(page=None, **{setting.filter.name: None}),
            )
            for setting in self.settings
        ]
        return chips

    @property
    def cleared(self) -> str:
        """The address without any condition; the order stays."""
        return f"?sort={self.order}" if self.order != DEFAULT_ORDER else "?"

    def without_last(self) -> tuple[Chip, int] | None:
        """For an empty page: the filter set last and how many rows there are without it."""
        if not self.settings:
            return None
        return self.chips[-1], min(capped_count(self._rows(self.settings[:-1])), COUNT_LIMIT)

    @cached_property
    def controls(self) -> list[dict[str, Any]]:
        """Every filter with the value it has now, as the page's form draws it."""
        now = {setting.filter.name: setting.filter.text(setting.value) for setting in self.settings}
        drawn = [filter_ for filter_ in FILTERS[self.model] if filter_.control != "number"]
        return [{"filter": filter_, "value": now.get(filter_.name, "")} for filter_ in drawn]

    @property
    def more_set(self) -> int:
        """How many of the conditions that stand under 更多条件 are set."""
        return sum(not setting.filter.main for setting in self.settings) + (self.names_office or self.own)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form carries along unchanged: the figure asked for and the order."""
        linked = [setting.filter.name for setting in self.settings if setting.filter.control == "number"]
        sort = ("sort",) if self.query.get("sort") else ()
        names = [*(_COUNTED_NAMES if self.counted else ("without",)), *linked, *sort]
        return [(name, str(self.query[name])) for name in names if self.query.get(name)]
