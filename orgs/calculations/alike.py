"""Look-alikes of many names at once: the same answers as ``is_probable_duplicate`` asked for each pair, found by an index.

Rules: docs/algorithms/names.md.
"""

from collections import defaultdict
from collections.abc import Collection

from orgs.calculations.names import (
    DUPLICATE_THRESHOLD,
    NameParts,
    NameSplitter,
    are_probably_same,
    normalize_enterprise_name,
)
from orgs.calculations.pinyin import pinyin_key


class AlikeIndex:
    """Names of one prefecture, to be asked which of them another one may be."""

    def __init__(self, region_names: Collection[str] = ()) -> None:
        self._splitter = NameSplitter(region_names)
        self._rows: list[tuple[int, str, NameParts]] = []
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._by_reading: dict[str, list[int]] = defaultdict(list)

    def add(self, pk: int, name_key: str) -> None:
        """Put a name in, by its comparison key."""
        parts = self._splitter.split(name_key)
        place = len(self._rows)
        self._rows.append((pk, name_key, parts))
        for pair in _pairs(parts.core):
            self._by_pair[pair].append(place)
        self._by_reading[pinyin_key(parts.core)].append(place)

    def find(self, name: str) -> int | None:
        """The key of the first name put in that this one may be; None for none, or for a name too short to tell."""
        key = normalize_enterprise_name(name)
        if len(key) < 4:
            return None
        parts = self._splitter.split(key)
        for place in sorted(self._candidates(parts.core)):
            pk, other_key, other = self._rows[place]
            if are_probably_same(parts, other, same_key=key == other_key):
                return pk
        return None

    def _candidates(self, core: str) -> set[int]:
        """Every name that can reach the threshold shares one of these pairs, or is read the same.

        Alike in t of 100 means 200 c ≥ t (n + m) for c common of n and m pairs; since m ≥ c, c ≥ t n ÷ (200 - t). Whoever
        has so many of the n in common has one of any n - c + 1: the rarest are asked.
        """
        found = set(self._by_reading.get(pinyin_key(core), ()))
        pairs = _pairs(core)
        needed = max(1, -(-DUPLICATE_THRESHOLD * len(pairs) // (200 - DUPLICATE_THRESHOLD)))
        lists = sorted((self._by_pair.get(pair, []) for pair in pairs), key=len)
        for places in lists[: len(pairs) - needed + 1]:
            found.update(places)
        return found


def _pairs(core: str) -> list[str]:
    return list(dict.fromkeys(core[place : place + 2] for place in range(len(core) - 1)))
