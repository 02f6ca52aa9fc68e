"""Whether the days of founding steps follow each other (docs/concepts.md, 成立步骤)."""

import datetime as dt
from collections.abc import Mapping, Sequence


def out_of_order(days: Mapping[str, dt.date], order: Sequence[str]) -> dict[str, str]:
    """The steps that are dated before an earlier one, each with the latest such one.

    ``days`` maps done steps to their day; steps not done are left out. Two on one day are in order.
    """
    found: dict[str, str] = {}
    latest: str | None = None
    for step in order:
        if step not in days:
            continue
        if latest is not None and days[step] < days[latest]:
            found[step] = latest
        else:
            latest = step
    return found
