"""Database, reference data, plan, demonstration data and static files, in one process.   python -m scripts.prepare

Every step may be repeated and then does only what is missing.
"""

import hashlib
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError

from scripts.console import ROOT, run_main, say, step, var_dir

DEMO_SCALE = "0.01"
"""The share of all enterprises without organisation or contact that the demonstration holds."""


def static_fingerprint() -> str:
    """Changes whenever a static file is added, removed or written, or is stored in another way."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}:{facts.st_size}:{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Collect and compress the static files, unless none changed since the last time."""
    stamp = var_dir() / "static.stamp"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def main() -> int:
    """Do every step and say how long it took."""
    started = time.monotonic()
    django.setup()
    say(f"Django loaded: {time.monotonic() - started:.1f} s")
    try:
        with step("Database"):
            call_command("migrate", interactive=False, verbosity=0)
        with step("Divisions, offices and parks"):
            call_command("load_reference")
        with step("Plan of 2014"):
            call_command("load_plan", str(ROOT / "quotas" / "data" / "plan_2014.toml"))
        if settings.PORTAL_DEMO:
            with step("Demonstration data"):
                call_command("load_demo", scale=float(DEMO_SCALE))
        with step("Static files"):
            collect_static()
    except CommandError as error:
        say(f"Refused: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    run_main(main)
