"""Keeping and dropping what somebody is typing."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.exceptions import DomainError
from core.services.drafts import discard_form_draft, save_form_draft

LONGEST_BODY = 200_000


def _read(body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST_BODY:
        raise DomainError("内容太长，没有存成草稿。请缩短说明文字。")
    try:
        said = json.loads(body)
    except ValueError as error:
        raise DomainError("草稿的格式不对，没有保存。请刷新页面后再试。") from error
    if not isinstance(said, dict):
        raise DomainError("草稿的格式不对，没有保存。请刷新页面后再试。")
    return said


def _is_fields(payload: Any) -> bool:
    """Whether this is name → list of texts and nothing else."""
    return isinstance(payload, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in payload.values()
    )


def _has_nul(*parts: Any) -> bool:
    """Whether some text holds a NUL, which PostgreSQL does not store."""
    return "\\u0000" in json.dumps(parts)


@require_POST
def draft_save(request: HttpRequest, key: str) -> JsonResponse:
    """Keep the fields of a form (JSON of ``draft.js``), or drop them when it says ``discard``."""
    try:
        said = _read(request.body)
        if said.get("discard") is True:
            discard_form_draft(user=request.user, key=key)
            return JsonResponse({"discarded": True})
        url, title, payload = str(said.get("url", "")), str(said.get("title", "")), said.get("payload")
        if not _is_own_page(url) or not _is_fields(payload) or _has_nul(url, title, payload):
            raise DomainError("草稿的格式不对，没有保存。请刷新页面后再试。")
        draft = save_form_draft(user=request.user, key=key, url=url, title=title, payload=payload or {})
    except DomainError as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    return JsonResponse({"saved_at": draft.saved_at.isoformat()})


@require_POST
def draft_discard(request: HttpRequest, key: str) -> HttpResponse:
    """Drop a draft and go back to where ``next`` says, by default home; the copy on the machine goes with it."""
    discard_form_draft(user=request.user, key=key)
    request.session["draft_done"] = key
    onward = request.POST.get("next", "")
    return redirect(onward if _is_own_page(onward) else "home")


def _is_own_page(url: str) -> bool:
    """Whether this is a path of the portal itself, short enough to keep."""
    return (
        url.startswith("/") and len(url) <= 300 and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    )
