"""What the frame of every page needs. Lazy: a part fetched by htmx or a JSON answer asks the database for none of it."""

from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.requests import SignedInRequest
from cast_portal.navigation import lazy_nav
from core import clock
from orgs.current_post import current_post
from orgs.models.reach import reach_of


def frame(request: SignedInRequest) -> dict[str, Any]:
    """Navigation, own posts, the business date and where the search goes."""
    values: dict[str, Any] = {
        "business_date": clock.business_today(),
        "business_date_pinned": clock.business_date_is_pinned(),
    }
    # The error page of a request that failed before the session was read has no user.
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return values
    return values | {
        "nav": lazy_nav(request),
        "posts": SimpleLazyObject(lambda: reach_of(request.user).posts),
        "current_post": SimpleLazyObject(lambda: current_post(request)),
        # Said once, on the first whole page after a form was saved: the copy on the machine can go.
        "draft_done": SimpleLazyObject(lambda: request.session.pop("draft_done", "")),
        "search_url": SimpleLazyObject(lambda: reverse("search") if reach_of(request.user).posts else ""),
    }
