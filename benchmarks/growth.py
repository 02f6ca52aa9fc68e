"""P2: what ten times the data costs, from the snapshots of two scales of the same run."""

from collections.abc import Sequence

from benchmarks.results import Result, result

GOAL = "≤ 5"


def growth(results: Sequence[Result]) -> list[Result]:
    """P2: each scale's snapshot over that of a tenth of it, where both were measured."""
    times = {(one.db, one.scale): one for one in results if one.name == "P1 snapshot"}
    found = []
    for (db, scale), one in times.items():
        small = next(
            (row for (name, size), row in times.items() if name == db and _is_tenth(size, scale)), None
        )
        if small is not None:
            found.append(
                result(
                    "P2 ten times the data",
                    db=db,
                    scale=scale,
                    product=one.product,
                    baseline=small.product,
                    ratio=one.product / small.product,
                    unit="s",
                    goal=GOAL,
                    memory_mib=one.memory_mib,
                )
            )
    return found


def _is_tenth(small: float, large: float) -> bool:
    return abs(small * 10 - large) < 1e-9
