"""Timing two ways of doing the same, in turn, and how much memory one of them takes."""

import contextlib
import gc
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.results import median

MIN_ROUNDS, MAX_ROUNDS = 3, 21


def in_turn(
    product: Callable[[], object],
    baseline: Callable[[], object],
    *,
    after: Callable[[], object] = lambda: None,
    also: Callable[[], object] | None = None,
    enough: float = 6.0,
) -> tuple[float, ...]:
    """Median seconds of product, baseline and ``also``, run in turn after one round that is not counted.

    At least three rounds, and as many more as fit into ``enough`` seconds. ``after`` puts things back outside the clock.
    """
    ways = [product, baseline] + ([also] if also else [])
    taken: list[list[float]] = [[] for _ in ways]
    for number in range(MAX_ROUNDS + 1):
        for way, seconds in zip(ways, taken, strict=True):
            gc.collect()
            started = time.perf_counter()
            way()
            spent = time.perf_counter() - started
            after()
            if number:
                seconds.append(spent)
        if number >= MIN_ROUNDS and sum(map(sum, taken)) > enough:
            break
    return tuple(median(seconds) for seconds in taken)


def _status(pid: int | str, field: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def resident_mib(pid: int | str = "self") -> float:
    """Resident memory now."""
    return _status(pid, "VmRSS")


def peak_mib(pid: int | str = "self") -> float:
    """The highest resident memory since ``forget_peak``, else since the start."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int | str = "self") -> None:
    """Let the peak begin again from the present."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def own_mib(pid: int | str = "self") -> float:
    """What a process takes for itself now. Pages of mapped files (the database's, programs) are the system's to take back."""
    return _status(pid, "RssAnon") + _status(pid, "RssShmem")


def memory_of(work: Callable[[], object]) -> float:
    """By how many MiB this process and those it starts grew at most while it did the work."""
    gc.collect()
    with PeakTogether() as together:
        work()
    return together.mib


def children_of(pid: int) -> list[int]:
    """The processes a process started and that are still there."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in text.split()]


class PeakTogether:
    """How much memory this process and those it starts take at once while the block runs, in ``mib`` above the start.

    Looked at often: of a process that has ended the system keeps a figure that counts its parent's memory too.
    """

    def __init__(self, *, every: float = 0.02) -> None:
        self.mib = 0.0
        self._every, self._over = every, threading.Event()
        self._before = own_mib()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakTogether":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            self._look()

    def _look(self) -> None:
        now = own_mib() - self._before
        for pid in children_of(os.getpid()):
            with contextlib.suppress(OSError):
                now += own_mib(pid)
        self.mib = max(self.mib, now)
