"""A one-time password opens one page only: the one that changes it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

ALLOWED = frozenset({"password_change", "logout", "healthz", "readyz"})


class PasswordChangeMiddleware:
    """Send a person with a one-time password to the password page until it is changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Redirect before any other view runs."""
        user = request.user
        match = request.resolver_match
        if user.is_authenticated and user.must_change_password and match and match.url_name not in ALLOWED:
            return redirect("password_change")
        return None
