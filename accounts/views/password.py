"""Changing the own password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import PasswordForm
from accounts.requests import SignedInRequest
from accounts.services.accounts import change_own_password


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_change(request: SignedInRequest) -> HttpResponse:
    """Store the new password. Every other session of the person ends, because the session carries the password's hash."""
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_own_password(user=request.user, password=form.cleaned_data["new_password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "新密码已保存，在别处登录的会话已经结束。")
        return redirect("home")
    return render(
        request, "accounts/password_change.html", {"form": form}, status=422 if form.errors else 200
    )
