"""What every request is asked before its view runs, and the headers of every page."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicyMiddleware:
    """Set the strict policy: no inline script or style anywhere (DESIGN §7). A file keeps its own, which is stricter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's own error page of a developer's machine needs its inline style.
        if not (settings.DEBUG and response.status_code in (404, 500)):
            response.setdefault("Content-Security-Policy", POLICY)
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if request.user.is_authenticated if hasattr(request, "user") else False:
            response.setdefault("Cache-Control", "private, no-store")
        return response


class NoNulMiddleware:
    """Answer 400 to a NUL in address, query or form. No keyboard makes one, and PostgreSQL breaks on it where SQLite does not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Refuse before any view asks the database."""
        if any("\0" in text for text in (request.path_info, *_texts(request.GET), *_texts(request.POST))):
            raise SuspiciousOperation("NUL in the request")


def _texts(query: QueryDict) -> Iterator[str]:
    for name, texts in query.lists():
        yield name
        yield from (text for text in texts if isinstance(text, str))
