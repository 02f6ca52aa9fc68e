"""Which of one's posts a person works in now: the choice of the top bar, kept in the session.

It decides what pages show first. What a person may do follows from all posts together (``reach_of``).
"""

from django.http import HttpRequest

from orgs.models.reach import reach_of
from orgs.permissions import HeldPost

SESSION_KEY = "post_id"


def current_post(request: HttpRequest) -> HeldPost | None:
    """The post chosen last, else the first (highest office first); None for a person without posts."""
    posts = reach_of(request.user).posts
    chosen = request.session.get(SESSION_KEY)
    return next((post for post in posts if post.post_id == chosen), posts[0] if posts else None)


def choose_post(request: HttpRequest, post_id: int) -> HeldPost | None:
    """Work in this post from now on; None, and nothing changes, when the person does not hold it."""
    post = next((post for post in reach_of(request.user).posts if post.post_id == post_id), None)
    if post is not None:
        request.session[SESSION_KEY] = post.post_id
    return post
