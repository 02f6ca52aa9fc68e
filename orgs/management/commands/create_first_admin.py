"""manage.py create_first_admin --username … --name …: the first account of a real deployment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.exceptions import DomainError, DomainErrors
from orgs.services.first_admin import create_first_admin


class Command(BaseCommand):
    """Creates HQ's account administrator and prints the one-time password once."""

    help = "Create the first account administrator (HQ); optionally a separate system administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """User name, person's name, office."""
        parser.add_argument("--username", required=True, help="user name to sign in with")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--office", default="000000", help="code of the office, HQ if left out")
        parser.add_argument(
            "--sysadmin",
            action="store_true",
            help="create a system administrator instead: accounts of every office, no business record",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, and print what is shown only here."""
        try:
            user, password = create_first_admin(
                username=options["username"],
                name=options["name"],
                office_code=options["office"],
                is_sysadmin=options["sysadmin"],
            )
        except DomainErrors as refusal:
            raise CommandError("\n".join(error.message for error in refusal.errors)) from refusal
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"账号：{user.username}")
        self.stdout.write(f"一次性密码：{password}")
        self.stdout.write("密码只在这里显示一次，首次登录时须改。")
