"""What the registry tells the apps above it. They subscribe in ``ready()``; orgs imports none of them.

Called inside the transaction of the change, so that what is noted is noted exactly when the change is.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class RegistryChange:
    """Something that decides a figure has changed.

    ``effective_on`` is the first day whose figures change, None for all days. ``counts_changed`` is False when only what
    waits for confirmation changed.
    """

    effective_on: dt.date | None
    counts_changed: bool


_listeners: list[Callable[[RegistryChange], None]] = []


def on_registry_change(listener: Callable[[RegistryChange], None]) -> None:
    """Subscribe; a listener subscribes once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_registry_change(change: RegistryChange) -> None:
    """Tell every subscriber, in the order they came."""
    for listener in _listeners:
        listener(change)
