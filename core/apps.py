"""App configuration of the ground that knows no domain word."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Clock, locks, jobs, trail, drafts, to-do registry, ui tags."""

    name = "core"
    verbose_name = "基础"
