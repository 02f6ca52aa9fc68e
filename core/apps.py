"""App configuration of the ground that knows no domain word."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Clock, locks, jobs, trail, drafts, to-do registry, ui tags."""

    name = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        """Tell the home page which forms wait to be finished."""
        from core import job_kinds, lookups  # noqa: F401, PLC0415 - registers by being imported
        from core.file_kinds import register_file_kind  # noqa: PLC0415 - with the kind it registers
        from core.selectors.drafts import draft_todo  # noqa: PLC0415 - models must be loaded first
        from core.services.attachments import PURPOSE  # noqa: PLC0415 - models must be loaded first
        from core.todo import register_todo  # noqa: PLC0415 - with the provider it registers

        register_todo("core.drafts", draft_todo)
        # Attachments have their own address, which asks their record: as plain files they are served to nobody.
        register_file_kind(PURPOSE, refusal=lambda needs, owner: "", again="", served=False)
