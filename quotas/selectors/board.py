"""Everything one board shows: one office, one day, one indicator."""

import dataclasses
import datetime as dt
from collections.abc import Callable

from django.db.models import F
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.formats import count_text, rate_text
from orgs.choices import OfficeLevel
from orgs.models import Office
from orgs.selectors.counted import counted_rows
from quotas.indicators import INDICATORS, Indicator
from quotas.selectors import breakdown, cards
from quotas.selectors.figures import Figure, Judge
from quotas.selectors.goals import Goals, goals_on
from quotas.selectors.links import BoardLinks, CountedLinks
from quotas.selectors.ranking import DEFAULT_SORT, Ranking, ranking_of
from quotas.selectors.sheet import Sheet, read_sheet
from quotas.selectors.surroundings import Surroundings, surroundings_of
from quotas.selectors.tilemap import TileMap, tile_map
from quotas.selectors.trend import StoredDay, Trend, stored_days, trend_of

DEFAULT_BY = next(iter(INDICATORS))
# How many of the records behind a county's figure its board names itself; the list has them all.
RECORDS_SHOWN = 8


@dataclasses.dataclass(frozen=True)
class BoardChoice:
    """What the reader chose. ``on`` None: the latest day that has figures, which is today as soon as there are any."""

    on: dt.date | None = None
    by: str = DEFAULT_BY
    without_deputy_provincial: bool = False
    sort: str = DEFAULT_SORT

    @property
    def indicator(self) -> Indicator:
        """The chosen indicator."""
        return INDICATORS[self.by]


@dataclasses.dataclass(frozen=True)
class RecordLine:
    """One record behind a figure, with its page."""

    name: str
    day: dt.date | None
    url: str


@dataclasses.dataclass(frozen=True)
class Numbers:
    """The part of a board that needs figures: there is none on a day nobody computed.

    ``new`` is the whole of both breakdowns; ``records`` stand in for the ranking where no office is below.
    """

    stored: StoredDay
    cards: list[cards.Card]
    figure: Figure
    ranking: Ranking | None
    map: TileMap | None
    trend: Trend
    types: list[breakdown.Slice]
    levels: list[breakdown.Slice]
    besides: list[tuple[str, str, str, str]]
    new: int
    baseline: list[SafeString]
    records: list[RecordLine] | None


@dataclasses.dataclass(frozen=True)
class Board:
    """One page. ``on`` is the day shown, ``numbers`` None when it has no figures yet."""

    office: Office
    goals: Goals
    choice: BoardChoice
    on: dt.date
    today: dt.date
    links: BoardLinks
    above: tuple[Office, ...]
    has_cities: bool
    numbers: Numbers | None

    @property
    def is_today(self) -> bool:
        """Whether the figures stand for today."""
        return self.on == self.today

    @property
    def scope_label(self) -> str:
        """Whose figures these are."""
        return "全国" if self.office.is_hq else self.office.short_name


def board_of(
    *, office: Office, choice: BoardChoice, today: dt.date, visible: Callable[[Office], bool]
) -> Board | None:
    """The board of an office; None when no plan was loaded for the day. ``visible`` tells which boards may be opened.

    Six queries at HQ at any size of the registry, seven at a county, which names some of its records.
    """
    day = choice.on or today
    goals = goals_on(day)
    if goals is None:
        return None
    around = surroundings_of(office, day)
    without = choice.without_deputy_provincial and bool(around.cities)
    days = stored_days(
        goals=goals,
        indicator=choice.indicator,
        office=office,
        without=around.cities if without else (),
        upto=day,
    )
    stored = days[-1] if days and (choice.on is None or days[-1].on == day) else None
    on = stored.on if stored else day
    links = BoardLinks(by=choice.by, default_by=DEFAULT_BY, on=choice.on, without_deputy_provincial=without)
    board = Board(
        office=office,
        goals=goals,
        choice=dataclasses.replace(choice, without_deputy_provincial=without),
        on=on,
        today=today,
        links=links,
        above=around.above,
        has_cities=bool(around.cities),
        numbers=None,
    )
    if stored is None:
        return board
    numbers = _Numbers(board, around, stored, days, visible).build()
    return dataclasses.replace(board, numbers=numbers)


