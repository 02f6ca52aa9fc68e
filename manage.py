#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    """Run one management command with the portal's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cast_portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings module is named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
