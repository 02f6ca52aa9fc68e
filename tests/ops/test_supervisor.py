"""The supervisor with small programs in place of web, worker and scheduler. Nothing here waits for a fixed time."""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.processes import group_lives
from scripts.supervisor import LOG_LIMIT, Program, Supervisor, last_lines

LIMIT = 20
"""Seconds after which a test gives up; none comes near it."""
FOREVER = "import signal, sys; print('up', flush=True); signal.pause()"
STUBBORN = (
    "import signal\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\n"
    "while True: signal.pause()\n"
)
WITH_CHILD = (
    "import os, signal\n"
    "if os.fork() == 0:\n"
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\n"
    "    while True: signal.pause()\n"
    "while True: signal.pause()\n"
)


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """A supervisor over one program, with its clock and what it said."""

    def __init__(self, folder: Path, code: str) -> None:
        self.log = folder / "log" / "thing.log"
        self.clock = Clock()
        self.said: list[str] = []
        self.supervisor = Supervisor(
            [Program("thing", [sys.executable, "-c", code], self.log)],
            env=dict(os.environ),
            cwd=folder,
            clock=self.clock,
            tell=self.said.append,
        )

    @property
    def pid(self) -> int:
        return self.supervisor.pids()["thing"]

    def start_and_wait(self, times: int = 1) -> int:
        """Start (or tick) and wait until the program has said "up" as often as this; return its process id."""
        if times == 1:
            self.supervisor.start()
        else:
            self.supervisor.tick()
        wait_for_lines(self.log, times, self.pid)
        return self.pid

    def wait_until_dead(self) -> None:
        """Wait for the program's end without taking its exit status away from the supervisor."""
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)


def wait_for_lines(path: Path, count: int, pid: int) -> None:
    """Wait until the file has so many lines; the process is watched so that its death ends the waiting."""
    process = os.pidfd_open(pid)
    with contextlib.closing(os.fdopen(process, "rb", closefd=True)) as ended:
        for _ in range(LIMIT * 50):
            if path.exists() and path.read_text(encoding="utf-8").count("\n") >= count:
                return
            if (
                select.select([ended], [], [], 0.02)[0]
                and path.read_text(encoding="utf-8").count("\n") < count
            ):
                break
    pytest.fail(f"{path} never had {count} lines")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[type[Stage]]:
    """Makes stages and ends what they started, whatever the test came to."""
    made: list[Stage] = []

    def make(code: str) -> Stage:
        made.append(Stage(tmp_path, code))
        return made[-1]

    yield make  # type: ignore[misc]
    for one in made:
        one.supervisor.stop(grace=0)


def test_a_program_that_was_killed_is_started_again_after_a_pause(stage) -> None:
    one = stage(FOREVER)
    first = one.start_and_wait()
    os.kill(first, signal.SIGKILL)
    one.wait_until_dead()

    one.supervisor.tick()
    assert one.supervisor.pids() == {}
    assert any("ended by signal 9" in line for line in one.said)

    one.clock.now += 1
    assert one.supervisor.pause == 0
    second = one.start_and_wait(times=2)
    assert second != first
    assert "started again" in one.said[-1]


def test_pauses_grow_to_half_a_minute_and_a_calm_run_forgives(stage) -> None:
    one = stage("raise SystemExit('no such setting')")
    one.supervisor.start()
    pauses = []
    for _ in range(7):
        one.wait_until_dead()
        one.supervisor.tick()
        waiting = next(iter(one.supervisor._running)).restart_at - one.clock.now
        pauses.append(waiting)
        one.clock.now += waiting
        one.supervisor.tick()
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert one.supervisor.most_deaths == 7
    assert any("no such setting" in line for line in one.said)

    one.clock.now += 61
    one.wait_until_dead()
    one.supervisor.tick()
    assert one.supervisor.most_deaths == 1


def test_a_dead_leader_takes_its_group_along_before_it_is_started_again(stage) -> None:
    one = stage(WITH_CHILD)
    leader = one.start_and_wait()
    os.kill(leader, signal.SIGKILL)
    one.wait_until_dead()
    assert group_lives(leader)
    one.supervisor.tick()
    assert not group_lives(leader)


@pytest.mark.parametrize(
    ("code", "grace", "killed"),
    [
        pytest.param(FOREVER, LIMIT, [], id="ends when asked"),
        pytest.param(STUBBORN, 0.1, ["thing"], id="does not listen and is killed"),
        pytest.param(WITH_CHILD, LIMIT, [], id="its child does not listen and is killed"),
    ],
)
def test_stop_leaves_nothing_of_the_group(stage, code: str, grace: float, killed: list[str]) -> None:
    one = stage(code)
    leader = one.start_and_wait()
    assert one.supervisor.stop(grace=grace) == killed
    assert not group_lives(leader)
    assert one.supervisor.pids() == {}


def test_a_long_log_is_set_aside_at_the_next_start(stage) -> None:
    one = stage(FOREVER)
    one.log.parent.mkdir()
    one.log.write_bytes(b"old\n" * (LOG_LIMIT // 4 + 1))
    one.start_and_wait()
    assert one.log.read_text(encoding="utf-8") == "up\n"
    assert one.log.with_suffix(".log.1").stat().st_size > LOG_LIMIT


def test_last_lines_of_a_file_and_of_none(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\n\ntwo\nthree\n", encoding="utf-8")
    assert last_lines(path, 2) == ["two", "three"]
    assert last_lines(tmp_path / "none.log", 2) == []