class _Numbers:
    """Puts the numbers of one board together."""

    def __init__(
        self,
        board: Board,
        around: Surroundings,
        stored: StoredDay,
        days: list[StoredDay],
        visible: Callable[[Office], bool],
    ) -> None:
        self.board, self.around, self.stored, self.days, self.visible = board, around, stored, days, visible
        self.office, self.goals, self.indicator = board.office, board.goals, board.choice.indicator
        self.without = board.choice.without_deputy_provincial
        self.counted = CountedLinks(
            year=self.goals.plan.year, on=stored.on, without_deputy_provincial=self.without
        )
        self.judge = Judge(self.goals, stored.on, self.counted, self.without)
        self.sheet: Sheet = read_sheet(
            stored.snapshot_id, self.office, around, without_deputy_provincial=self.without
        )

    def build(self) -> Numbers:
        total = self.sheet.total
        figures = {key: self.judge.figure(one, total, self.office) for key, one in INDICATORS.items()}
        figure = figures[self.indicator.key]
        ranking = self._ranking() if self.around.children else None
        unset = cards.UNSET_WITHOUT if self.office.is_hq and self.without else cards.UNSET
        return Numbers(
            stored=self.stored,
            cards=cards.cards_of(figures, unset=unset),
            figure=figure,
            ranking=ranking,
            map=tile_map(ranking) if ranking and self.office.is_hq else None,
            trend=trend_of(
                goals=self.goals,
                figure=figure,
                counts=total,
                days=self.days,
                on=self.stored.on,
                office=self.office,
                without=self.without,
            ),
            types=breakdown.by_type(total, self.office, self.counted),
            levels=self._levels(),
            besides=self._besides(),
            new=total[breakdown.MEASURE],
            baseline=self._baseline(),
            records=None if self.around.children else self._records(),
        )

    def _ranking(self) -> Ranking:
        return ranking_of(
            office=self.office,
            children=self.around.children,
            sheet=self.sheet,
            indicator=self.indicator,
            judge=self.judge,
            links=self.board.links,
            sort=self.board.choice.sort,
            visible=self.visible,
        )

    def _levels(self) -> list[breakdown.Slice]:
        return breakdown.by_holder_level(
            snapshot_id=self.stored.snapshot_id,
            office=self.office,
            on=self.stored.on,
            around=self.around,
            sheet=self.sheet,
            links=self.counted,
            without_deputy_provincial=self.without,
        )

    def _besides(self) -> list[tuple[str, str, str, str]]:
        """What is tracked beside the figures: (label, number, address, explanation)."""
        rows = (
            ("重建企业科协", "orgs_refounded", "organization_list", "原来有过科协，不算新建"),
            ("联系人企业已建科协", "contact_converted", "enterprise_list", "仍计入联系人企业"),
            ("在册企业科协", "orgs_total", "organization_list", "含往年建立的"),
        )
        return [
            (
                label,
                f"{count_text(self.sheet.total[measure])} 家",
                self.counted.rows(list_name, measure, self.office.code),
                why,
            )
            for label, measure, list_name, why in rows
        ]

    def _baseline(self) -> list[SafeString]:
        """How complete the registry is beside what the plan states, and what has no figure yet."""
        plan = self.goals.plan
        stated = self.office.is_hq and not self.without
        parks = stated and plan.park_count_stated
        lines = [
            format_html(
                "登记园区 {} 个{}",
                self._counted_link("park_list", "parks"),
                f"，方案所述 {count_text(plan.park_count_stated)} 多个" if parks else "",
            )
        ]
        if stated and plan.organizations_stated:
            lines.append(
                format_html(
                    "在册企业科协 {} 家，方案所述原有 {} 家",
                    self._counted_link("organization_list", "orgs_total"),
                    count_text(plan.organizations_stated),
                )
            )
        share = plan.enterprise_share_stated
        before = f"（方案所述规模以上工业企业 {rate_text(share)}）" if stated and share is not None else ""
        return [*lines, format_html("企业覆盖率：调研未完成，暂无数字{}", before)]

    def _counted_link(self, list_name: str, measure: str) -> SafeString:
        address = self.counted.rows(list_name, measure, self.office.code)
        return format_html('<a href="{}">{}</a>', address, count_text(self.sheet.total[measure]))

    def _records(self) -> list[RecordLine]:
        """The latest records behind the figure of an office that has none below it.

        Of those it holds now: what has moved away since is another office's to show.
        """
        rows = counted_rows(
            self.indicator.numerator,
            year=self.goals.plan.year,
            day=self.stored.on,
            office=self.office,
            own_only=True,
        )
        latest = rows.filter(office=self.office).order_by(F("established_on").desc(nulls_last=True), "-pk")
        detail = self.indicator.list_name.replace("_list", "_detail")
        return [
            RecordLine(name, day, reverse(detail, args=[pk]))
            for pk, name, day in latest.values_list("pk", "name", "established_on")[:RECORDS_SHOWN]
        ]


def region_of(office: Office) -> str:
    """The office's region as a breadcrumb names it."""
    return "全国" if office.level == OfficeLevel.HQ else office.region_short
