"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.demo import offered_accounts
from accounts.forms import SignInForm
from accounts.services.accounts import note_sign_in


class SignInView(LoginView):
    """The sign-in page. ``next`` leads only to this portal; five wrong passwords lock name and address (axes)."""

    template_name = "accounts/login.html"
    form_class = SignInForm
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Open the session and put it into the trail."""
        response = super().form_valid(form)
        note_sign_in(user=form.get_user())
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the demonstration accounts, when there are any."""
        accounts = offered_accounts()
        password = settings.PORTAL_DEMO_PASSWORD if accounts else ""
        return super().get_context_data(**kwargs) | {"demo_accounts": accounts, "demo_password": password}


sign_in = SignInView.as_view()


# Open: whose session has run out is signed out already and gets no page that asks to sign in first.
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("login")
