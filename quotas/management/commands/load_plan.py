"""Load a year's plan."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.exceptions import DomainError
from quotas.services.plans import load_plan, read_plan_file


class Command(BaseCommand):
    """``manage.py load_plan quotas/data/plan_2014.toml``."""

    help = "载入一个年度的实施方案（重复载入不改变任何内容）"

    def add_arguments(self, parser: CommandParser) -> None:
        """The plan's file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, write."""
        try:
            plan, changed = load_plan(read_plan_file(options["file"]))
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{plan}：{'已载入' if changed else '没有变化'}")
