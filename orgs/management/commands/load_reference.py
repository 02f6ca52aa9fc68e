"""Load divisions, offices and parks."""

from typing import Any

from django.core.management.base import BaseCommand

from orgs.services import reference


class Command(BaseCommand):
    """``manage.py load_reference``: reads orgs/data; loading twice changes nothing."""

    help = "载入行政区划、科协和园区资料（重复载入不改变任何内容）"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the three files in their order."""
        for label, load in (
            ("行政区划", reference.load_divisions),
            ("科协", reference.load_offices),
            ("园区", reference.load_parks),
        ):
            report = load()
            self.stdout.write(f"{label}：新增 {report.created}，更改 {report.changed}")
