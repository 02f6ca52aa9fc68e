"""App configuration of the people who sign in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The user model and signing in; which office a person works for stands in orgs."""

    name = "accounts"
    verbose_name = "账号"
