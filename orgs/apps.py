"""App configuration of the registry."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """Divisions, offices, posts, enterprises, parks, CAST organisations, contacts."""

    name = "orgs"
    verbose_name = "组织台账"

    def ready(self) -> None:
        """Tell the home page what the registry owes, and register the jobs, files and attachments."""
        from core.todo import register_todo  # noqa: PLC0415 - models must be loaded first
        from orgs import attachments, file_kinds, job_kinds  # noqa: F401, PLC0415 - registers by being imported
        from orgs.selectors.todo import registry_todo  # noqa: PLC0415 - models must be loaded first
        from orgs.tables import export_files  # noqa: F401, PLC0415 - registers by being imported

        register_todo("orgs.registry", registry_todo)
