"""Forms somebody has begun and not saved."""

import datetime as dt
from typing import Any

from core.formats import moment_text
from core.models import FormDraft
from core.todo import TodoItem


def draft_todo(*, user: Any, today: dt.date) -> list[TodoItem]:  # noqa: ARG001 - the shape of every provider
    """One entry per kept form, the latest first, with the link that opens it again."""
    return [
        TodoItem(
            title=f"继续填写：{draft.title or '未命名的表单'}",
            why=f"{moment_text(draft.saved_at)} 存的，还没有保存成记录，也没有提交",
            url=draft.url,
            action="继续填写",
        )
        for draft in FormDraft.objects.visible_to(user)[:5]
    ]
