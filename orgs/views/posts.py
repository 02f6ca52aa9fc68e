"""Switching between one's own posts."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.keys import read_key
from orgs.current_post import choose_post


@require_POST
def switch_post(request: SignedInRequest) -> HttpResponse:
    """Work in another of one's posts from now on, and stay where one is."""
    number = read_key(request.POST.get("post", ""))
    if number is None or choose_post(request, number) is None:
        raise Http404("no such post")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else "home")
