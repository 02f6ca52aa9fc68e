"""``make test``: the whole suite, wherever this machine can run it.   python -m scripts.test [pytest's arguments]

Three passes: SQLite with the broker on the file system; the same tests on PostgreSQL with Redis; the browser tests in
Chromium. A pass that cannot run is named at the end; with CI=true it is a failure.

Environment: DATABASE_URL and REDIS_URL together name servers to use instead of throw-away ones; TEST_PROCESSES=1
keeps the first two passes in one process (two where there are two cores); TEST_PASSES=sqlite,postgres,browser narrows.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.console import EXIT_INTERRUPTED, ROOT, Refused, run_main, say, var_dir
from scripts.processes import end_groups, start_group
from scripts.services import Services, missing_postgres, missing_redis

NO_TESTS = 5
"""pytest's exit code when the arguments select nothing."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOT_BROWSER = "not e2e and not bench"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CLOSING = re.compile(r"\b(passed|failed|errors?|skipped|deselected|no tests ran)\b.* in [0-9.]+s")


@dataclass
class Pass:
    """One run of pytest: its name, what it came to, and pytest's own closing line."""

    name: str
    code: int | None = None
    closing: str = ""
    seconds: float = 0.0
    reason: str = ""


@dataclass
class Suite:
    """The passes of one call, with what was asked for."""

    arguments: list[str]
    environ: Mapping[str, str]
    passes: list[Pass] = field(default_factory=list)

    @property
    def strict(self) -> bool:
        """Whether a pass that cannot run is a failure."""
        return self.environ.get("CI", "").strip().lower() in {"1", "true", "yes"}

    def wants(self, name: str) -> bool:
        """Whether TEST_PASSES leaves this pass in."""
        chosen = self.environ.get("TEST_PASSES", "").replace(" ", "")
        return not chosen or name in chosen.split(",")

    def test_environment(self, folder: str, **more: str) -> dict[str, str]:
        """What pytest gets: no setting of a portal that happens to be configured here, working files apart."""
        kept = {
            name: value
            for name, value in self.environ.items()
            if not name.startswith("PORTAL_")
            and name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        }
        var = var_dir() / "test" / folder
        var.mkdir(parents=True, exist_ok=True)
        return kept | {"PORTAL_TESTING": "1", "PORTAL_VAR": str(var), "PYTHONUNBUFFERED": "1"} | more

    def run(self, name: str, marks: str, env: dict[str, str], *, spread: bool) -> None:
        """Run pytest once, showing its output as it comes and keeping its closing line."""
        result = Pass(name, reason="interrupted")
        self.passes.append(result)
        say(f"\n=== {name} ===")
        argv = [sys.executable, "-m", "pytest", "-m", marks, *self.arguments]
        processes = self.environ.get("TEST_PROCESSES", "").strip() or str(min(2, os.cpu_count() or 1))
        if spread and processes != "1":
            argv += ["-n", processes, "--dist", "loadgroup"]
        if sys.stdout.isatty():
            argv.append("--color=yes")
        started = time.monotonic()
        child = start_group(argv, output=subprocess.PIPE, env=env, cwd=ROOT)
        try:
            for raw in child.stdout or ():
                line = raw.decode("utf-8", "replace").rstrip("\n")
                say(line)
                plain = _COLOUR.sub("", line).strip()
                if _CLOSING.search(plain):
                    result.closing = plain
            result.code = child.wait()
        finally:
            # Also what a test left running.
            end_groups([child], grace=10)
            result.seconds = time.monotonic() - started

    def cannot(self, name: str, reason: str) -> None:
        """Note a pass this machine cannot run."""
        self.passes.append(Pass(name, reason=reason))
        say(f"\n=== {name}: not run, {reason} ===")

    def summary(self) -> int:
        """Print what ran and what could not; return the exit code."""
        ran = [one for one in self.passes if one.code is not None]
        absent = [one for one in self.passes if one.code is None]
        # Arguments may select tests of one kind only; a run without arguments has tests in every pass.
        nothing_is_fine = bool(self.arguments) and any(one.code == 0 for one in ran)
        bad = [one for one in ran if one.code and not (one.code == NO_TESTS and nothing_is_fine)]
        say("\n=== What ran ===")
        for one in ran:
            verdict = "FAILED" if one in bad else ("nothing selected" if one.code else "passed")
            say(f"{one.name}: {verdict} ({one.seconds:.0f} s)")
            say(f"  {one.closing or f'pytest ended with code {one.code} and without a closing line'}")
        if absent:
            say("=== Could not run ===")
            for one in absent:
                say(f"{one.name}: {one.reason}")
        failed = bool(bad) or not ran or (self.strict and bool(absent))
        if self.strict and absent:
            say("With CI=true a pass that could not run is a failure.")
        say("RESULT: failed" if failed else "RESULT: passed")
        return 1 if failed else 0


def find_browser() -> str | None:
    """The machine's Chromium."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def run_on_postgres(suite: Suite) -> None:
    """The second pass, on the servers named in the environment or on throw-away ones."""
    name = "PostgreSQL and Redis"
    given = {key: suite.environ[key] for key in ("DATABASE_URL", "REDIS_URL") if suite.environ.get(key)}
    if len(given) == 2:
        suite.run(name, NOT_BROWSER, suite.test_environment("postgres", **given), spread=True)
        return
    reasons = [reason for reason in (missing_postgres(), missing_redis()) if reason]
    if reasons:
        suite.cannot(name, "; ".join(reasons))
        return
    with Services() as services:
        try:
            services.start_postgres()
            services.start_redis()
        except Refused as refusal:
            suite.cannot(name, str(refusal))
            return
        suite.run(
            name, NOT_BROWSER, suite.test_environment("postgres", **services.environment()), spread=True
        )


def run_in_browser(suite: Suite) -> None:
    """The third pass, on SQLite, as ``make run`` serves it."""
    name = "Browser (Chromium, SQLite)"
    browser = find_browser()
    if browser is None:
        suite.cannot(name, "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)")
        return
    # Playwright keeps an event loop in the thread that Django's database guard would take for an async view.
    env = suite.test_environment("browser", PORTAL_CHROMIUM=browser, DJANGO_ALLOW_ASYNC_UNSAFE="true")
    suite.run(name, "e2e", env, spread=False)


def main() -> int:
    """Run every pass; a failing one does not keep the next from running."""
    suite = Suite(arguments=sys.argv[1:], environ=os.environ)
    # Told to end, it ends like after Ctrl-C: servers stopped, their folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if suite.wants("sqlite"):
            suite.run("SQLite and file broker", NOT_BROWSER, suite.test_environment("sqlite"), spread=True)
        if suite.wants("postgres"):
            run_on_postgres(suite)
        if suite.wants("browser"):
            run_in_browser(suite)
    except KeyboardInterrupt:
        suite.summary()
        return EXIT_INTERRUPTED
    return suite.summary()


if __name__ == "__main__":
    run_main(main)
