"""Adding the offices' own counts up the reporting tree, each count once.

Offices are rows of an array; ``parents[i]`` is the row of the parent of row i, or -1 at the top. Any order of rows is
allowed. Integers only, so the sum of the children and the office's own is the office's total exactly.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Rows = NDArray[np.intp]

NO_PARENT = -1


class TreeError(ValueError):
    """The parents do not form a tree: a cycle, or a parent that is not there."""


def order_parents_first(parents: Mapping[int, int | None]) -> list[int]:
    """Ids with every parent before its children, level by level, otherwise in the mapping's order.

    ``parents`` maps an id to its parent's, None at the top. TreeError on a cycle or an unknown parent.
    """
    children: dict[int | None, list[int]] = {}
    for node, parent in parents.items():
        if parent is not None and parent not in parents:
            raise TreeError(f"the parent {parent} of {node} is not among the nodes")
        children.setdefault(parent, []).append(node)
    ordered: list[int] = []
    level = children.get(None, [])
    while level:
        ordered.extend(level)
        level = [child for node in level for child in children.get(node, [])]
    if len(ordered) != len(parents):
        raise TreeError(f"{len(parents) - len(ordered)} nodes are their own ancestors or below such a node")
    return ordered


def roll_up(parents: Sequence[int] | Rows, own: NDArray[np.integer]) -> Counts:
    """Totals of every row's subtree, for each column of ``own`` (rows × columns). ``own`` is left as it is."""
    rows = _rows(parents)
    totals = _counts(own, rows)
    # Deepest first: when a level is added to its parents, it already holds everything below it.
    for level in reversed(_levels(rows)[1:]):
        np.add.at(totals, rows[level], totals[level])
    return totals


def exclude_subtrees(totals: Counts, parents: Sequence[int] | Rows, excluded: Collection[int]) -> Counts:
    """Totals without the subtrees of the excluded rows: taken out of all ancestors, 0 in the subtrees themselves.

    Same result as rolling up with those subtrees' own counts at 0. Excluding a row below an excluded one changes
    nothing. An excluded row that is not there is a TreeError.
    """
    rows = _rows(parents)
    result = _counts(totals, rows)
    if unknown := [row for row in excluded if not 0 <= row < len(rows)]:
        raise TreeError(f"excluded rows {unknown} are not there")
    inside = np.zeros(len(rows), dtype=bool)
    inside[list(excluded)] = True
    for level in _levels(rows)[1:]:
        inside[level] |= inside[rows[level]]
    for row in set(excluded):
        parent = rows[row]
        if parent == NO_PARENT or not inside[parent]:
            while parent != NO_PARENT:
                result[parent] -= totals[row]
                parent = rows[parent]
    result[inside] = 0
    return result


def _rows(parents: Sequence[int] | Rows) -> Rows:
    """The parents as an array of rows; TreeError when one points outside."""
    rows = np.asarray(parents, dtype=np.intp).reshape(-1)
    if len(rows) and (rows.min() < NO_PARENT or rows.max() >= len(rows)):
        raise TreeError("a parent is not among the rows")
    return rows


def _counts(counts: NDArray[np.integer], rows: Rows) -> Counts:
    """A copy in 64 bits, checked: whole numbers, one row per office."""
    array = np.asarray(counts)
    if array.ndim != 2 or len(array) != len(rows):
        raise ValueError(f"{array.shape} counts do not fit {len(rows)} rows")
    if not np.issubdtype(array.dtype, np.integer):
        raise TypeError(f"counts are whole numbers, not {array.dtype}")
    return array.astype(np.int64)


def _levels(rows: Rows) -> list[Rows]:
    """The rows of each depth, top first; TreeError on a cycle."""
    depth = np.zeros(len(rows), dtype=np.intp)
    ancestor = rows.copy()
    climbing = ancestor != NO_PARENT
    steps = 0
    while climbing.any():
        steps += 1
        if steps > len(rows):
            raise TreeError("a row is its own ancestor")
        depth[climbing] += 1
        ancestor[climbing] = rows[ancestor[climbing]]
        climbing = ancestor != NO_PARENT
    return [np.flatnonzero(depth == level) for level in range(int(depth.max(initial=0)) + 1)]
