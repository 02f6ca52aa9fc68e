"""Signing in and out, the own password."""

from django.urls import path

from accounts.views import password, sign_in

urlpatterns = [
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("password/", password.password_change, name="password_change"),
]
