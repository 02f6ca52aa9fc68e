"""``make check``: every static check, all of them even when one fails.   python -m scripts.check"""

import os
import subprocess
import sys
import tempfile
import time

from scripts.console import ROOT, run_main, say

PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]
CHECKS = {
    "style (ruff)": [PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."],
    "format (ruff)": [PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", "."],
    "types (mypy)": [PYTHON, "-m", "mypy"],
    "import directions": [PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "templates (djlint)": [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"],
    "Django": [*MANAGE, "check", "--fail-level", "WARNING"],
    "migrations up to date": [*MANAGE, "makemigrations", "--check", "--dry-run"],
}
DEPLOYED = {"Django, as deployed": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]}
DEPLOYED_ENVIRONMENT = {
    "PORTAL_SECRET_KEY": "a-long-key-for-this-check-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "PORTAL_HTTPS": "1",
    "PORTAL_HOSTS": "portal.example.org",
}


def _run(title: str, argv: list[str], env: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    say(f"{title}: {'passed' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.1f} s)")
    if done.returncode:
        say(done.stdout.decode("utf-8", "replace").rstrip())
    return done.returncode == 0


def main() -> int:
    """Run all checks; 1 when one failed."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PORTAL_") and name not in {"DATABASE_URL", "REDIS_URL"}
    }
    with tempfile.TemporaryDirectory(prefix="portal-check-") as folder:
        clean["PORTAL_VAR"] = folder
        results = [_run(title, argv, clean | {"PORTAL_TESTING": "1"}) for title, argv in CHECKS.items()]
        results += [_run(title, argv, clean | DEPLOYED_ENVIRONMENT) for title, argv in DEPLOYED.items()]
    failed = results.count(False)
    say(f"{failed} of {len(results)} checks failed." if failed else f"All {len(results)} checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    run_main(main)
