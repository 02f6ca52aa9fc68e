"""The request as views behind the login have it."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """For annotations: LoginRequiredMiddleware lets nobody else through, so the user is an account."""

    user: User
