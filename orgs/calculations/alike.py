"""Look-alikes of many names at once: the same answers as ``is_probable_duplicate`` asked for each pair, found by an index.

Rules: docs/algorithms/names.md.
"""

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from operator import add

from orgs.calculations.names import DUPLICATE_THRESHOLD, NameParts, NameSplitter, are_probably_same
from orgs.calculations.pinyin import pinyin_key

_SHORTEST_NAME = 4
_SHORTEST_READ = 4
_NONE: frozenset[int] = frozenset()


class AlikeIndex:
    """Names of one prefecture, to be asked which of them another one may be."""

    def __init__(self, region_names: Collection[str] = ()) -> None:
        self._splitter = NameSplitter(region_names)
        self._rows: list[tuple[int, str, NameParts]] = []
        self._pairs: list[frozenset[str]] = []
        self._placed: set[int] = set()
        self._by_beginning: dict[str, set[int]] = defaultdict(set)
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._by_reading: dict[str, list[int]] = defaultdict(list)

    def add(self, pk: int, name_key: str, sort_key: str = "") -> None:
        """Put a name in, by its comparison key; ``sort_key`` is its pinyin, computed when it is not known."""
        parts = self._splitter.split(name_key)
        core = parts.core
        pairs = _pairs_of(core)
        place = len(self._rows)
        self._rows.append((pk, name_key, parts))
        self._pairs.append(pairs)
        for character in core[:2]:
            self._by_beginning[character].add(place)
        if parts.places:
            self._placed.add(place)
        for pair in pairs:
            self._by_pair[pair].append(place)
        if len(core) >= _SHORTEST_READ:
            self._by_reading[_core_reading(name_key, core, sort_key)].append(place)

    def find(self, name_key: str, sort_key: str = "") -> int | None:
        """The key of the first name put in that this one may be, by its comparison key and its pinyin, as in ``add``.

        None for none, or for a name too short to tell.
        """
        if len(name_key) < _SHORTEST_NAME or not self._rows:
            return None
        parts = self._splitter.split(name_key)
        core = parts.core
        found: list[int] = []
        if len(core) >= _SHORTEST_READ:
            found = self._by_reading.get(_core_reading(name_key, core, sort_key), found)
        near = self._near(core)
        for place in sorted({*near, *found}) if near else found:
            pk, other_key, other = self._rows[place]
            if are_probably_same(parts, other, same_key=name_key == other_key):
                return pk
        return None

    def _near(self, core: str) -> Collection[int]:
        """The rows that begin alike and have pairs enough in common.

        Alike in t of 100 means 200 c ≥ t (n + m) for c common of n and m pairs; since m ≥ c, c ≥ t n ÷ (200 - t). Whoever
        has so many of the n in common has one of any n - c + 1: the rarest are asked.
        """
        pairs = _pairs_of(core)
        needed = max(1, -(-DUPLICATE_THRESHOLD * len(pairs) // (200 - DUPLICATE_THRESHOLD)))
        lists = sorted([self._by_pair[pair] for pair in pairs if pair in self._by_pair], key=len)
        asked = len(pairs) - needed + 1 - (len(pairs) - len(lists))  # those nobody has are the rarest
        if asked <= 0:
            return ()
        near = set().union(*lists[:asked])
        # A name with places of its own may begin otherwise once they are taken off: that is judged in full.
        alike = {
            place
            for character in core[:2]
            for place in near & self._by_beginning.get(character, _NONE)
            if len(pairs & self._pairs[place]) >= needed
        }
        return alike | (near & self._placed) if self._placed else alike


def _pairs_of(core: str) -> frozenset[str]:
    return frozenset(map(add, core, core[1:]))


def _core_reading(name_key: str, core: str, sort_key: str) -> str:
    """The pinyin of a core inside its name: what is left of the name's between that of its beginning and its end.

    The name's own was computed when it was saved. Beginnings and endings are few and remembered.
    """
    start = name_key.find(core)
    head, tail = _reading(name_key[:start]), _reading(name_key[start + len(core) :])
    if (
        start >= 0
        and sort_key.startswith(head)
        and sort_key.endswith(tail)
        and len(sort_key) > len(head) + len(tail)
    ):
        return sort_key[len(head) : len(sort_key) - len(tail)]
    return pinyin_key(core)


@lru_cache(maxsize=4096)
def _reading(text: str) -> str:
    return pinyin_key(text)
