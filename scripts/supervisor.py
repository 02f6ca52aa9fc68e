"""Keeps a few long-running programs alive, and ends them together."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.console import say
from scripts.processes import end_groups, kill_group, start_group

LONGEST_PAUSE = 30.0
"""Seconds between two attempts at most."""
CALM = 60.0
"""A program that ran this many seconds is forgiven its earlier deaths."""
LOG_LIMIT = 5 * 1024 * 1024
"""Bytes after which a log is set aside at the next start; one older file is kept."""


@dataclass(frozen=True)
class Program:
    """What to start: a short name for people, the command line, and where its output goes."""

    name: str
    argv: Sequence[str | Path]
    log: Path


@dataclass
class _Running:
    program: Program
    child: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    restart_at: float = 0.0


@dataclass
class Supervisor:
    """Starts ``programs`` in process groups of their own and starts again what dies.

    ``tick`` is called whenever a child may have died and at least when ``pause`` is over; it never blocks for long.
    ``clock`` counts seconds and is handed in by tests.
    """

    programs: Sequence[Program]
    env: Mapping[str, str]
    cwd: Path
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], None] = say
    _running: list[_Running] = field(default_factory=list)

    def start(self) -> None:
        """Start every program."""
        self._running = [_Running(program) for program in self.programs]
        for entry in self._running:
            self._start_one(entry)

    def tick(self) -> None:
        """Notice deaths, say so, and start again what has waited long enough."""
        now = self.clock()
        for entry in self._running:
            if entry.child is not None and entry.child.poll() is not None:
                self._note_death(entry, now)
            if entry.child is None and now >= entry.restart_at:
                self._start_one(entry)

    @property
    def pause(self) -> float:
        """Seconds until ``tick`` has something to do by itself; at most one."""
        waiting = [entry.restart_at - self.clock() for entry in self._running if entry.child is None]
        return max(0.0, min([1.0, *waiting]))

    @property
    def most_deaths(self) -> int:
        """How often the least lucky program died in a row."""
        return max((entry.deaths for entry in self._running), default=0)

    def pids(self) -> dict[str, int]:
        """The process ids of the programs that are up, by name."""
        return {entry.program.name: entry.child.pid for entry in self._running if entry.child is not None}

    def stop(self, *, grace: float = 12.0) -> list[str]:
        """End everything within about ``grace`` seconds; return the names of programs that had to be killed."""
        children = {entry.program.name: entry.child for entry in self._running if entry.child is not None}
        killed = end_groups(list(children.values()), grace=grace)
        self._running = []
        return [name for name, child in children.items() if child.pid in killed]

    def _start_one(self, entry: _Running) -> None:
        program = entry.program
        program.log.parent.mkdir(parents=True, exist_ok=True)
        if program.log.exists() and program.log.stat().st_size > LOG_LIMIT:
            program.log.replace(program.log.with_suffix(".log.1"))
        with program.log.open("ab") as output:
            entry.child = start_group(program.argv, output=output, env=self.env, cwd=self.cwd)
        entry.started_at = self.clock()
        again = " again" if entry.deaths else ""
        self.tell(f"{program.name} started{again} (process {entry.child.pid}, log {program.log})")

    def _note_death(self, entry: _Running, now: float) -> None:
        child = entry.child
        if child is None:
            return
        # Pool children of a killed worker would go on beside those of its successor.
        kill_group(child)
        if now - entry.started_at >= CALM:
            entry.deaths = 0
        entry.deaths += 1
        pause = min(2.0 ** (entry.deaths - 1), LONGEST_PAUSE)
        entry.child, entry.restart_at = None, now + pause
        self.tell(
            f"{entry.program.name} ended {_how(child.returncode)}; "
            f"it is started again in {pause:.0f} s. Last lines of {entry.program.log}:"
        )
        for line in last_lines(entry.program.log, 6):
            self.tell(f"    {line}")


def _how(code: int) -> str:
    return f"by signal {-code}" if code < 0 else f"with code {code}"


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines of a text file, none when it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 8192))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]
