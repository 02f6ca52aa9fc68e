"""What needs somebody: apps register providers in ``ready()``, the home page asks them all."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

URGENT, SOON, NORMAL = 0, 1, 2


@dataclasses.dataclass(frozen=True)
class TodoItem:
    """One thing somebody owes: when, what, why, and the one click that leads to its place."""

    title: str
    why: str
    url: str
    action: str
    due_on: dt.date | None = None
    severity: int = NORMAL
    count: int = 1
    place: str = ""  # the navigation entry the count stands beside


TodoProvider = Callable[..., Sequence[TodoItem]]
_PROVIDERS: dict[str, TodoProvider] = {}


def register_todo(name: str, provider: TodoProvider) -> None:
    """Register ``provider(user=, today=)`` under a name; registering the name again replaces it."""
    _PROVIDERS[name] = provider


def todo_items(*, user: Any, today: dt.date) -> list[TodoItem]:
    """Everything that needs this person, most urgent first: overdue, due, undated by severity."""
    items = [item for provider in _PROVIDERS.values() for item in provider(user=user, today=today)]
    return sorted(items, key=lambda item: (item.severity, item.due_on or dt.date.max))
