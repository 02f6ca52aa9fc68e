"""The provinces as tiles: a schematic grid instead of a drawn map, which would need an approval number."""

import csv
import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from core.formats import count_text, rate_text
from quotas.calculations.steps import STEPS, count_thresholds, rate_thresholds, step_of
from quotas.selectors.ranking import Ranking, RankRow

GRID = Path(__file__).resolve().parent.parent / "data" / "tile_grid.csv"
XPCC_CODE = "660000"


@dataclasses.dataclass(frozen=True)
class Spot:
    """One place of the grid. ``code`` is the office's, empty for regions outside the plan (台湾, 香港, 澳门)."""

    row: int
    col: int
    label: str
    code: str


@dataclasses.dataclass(frozen=True)
class Tile:
    """A spot with its office's row of the ranking and its shade, 1 to 5; no row outside the plan, shade 0 without a figure."""

    spot: Spot
    row: RankRow | None
    step: int
    whole: str = ""
    decimals: str = ""


@dataclasses.dataclass(frozen=True)
class TileMap:
    """The tiles and what the five shades mean."""

    tiles: list[Tile]
    legend: list[tuple[int, str]]


@lru_cache(maxsize=1)
def grid() -> tuple[Spot, ...]:
    """The places of quotas/data/tile_grid.csv."""
    with GRID.open(encoding="utf-8", newline="") as file:
        return tuple(
            Spot(
                row=int(line["row"]),
                col=int(line["col"]),
                label=line["label"],
                code=(line["division_code"] or XPCC_CODE) if line["in_scope"] == "true" else "",
            )
            for line in csv.DictReader(file)
        )


def tile_map(ranking: Ranking) -> TileMap:
    """The provinces' tiles in five shades: counts by groups of equal size, rates on the way to their target."""
    by_code = {row.code: row for row in ranking.rows}
    values = [row.figure.value for row in ranking.rows if row.figure.value is not None]
    is_rate = ranking.total.indicator.is_rate
    target = ranking.total.target
    thresholds: Sequence[int | Fraction]
    if is_rate:
        thresholds = rate_thresholds(target) if target is not None else ()
        legend = _rate_legend(thresholds)
    else:
        counts = [int(value) for value in values]
        thresholds = count_thresholds(counts)
        legend = _count_legend([int(value) for value in thresholds], counts, ranking.total.indicator.unit)
    return TileMap([_tile(spot, by_code.get(spot.code), thresholds) for spot in grid()], legend)


def _tile(spot: Spot, row: RankRow | None, thresholds: Sequence[int | Fraction]) -> Tile:
    if row is None or row.figure.value is None:
        return Tile(spot, row, 0)
    step = min(step_of(row.figure.value, thresholds), STEPS)
    if not row.figure.indicator.is_rate:
        return Tile(spot, row, step, whole=count_text(row.figure.count))
    whole, _, decimals = rate_text(row.figure.rate_tenths).rstrip("%").partition(".")
    return Tile(spot, row, step, whole=whole, decimals=decimals)


def _count_legend(thresholds: list[int], counts: list[int], unit: str) -> list[tuple[int, str]]:
    if not counts:
        return []
    starts, ends = [min(counts), *thresholds], [*(cut - 1 for cut in thresholds), max(counts)]
    words = [
        f"{count_text(low)}–{count_text(high)}" if low < high else count_text(low)
        for low, high in zip(starts, ends, strict=True)
    ]
    words[-1] = f"{count_text(starts[-1])} {unit}以上" if len(words) > 1 else f"{words[-1]} {unit}"
    return list(enumerate(words, start=1))


def _rate_legend(thresholds: Sequence[int | Fraction]) -> list[tuple[int, str]]:
    if not thresholds:
        return []
    texts = [rate_text(int(Fraction(cut) * 10)).replace(".0%", "%") for cut in thresholds]
    words = [f"{texts[0]} 以下", *(f"–{text}" for text in texts[1:]), f"{texts[-1]} 以上"]
    return list(enumerate(words, start=1))
