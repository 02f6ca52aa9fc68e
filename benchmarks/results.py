"""What a measurement found, and the table all of them make."""

import dataclasses
import json
import statistics
from collections.abc import Sequence
from pathlib import Path

Seconds = Sequence[float]
# Below this scale it is only shown that everything works: nothing is judged.
REAL_SCALE = 0.1


@dataclasses.dataclass(frozen=True)
class Result:
    """One figure beside its baseline of the same run.

    ``ratio`` is product ÷ baseline, or baseline ÷ product where more is better (``goal`` begins with ≥). ``held`` is
    None for a figure that is printed beside, without a goal. ``memory_mib`` is the highest rise of the resident memory
    of the process that did the work.
    """

    name: str
    db: str
    scale: float
    product: float
    baseline: float | None
    ratio: float | None
    goal: str
    held: bool | None
    unit: str
    memory_mib: float | None = None


def p95(values: Seconds) -> float:
    """The value 95 % of the others do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


def median(values: Seconds) -> float:
    """The middle value."""
    return statistics.median(values)


def judged(value: float, goal: str) -> bool | None:
    """Whether a value keeps a goal written as ``≤ 1.5`` or ``≥ 20``; None without a goal."""
    if not goal:
        return None
    limit = float(goal[1:].split()[0])
    return value <= limit if goal.startswith("≤") else value >= limit


def result(
    name: str,
    *,
    db: str,
    scale: float,
    product: float,
    baseline: float | None,
    ratio: float | None,
    unit: str,
    goal: str = "",
    memory_mib: float | None = None,
) -> Result:
    """A result judged by its own goal, which speaks of the ratio, or of the product where there is none."""
    goal = goal if scale >= REAL_SCALE else ""
    return Result(
        name=name,
        db=db,
        scale=scale,
        product=_significant(product),
        baseline=None if baseline is None else _significant(baseline),
        ratio=None if ratio is None else round(ratio, 3),
        goal=goal,
        held=judged(product if ratio is None else ratio, goal),
        unit=unit,
        memory_mib=None if memory_mib is None else round(memory_mib, 1),
    )


def _significant(value: float) -> float:
    return float(f"{value:.4g}")


_HEADS = ("name", "db", "scale", "product", "baseline", "unit", "ratio", "goal", "held", "MiB")


def table(results: Sequence[Result]) -> str:
    """The results as a table in Markdown, aligned for a terminal."""

    def text(value: float | None) -> str:
        return "—" if value is None else f"{value:g}"

    rows = [
        (
            one.name,
            one.db,
            text(one.scale),
            text(one.product),
            text(one.baseline),
            one.unit,
            "—" if one.ratio is None else f"{one.ratio:.2f}",
            one.goal or "—",
            {True: "yes", False: "NO", None: "—"}[one.held],
            text(one.memory_mib),
        )
        for one in results
    ]
    widths = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(_HEADS), line(["-" * width for width in widths]), *map(line, rows)])


def write(results: Sequence[Result], path: Path) -> None:
    """All results as JSON, replacing the file of the run before."""
    rows = [dataclasses.asdict(one) for one in results]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
