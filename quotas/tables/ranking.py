"""The ranking of a board, and the figures of every office below, as tables of a workbook."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.utils import timezone

from core import clock
from core.sheets.writer import Column, Sheet
from orgs.choices import OfficeLevel
from orgs.models import Office
from orgs.models.office import subtree_q
from quotas.indicators import MEASURES, Indicator
from quotas.models import Tally
from quotas.selectors.board import Board
from quotas.selectors.figures import Figure, Judge
from quotas.selectors.links import CountedLinks
from quotas.selectors.surroundings import surroundings_of

_NAMES = (Column("名次", "number", 7), Column("代码", "code", 9), Column("单位", "text", 20))
_BELOW = (
    Column("级别", "text", 8),
    Column("代码", "code", 9),
    Column("单位", "text", 20),
    Column("上级", "text", 20),
)


def figure_columns(indicator: Indicator) -> list[Column]:
    """The columns of a figure: a rate has its denominator and is printed in percent."""
    columns = [Column(f"{indicator.short}（{indicator.unit}）", "number", 14)]
    if indicator.is_rate:
        columns += [Column("总数", "number", 9), Column("比例", "percent", 9)]
    target = Column("目标", "percent" if indicator.is_rate else "number", 10)
    return [
        *columns,
        target,
        Column("完成", "percent", 10),
        Column("达标", "text", 7),
        Column("还差", "number", 9),
        Column("待确认", "number", 9),
        Column("说明", "text", 18),
    ]


def figure_cells(figure: Figure) -> list[Any]:
    """The cells of a figure. Rates are rounded down to a tenth of a percent, as on the page."""
    cells: list[Any] = [figure.count]
    if figure.indicator.is_rate:
        cells += [figure.whole, _tenths(figure.rate_tenths)]
    if figure.target is None:
        target: Any = None
    else:
        target = figure.target / 100 if figure.indicator.is_rate else int(figure.target)
    attained = figure.attained
    note = "目标为全国目标，供参考" if figure.is_reference and figure.target is not None else ""
    return [
        *cells,
        target,
        _tenths(figure.attainment_tenths),
        None if attained is None else "是" if attained else "否",
        figure.missing,
        figure.pending,
        note or ("任务未下达" if figure.target is None else None),
    ]


def _tenths(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, 1000)


def ranking_table(board: Board) -> Sheet:
    """The table of the page in its order, with 本级 and the sum at the end."""
    numbers = board.numbers
    assert numbers is not None  # asked by the view
    assert numbers.ranking is not None  # as well
    ranking = numbers.ranking
    rows = [[row.rank, row.code, row.label, *figure_cells(row.figure)] for row in ranking.rows]
    rows.append([None, board.office.code, f"{board.scope_label}本级", *figure_cells(ranking.own.figure)])
    rows.append([None, board.office.code, f"{board.scope_label}合计", *figure_cells(ranking.total)])
    return Sheet(ranking.title, [*_NAMES, *figure_columns(board.choice.indicator)], rows)


def subtree_table(board: Board) -> Sheet:
    """The figures of every office below, in the order of the tree; each has its whole subtree."""
    return Sheet("各级单位", [*_BELOW, *figure_columns(board.choice.indicator)], _subtree_rows(board))


def _subtree_rows(board: Board) -> Iterator[list[Any]]:
    assert board.numbers is not None  # asked by the view
    stored, without = board.numbers.stored, board.choice.without_deputy_provincial
    offices = list(Office.objects.filter(subtree_q(board.office.path)).order_by("path"))
    by_path = {office.path: office for office in offices}
    tallies = Tally.objects.filter(snapshot_id=stored.snapshot_id).filter(
        subtree_q(board.office.path, "office__")
    )
    counts = {
        key: Counter(dict(zip(MEASURES, cells, strict=True)))
        for key, *cells in tallies.values_list("office_id", *MEASURES)
    }
    nothing: Counter[str] = Counter(dict.fromkeys(MEASURES, 0))
    left_out: tuple[str, ...] = ()
    if without:
        around = surroundings_of(board.office, stored.on)
        left_out = around.city_paths
        for city in left_out:
            taken = counts.get(by_path[city].pk, nothing)
            for end in range(Office.steplen, len(city), Office.steplen):
                above = by_path.get(city[:end])
                if above is not None:
                    counts.setdefault(above.pk, Counter(nothing)).subtract(taken)
    links = CountedLinks(year=board.goals.plan.year, on=stored.on, without_deputy_provincial=without)
    judge = Judge(board.goals, stored.on, links, without)
    for office in offices:
        if left_out and office.path.startswith(left_out):
            continue
        above = by_path.get(office.parent_path)
        figure = judge.figure(board.choice.indicator, counts.get(office.pk, nothing), office)
        yield [
            OfficeLevel(office.level).label,
            office.code,
            office.short_name,
            above.short_name if above else None,
            *figure_cells(figure),
        ]


def cover_of(board: Board, reader: str) -> list[tuple[str, str]]:
    """What the tables are, of which day, and when they were computed."""
    assert board.numbers is not None  # asked by the view
    stored = board.numbers.stored
    lines = [
        ("内容", f"{board.scope_label}：{board.choice.indicator.title}"),
        ("截至", f"{stored.on:%Y-%m-%d}"),
        ("数字算于", f"{timezone.localtime(stored.computed_at):%Y-%m-%d %H:%M}"),
        ("范围", "不含副省级城市" if board.choice.without_deputy_provincial else "含副省级城市"),
        ("导出时间", f"{timezone.localtime(clock.machine_now()):%Y-%m-%d %H:%M}"),
        ("导出人", reader),
        ("说明", "比例和完成情况按千分位向下取到 0.1%，是否达标按实际数字判断。上级单位的数字已包含下级。"),
    ]
    if stored.is_stale:
        lines.insert(3, ("注意", "这之后有记录改动，数字正在重新计算"))
    return lines
