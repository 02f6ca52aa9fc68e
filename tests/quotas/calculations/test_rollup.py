"""Rolling up the tree: children and own are the total, whatever the tree and the order of its rows."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.calculations.rollup import TreeError, exclude_subtrees, order_parents_first, roll_up
from tests.support.properties import deterministic


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[int], np.ndarray]:
    """Parents of a random forest in a random order of rows, and own counts of three columns."""
    size = draw(st.integers(1, 30))
    parents_in_order = [draw(st.integers(-1, row - 1)) for row in range(size)]
    place = draw(st.permutations(range(size)))
    parents = [-1] * size
    for row, parent in enumerate(parents_in_order):
        parents[place[row]] = -1 if parent < 0 else place[parent]
    counts = draw(st.lists(st.integers(0, 10**6), min_size=3 * size, max_size=3 * size))
    return parents, np.array(counts, dtype=np.int64).reshape(size, 3)


def own_and_above(parents: list[int], row: int) -> Iterator[int]:
    """A row and its ancestors."""
    while row != -1:
        yield row
        row = parents[row]


def plainly(parents: list[int], own: np.ndarray) -> np.ndarray:
    """Each row's counts added to itself and every ancestor, one by one."""
    totals = np.zeros_like(own)
    for row in range(len(parents)):
        for ancestor in own_and_above(parents, row):
            totals[ancestor] += own[row]
    return totals


def test_a_small_tree_by_hand() -> None:
    #   0 ── 1 ── 3
    #   │    └─── 4
    #   └─── 2
    totals = roll_up([-1, 0, 0, 1, 1], np.array([[1], [10], [100], [1000], [10000]]))
    assert totals.tolist() == [[11111], [11010], [100], [1000], [10000]]
    assert totals.dtype == np.int64
    assert exclude_subtrees(totals, [-1, 0, 0, 1, 1], {1}).tolist() == [[101], [0], [100], [0], [0]]
    assert exclude_subtrees(totals, [-1, 0, 0, 1, 1], {1, 3}).tolist() == [[101], [0], [100], [0], [0]]
    assert exclude_subtrees(totals, [-1, 0, 0, 1, 1], {3}).tolist() == [[10111], [10010], [100], [0], [10000]]
    assert exclude_subtrees(totals, [-1, 0, 0, 1, 1], set()).tolist() == totals.tolist()
    assert exclude_subtrees(totals, [-1, 0, 0, 1, 1], {0}).tolist() == [[0]] * 5


@deterministic
@given(trees())
def test_children_and_own_are_the_total(tree: tuple[list[int], np.ndarray]) -> None:
    parents, own = tree
    before = own.copy()
    totals = roll_up(parents, own)
    for row in range(len(parents)):
        children = [child for child, parent in enumerate(parents) if parent == row]
        assert (totals[row] == own[row] + totals[children].sum(axis=0)).all()
    assert (
        totals[[row for row, parent in enumerate(parents) if parent == -1]].sum(axis=0) == own.sum(axis=0)
    ).all()
    assert (totals == plainly(parents, own)).all()
    assert (own == before).all()


@deterministic
@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(tree: tuple[list[int], np.ndarray], random) -> None:
    parents, own = tree
    order = list(range(len(parents)))
    random.shuffle(order)
    new_place = {row: place for place, row in enumerate(order)}
    shuffled = [-1 if parents[row] == -1 else new_place[parents[row]] for row in order]
    assert (roll_up(shuffled, own[order]) == roll_up(parents, own)[order]).all()


@deterministic
@given(trees(), st.data())
def test_exclusion_is_recomputation_without_the_subtree(
    tree: tuple[list[int], np.ndarray], data: st.DataObject
) -> None:
    parents, own = tree
    excluded = data.draw(st.sets(st.sampled_from(range(len(parents)))))
    totals = roll_up(parents, own)
    before = totals.copy()
    without = own.copy()
    for row in range(len(parents)):
        if excluded & set(own_and_above(parents, row)):
            without[row] = 0
    assert (exclude_subtrees(totals, parents, excluded) == roll_up(parents, without)).all()
    assert (totals == before).all()


@deterministic
@given(trees())
def test_parents_come_first(tree: tuple[list[int], np.ndarray]) -> None:
    parents = {row: None if parent == -1 else parent for row, parent in enumerate(tree[0])}
    ordered = order_parents_first(parents)
    assert sorted(ordered) == sorted(parents)
    place = {node: number for number, node in enumerate(ordered)}
    assert all(parent is None or place[parent] < place[node] for node, parent in parents.items())


def test_order_is_level_by_level_in_the_order_given() -> None:
    assert order_parents_first({7: 3, 5: None, 3: 5, 4: 5, 9: 3}) == [5, 3, 4, 7, 9]
    assert order_parents_first({}) == []


@pytest.mark.parametrize("parents", [{1: 1}, {1: 2, 2: 1}, {1: None, 2: 3, 3: 4, 4: 2}])
def test_cycles_are_refused(parents: dict[int, int | None]) -> None:
    with pytest.raises(TreeError, match="own ancestors"):
        order_parents_first(parents)


def test_unknown_parents_are_refused() -> None:
    with pytest.raises(TreeError, match="the parent 9 of 2"):
        order_parents_first({1: None, 2: 9})


@pytest.mark.parametrize("parents", [[0], [1, 0], [-1, 2, 3, 1]])
def test_cycles_of_rows_are_refused(parents: list[int]) -> None:
    own = np.ones((len(parents), 1), dtype=np.int64)
    for call in (lambda: roll_up(parents, own), lambda: exclude_subtrees(own, parents, {0})):
        with pytest.raises(TreeError, match="own ancestor"):
            call()


@pytest.mark.parametrize("parents", [[5], [-2]])
def test_parents_outside_the_rows_are_refused(parents: list[int]) -> None:
    with pytest.raises(TreeError, match="not among the rows"):
        roll_up(parents, np.ones((1, 1), dtype=np.int64))


def test_counts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        roll_up([-1, 0], np.ones((3, 1), dtype=np.int64))
    with pytest.raises(ValueError, match="do not fit"):
        roll_up([-1, 0], np.ones(2, dtype=np.int64))
    with pytest.raises(TypeError, match="whole numbers"):
        roll_up([-1, 0], np.ones((2, 1)))
    with pytest.raises(TreeError, match="not there"):
        exclude_subtrees(np.ones((2, 1), dtype=np.int64), [-1, 0], {2})


def test_no_rows_give_no_totals() -> None:
    assert roll_up([], np.zeros((0, 4), dtype=np.int64)).shape == (0, 4)
