"""The offices directly below one office, ranked by an indicator, with what the office holds itself (本级)."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

from orgs.choices import OfficeLevel
from orgs.models import Office
from quotas.calculations.lights import Light
from quotas.calculations.steps import ranks
from quotas.indicators import Indicator
from quotas.selectors.figures import Figure, Judge
from quotas.selectors.links import BoardLinks
from quotas.selectors.sheet import Sheet

DEFAULT_SORT = "-figure"
# Lowest first: offices without a figure stand below all others.
_NO_FIGURE = Fraction(-1)
_SHOWN_LIGHTS = (Light.OK, Light.WARN, Light.BAD)
_ORDERS: dict[str, Callable[["RankRow"], Fraction | int]] = {
    "figure": lambda row: _NO_FIGURE if row.figure.value is None else Fraction(row.figure.value),
    "pending": lambda row: row.figure.pending,
    "office": lambda row: row.order,
}
SORTS = frozenset({*_ORDERS, *(f"-{name}" for name in _ORDERS)})


@dataclasses.dataclass(frozen=True)
class RankRow:
    """One office of the table. ``share`` is its part of the whole table's count, None for rates and without any count;
    ``bar`` and ``pace`` are shares of the bar's length.
    """

    order: int
    rank: int | None
    code: str
    label: str
    url: str
    figure: Figure
    share: Fraction | None
    bar: Fraction | None
    pace: Fraction | None

    @property
    def light(self) -> str:
        """The light's code; ``done`` once the target is attained."""
        return "done" if self.figure.attained else self.figure.light.value

    @property
    def is_bad(self) -> bool:
        """Whether the bar is drawn as behind."""
        return self.figure.light == Light.BAD


@dataclasses.dataclass(frozen=True)
class Ranking:
    """The table. ``own`` is the 本级 row, ``total`` the sum of all rows."""

    title: str
    rows: list[RankRow]
    own: RankRow
    total: Figure
    has_lights: bool
    lights: list[tuple[str, int]]

    @property
    def own_rows(self) -> list[RankRow]:
        """The 本级 row, as the page draws rows."""
        return [self.own]


@dataclasses.dataclass(frozen=True)
class _Scale:
    """What the bars and shares of one table are measured by: the whole, and the largest count of a row."""

    total: int
    longest: int


def ranking_of(
    *,
    office: Office,
    children: tuple[Office, ...],
    sheet: Sheet,
    indicator: Indicator,
    judge: Judge,
    links: BoardLinks,
    sort: str,
    visible: Callable[[Office], bool],
) -> Ranking:
    """The children's figures in the wanted order; ``visible`` says which boards the reader may open."""
    shown = [child for child in children if child.pk in sheet.children]
    figures = [judge.figure(indicator, sheet.children[child.pk], child) for child in shown]
    own = judge.figure(indicator, sheet.own, office, own=True)
    total = judge.figure(indicator, sheet.total, office)
    scale = _Scale(total.count, max(figure.count for figure in [*figures, own]))
    places = ranks([figure.value for figure in figures])
    rows = []
    for order, (child, figure, place) in enumerate(zip(shown, figures, places, strict=True), start=1):
        row = _row(child, figure, scale)
        url = links.board(child.code) if visible(child) else ""
        rows.append(dataclasses.replace(row, order=order, rank=place, url=url))
    rows.sort(key=_ORDERS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    lights = Counter(row.figure.light for row in rows)
    return Ranking(
        title=_title(shown),
        rows=rows,
        own=dataclasses.replace(_row(office, own, scale), label="本级"),
        total=total,
        has_lights=any(lights[light] for light in _SHOWN_LIGHTS),
        lights=[(light.value, lights[light]) for light in _SHOWN_LIGHTS if lights[light]],
    )


def _row(office: Office, figure: Figure, scale: _Scale) -> RankRow:
    """A row without its place: a figure with a target is measured by it, another one by the largest of the table."""
    share = bar = None
    if figure.target is not None or figure.indicator.is_rate:
        bar = None if figure.attainment_tenths is None else Fraction(figure.attainment_tenths, 1000)
    else:
        bar = Fraction(figure.count, scale.longest) if scale.longest else None
        share = Fraction(figure.count, scale.total) if scale.total else None
    return RankRow(
        order=0,
        rank=None,
        code=office.code,
        label=office.region_short,
        url="",
        figure=figure,
        share=share,
        bar=bar,
        pace=figure.pace_share if bar is not None else None,
    )


def _title(children: list[Office]) -> str:
    levels = {child.level for child in children}
    if OfficeLevel.PROVINCE in levels:
        return "各省进度"
    return "各市进度" if OfficeLevel.PREFECTURE in levels else "各区县进度"
