"""App configuration of the ground that knows no domain word."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Clock, locks, jobs, trail, drafts, to-do registry, ui tags."""

    name = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        """Tell the home page which forms wait to be finished."""
        from core import lookups  # noqa: F401, PLC0415 - registers by being imported
        from core.selectors.drafts import draft_todo  # noqa: PLC0415 - models must be loaded first
        from core.todo import register_todo  # noqa: PLC0415 - with the provider it registers

        register_todo("core.drafts", draft_todo)
