"""Look-alikes of many names at once: the same answers as ``is_probable_duplicate`` asked for each pair, found by an index.

Rules: docs/algorithms/names.md.
"""

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache

from orgs.calculations.names import (
    DUPLICATE_THRESHOLD,
    NameParts,
    NameSplitter,
    are_probably_same,
    normalize_enterprise_name,
)
from orgs.calculations.pinyin import pinyin_key

_SHORTEST_NAME = 4
_SHORTEST_READ = 4
_Row = tuple[int, str, NameParts, frozenset[str]]


class AlikeIndex:
    """Names of one prefecture, to be asked which of them another one may be."""

    def __init__(self, region_names: Collection[str] = ()) -> None:
        self._splitter = NameSplitter(region_names)
        self._rows: list[_Row] = []
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._by_reading: dict[str, list[int]] = defaultdict(list)

    def add(self, pk: int, name_key: str, sort_key: str = "") -> None:
        """Put a name in, by its comparison key; ``sort_key`` is its pinyin, computed when it is not known."""
        parts = self._splitter.split(name_key)
        core = parts.core
        pairs = frozenset([core[place : place + 2] for place in range(len(core) - 1)])
        place = len(self._rows)
        self._rows.append((pk, name_key, parts, pairs))
        for pair in pairs:
            self._by_pair[pair].append(place)
        if len(core) >= _SHORTEST_READ:
            self._by_reading[_core_reading(name_key, core, sort_key)].append(place)

    def find(self, name: str) -> int | None:
        """The key of the first name put in that this one may be; None for none, or for a name too short to tell."""
        key = normalize_enterprise_name(name)
        if len(key) < _SHORTEST_NAME or not self._rows:
            return None
        parts = self._splitter.split(key)
        core = parts.core
        found = []
        if len(core) >= _SHORTEST_READ:
            found = self._by_reading.get(pinyin_key(core), found)
        near = self._near(core)
        for place in sorted({*near, *found}) if near else found:
            pk, other_key, other, _ = self._rows[place]
            if are_probably_same(parts, other, same_key=key == other_key):
                return pk
        return None

    def _near(self, core: str) -> list[int]:
        """The rows that begin alike and have pairs enough in common.

        Alike in t of 100 means 200 c ≥ t (n + m) for c common of n and m pairs; since m ≥ c, c ≥ t n ÷ (200 - t). Whoever
        has so many of the n in common has one of any n - c + 1: the rarest are asked.
        """
        pairs = frozenset([core[place : place + 2] for place in range(len(core) - 1)])
        needed = max(1, -(-DUPLICATE_THRESHOLD * len(pairs) // (200 - DUPLICATE_THRESHOLD)))
        lists = sorted([self._by_pair.get(pair, ()) for pair in pairs], key=len)
        first, second = core[0], core[1:2] or core[0]
        near = []
        rows = self._rows
        for place in {place for places in lists[: len(pairs) - needed + 1] for place in places}:
            beginning = rows[place][2].core[:2]
            # A name with places of its own may begin otherwise once they are taken off: that is judged in full.
            if (first in beginning or second in beginning or rows[place][2].places) and (
                len(pairs & rows[place][3]) >= needed or rows[place][2].places
            ):
                near.append(place)
        return near


def _core_reading(name_key: str, core: str, sort_key: str) -> str:
    """The pinyin of a core inside its name: what is left of the name's between that of its beginning and its end.

    The name's own was computed when it was saved. Beginnings and endings are few and remembered.
    """
    start = name_key.find(core)
    head, tail = _reading(name_key[:start]), _reading(name_key[start + len(core) :])
    if start >= 0 and sort_key.startswith(head) and sort_key.endswith(tail) and len(sort_key) > len(head) + len(tail):
        return sort_key[len(head) : len(sort_key) - len(tail)]
    return pinyin_key(core)


@lru_cache(maxsize=4096)
def _reading(text: str) -> str:
    return pinyin_key(text)
