"""Which registrations are probably one: those that meet in a name or code, and whoever they meet in turn.

Rules and worked table: docs/algorithms/duplicates.md.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

# What two registrations may have in common: its kind, where it is one (a prefecture's key, 0 for everywhere), and the text.
Mark = tuple[str, int, str]


@dataclasses.dataclass(frozen=True)
class Sighting:
    """One registration under one mark: its own name, a former one, or a code. Equal marks meet."""

    pk: int
    mark: Mark


@dataclasses.dataclass(frozen=True)
class Group:
    """Registrations that hang together, and the marks by which they do, each with those that carry it; keys ascend."""

    pks: tuple[int, ...]
    marks: Mapping[Mark, tuple[int, ...]]


def group_sightings(
    sightings: Iterable[Sighting], *, distinct: Collection[tuple[int, int]] = ()
) -> list[Group]:
    """The groups of two and more, by their smallest key.

    ``distinct`` are pairs declared to be two, the smaller key first: these do not meet, whatever they have in common. Two
    of them may still stand in one group through a third.
    """
    carriers: dict[Mark, set[int]] = defaultdict(set)
    for sighting in sightings:
        carriers[sighting.mark].add(sighting.pk)
    apart: dict[int, set[int]] = defaultdict(set)
    for first, second in distinct:
        apart[first].add(second)
        apart[second].add(first)
    roots: dict[int, int] = {}
    meeting: dict[Mark, list[int]] = defaultdict(list)
    for mark, pks in carriers.items():
        for cluster in _clusters(pks, apart):
            if len(cluster) > 1:
                meeting[mark] += cluster
                for pk in cluster[1:]:
                    _join(roots, cluster[0], pk)
    members: dict[int, set[int]] = defaultdict(set)
    marks: dict[int, dict[Mark, tuple[int, ...]]] = defaultdict(dict)
    for mark, found in meeting.items():
        for pk in found:
            root = _root(roots, pk)
            members[root].add(pk)
            marks[root][mark] = (*marks[root].get(mark, ()), pk)
    groups = [
        Group(tuple(sorted(pks)), {mark: tuple(sorted(carrying)) for mark, carrying in marks[root].items()})
        for root, pks in members.items()
    ]
    return sorted(groups, key=lambda group: group.pks)


def _clusters(pks: set[int], apart: Mapping[int, set[int]]) -> list[list[int]]:
    """The parts of those that carry one mark: who is not declared apart meets. Looks at each declared pair once."""
    left, clusters = set(pks), []
    while left:
        cluster, waiting = [], [left.pop()]
        while waiting:
            pk = waiting.pop()
            cluster.append(pk)
            met = left - apart.get(pk, set())
            left -= met
            waiting += met
        clusters.append(cluster)
    return clusters


def _root(roots: dict[int, int], pk: int) -> int:
    root = pk
    while roots.get(root, root) != root:
        root = roots[root]
    while roots.get(pk, pk) != root:
        roots[pk], pk = root, roots[pk]
    return root


def _join(roots: dict[int, int], a: int, b: int) -> None:
    roots[_root(roots, b)] = _root(roots, a)
