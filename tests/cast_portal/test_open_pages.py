"""Login is required by default: every route is asked, and the open ones are exactly the list."""

from django.urls import URLPattern, get_resolver

from cast_portal.open_pages import OPEN_PAGES


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _patterns(pattern)


def test_exactly_the_listed_pages_are_open():
    patterns = list(_patterns(get_resolver()))
    assert all(pattern.name for pattern in patterns)
    opened = {pattern.name for pattern in patterns if not getattr(pattern.callback, "login_required", True)}
    assert opened == set(OPEN_PAGES)


def test_middleware_that_closes_all_others_is_on(settings):
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
