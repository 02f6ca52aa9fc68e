"""Splitting a number by weights so that the parts are whole and add up."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def shares(total: int, weights: Mapping[Key, float]) -> dict[Key, int]:
    """Largest remainder: whole parts in proportion to the weights, their sum exactly ``total``.

    Equal remainders go to the earlier key, so that the result never depends on more than the arguments.
    """
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    order = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in order[: total - sum(parts.values())]:
        parts[key] += 1
    return parts
