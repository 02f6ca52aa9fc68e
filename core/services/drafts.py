"""Keeping what somebody has typed."""

import datetime as dt
from typing import Any

from core import clock
from core.exceptions import DomainError
from core.models import FormDraft

MAX_PAYLOAD_CHARS = 20_000
LONGEST_KEY = 80


def save_form_draft(
    *, user: Any, key: str, url: str, title: str, payload: dict[str, Any], at: dt.datetime | None = None
) -> FormDraft:
    """Keep the raw fields of a form for its writer, replacing what was kept before."""
    if len(key) > LONGEST_KEY:
        raise DomainError("草稿的格式不对，没有保存。请刷新页面后再试。")
    if sum(len(str(value)) for value in payload.values()) > MAX_PAYLOAD_CHARS:
        raise DomainError("内容太长，没有存成草稿。请缩短说明文字。")
    draft, _ = FormDraft.objects.update_or_create(
        user=user,
        key=key,
        defaults={
            "url": url,
            "title": title[:200],
            "payload": payload,
            "saved_at": at or clock.machine_now(),
        },
    )
    return draft


def discard_form_draft(*, user: Any, key: str) -> None:
    """Forget the draft, because the form was saved or its writer said so."""
    FormDraft.objects.filter(user=user, key=key).delete()
