"""By what name failed attempts are counted."""

from typing import Any

from django.http import HttpRequest


def counted_username(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name in lower case: sign-in takes any case, so another case must not give five more attempts."""
    given = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    return str(given).strip().lower()
