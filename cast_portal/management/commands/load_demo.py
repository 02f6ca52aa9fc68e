"""Load the demonstration data."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cast_portal.demo.load import load_demo
from cast_portal.demo.sizes import SEED
from core.exceptions import DomainError


class Command(BaseCommand):
    """``manage.py load_demo``: an invented 2014, only in demonstration mode; loading twice changes nothing."""

    help = "载入演示数据（只在 PORTAL_DEMO=1 时；重复载入不改变任何内容）"

    def add_arguments(self, parser: CommandParser) -> None:
        """How many of the enterprises without organisation or contact, and the seed."""
        parser.add_argument("--scale", type=float, default=0.01, help="没有组织和联系人的企业取多少，0 至 1")
        parser.add_argument("--seed", type=int, default=SEED, help="随机种子")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how long each step took."""
        if not settings.PORTAL_DEMO:
            raise CommandError("演示数据只能在演示模式下载入。请设置 PORTAL_DEMO=1，不要在正式库上运行。")
        if not 0 <= options["scale"] <= 1:
            raise CommandError("--scale 应在 0 与 1 之间。")
        try:
            fresh = load_demo(scale=options["scale"], seed=options["seed"], say=self.stdout.write)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        if not fresh:
            self.stdout.write("演示数据已经载入，没有再载。")
