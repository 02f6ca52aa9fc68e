"""App configuration of targets and figures."""

from django.apps import AppConfig


class QuotasConfig(AppConfig):
    """Plans, indicators, snapshots, dashboards."""

    name = "quotas"
    verbose_name = "任务与进度"

    def ready(self) -> None:
        """Register the jobs, and listen to the registry: what changes there makes figures stale."""
        from orgs.changes import on_registry_change  # noqa: PLC0415 - models must be loaded first
        from quotas import job_kinds  # noqa: F401, PLC0415 - registers by being imported
        from quotas.services.staleness import note_registry_change  # noqa: PLC0415 - models must be loaded first

        on_registry_change(note_registry_change)
