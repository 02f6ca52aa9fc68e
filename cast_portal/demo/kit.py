"""What every part of the making needs in hand."""

import dataclasses
import itertools
from collections.abc import Iterator
from random import Random

from cast_portal.demo.acting import Acting
from cast_portal.demo.places import Places
from cast_portal.demo.profiles import Profiles
from cast_portal.demo.sizes import Sizes


@dataclasses.dataclass(frozen=True)
class Kit:
    """Places, values and acts, made of one seed. Every part draws from a stream of its own."""

    seed: int
    sizes: Sizes
    places: Places
    profiles: Profiles
    acting: Acting
    _keys: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    def rng(self, part: str) -> Random:
        """The stream of one part: another size of one part leaves the others as they are."""
        return Random(f"{self.seed}:{part}")

    def key(self) -> str:
        """A reference no other row has."""
        return str(next(self._keys))
