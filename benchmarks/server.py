"""The portal's web processes for a measurement, and a client that keeps them busy."""

import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.timing import children_of, forget_peak, peak_mib, resident_mib
from scripts.console import ROOT
from scripts.processes import end_groups, start_group

HOST = "127.0.0.1"
WORKERS, CLIENTS = 2, 4
START_LIMIT = 60.0


@dataclass
class Server:
    """Gunicorn with two synchronous workers."""

    port: int
    pid: int
    _before: dict[int, float] = field(default_factory=dict)

    def forget_memory(self) -> None:
        """Let what the workers grow by be counted from now."""
        self._before = {}
        for pid in children_of(self.pid):
            forget_peak(pid)
            self._before[pid] = resident_mib(pid)

    def memory(self) -> float:
        """By how many MiB the worker that grew most grew at its highest."""
        return max((peak_mib(pid) - before for pid, before in self._before.items()), default=0.0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_server(log: Path) -> Iterator[Server]:
    """Start it with the environment of this process and end it with the block."""
    port = _free_port()
    argv = [sys.executable, "-m", "gunicorn", "cast_portal.wsgi:application", "--bind", f"{HOST}:{port}"]
    argv += ["--workers", str(WORKERS), "--worker-class", "sync", "--timeout", "120", "--no-control-socket"]
    argv += ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108
    with log.open("ab") as output:
        child = start_group(argv, output=output, env=os.environ, cwd=ROOT)
        try:
            deadline = time.monotonic() + START_LIMIT
            while not _listens(port):
                if child.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the web server did not start, see {log}")
                time.sleep(0.1)
            yield Server(port=port, pid=child.pid)
        finally:
            end_groups([child], grace=10)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@dataclass(frozen=True)
class Page:
    """One page as one person asks for it."""

    path: str
    session: str

    @property
    def request(self) -> bytes:
        """The bytes a client sends: one request, one connection, as synchronous workers serve it."""
        lines = (
            f"GET {self.path} HTTP/1.1",
            f"Host: {HOST}",
            f"Cookie: sessionid={self.session}",
            "Connection: close",
        )
        return "\r\n".join((*lines, "", "")).encode()


def fetch(port: int, page: Page) -> float:
    """Ask once; seconds until the last byte. Anything but a whole 200 page is an error of the measurement."""
    started = time.perf_counter()
    with socket.create_connection((HOST, port), timeout=120) as connection:
        connection.sendall(page.request)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    answer = b"".join(parts)
    if not answer.startswith(b"HTTP/1.1 200 ") or not answer.rstrip().endswith(b"</html>"):
        raise RuntimeError(f"{page.path} answered {answer[:200]!r}")
    return time.perf_counter() - started


def requests_per_second(port: int, page: Page, seconds: float) -> float:
    """Finished requests per second while a few clients ask one after the other without pause."""
    counts = [0] * CLIENTS
    faults: list[Exception] = []
    started = time.monotonic()

    def ask(place: int) -> None:
        try:
            while time.monotonic() < started + seconds:
                fetch(port, page)
                counts[place] += 1
        except (OSError, RuntimeError) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return sum(counts) / (time.monotonic() - started)
