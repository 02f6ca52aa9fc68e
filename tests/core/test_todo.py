"""The to-do registry."""

import datetime as dt

from core import todo
from core.todo import NORMAL, SOON, URGENT, TodoItem


def item(title, severity, due_on=None):
    return TodoItem(title=title, why="", url="/", action="办理", severity=severity, due_on=due_on)


def test_items_of_all_providers_most_urgent_first(monkeypatch):
    monkeypatch.setattr(todo, "_PROVIDERS", {})
    late, later = dt.date(2014, 10, 1), dt.date(2014, 10, 20)
    todo.register_todo("a", lambda *, user, today: [item("普通", NORMAL), item("紧急", URGENT, later)])
    todo.register_todo("b", lambda *, user, today: [item("将到期", SOON, late), item("最急", URGENT, late)])
    titles = [entry.title for entry in todo.todo_items(user=None, today=dt.date(2014, 10, 15))]
    assert titles == ["最急", "紧急", "将到期", "普通"]
