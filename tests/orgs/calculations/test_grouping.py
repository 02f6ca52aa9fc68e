"""Groups of what hangs together, against a plain search over all pairs."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from orgs.calculations.grouping import Sighting, group_sightings
from tests.support.properties import deterministic

carried = st.dictionaries(st.integers(1, 9), st.sets(st.sampled_from("abcd"), max_size=3), max_size=9)
pairs = st.sets(
    st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda pair: pair[0] < pair[1]), max_size=9
)


def sightings(marks):
    return [Sighting(pk, ("name", 1, text)) for pk, texts in marks.items() for text in sorted(texts)]


def plain(marks, distinct):
    """Components of the graph in which two meet that share a mark and are not declared to be two."""
    groups = [{pk} for pk in marks]
    for a, b in combinations(sorted(marks), 2):
        if marks[a] & marks[b] and (a, b) not in distinct:
            first, second = (next(group for group in groups if pk in group) for pk in (a, b))
            if first is not second:
                first |= second
                groups.remove(second)
    return sorted(tuple(sorted(group)) for group in groups if len(group) > 1)


@deterministic
@given(marks=carried, distinct=pairs)
def test_groups_are_the_components_of_who_meets_whom(marks, distinct):
    found = group_sightings(sightings(marks), distinct=distinct)
    assert [group.pks for group in found] == plain(marks, distinct)
    for group in found:
        for (_, _, text), carriers in group.marks.items():
            assert set(carriers) <= {pk for pk in group.pks if text in marks[pk]}


@deterministic
@given(marks=carried, distinct=pairs)
def test_the_order_of_what_is_seen_decides_nothing(marks, distinct):
    forward = group_sightings(sightings(marks), distinct=distinct)
    backward = group_sightings(reversed(sightings(marks)), distinct=distinct)
    assert [(group.pks, dict(group.marks)) for group in forward] == [
        (group.pks, dict(group.marks)) for group in backward
    ]
