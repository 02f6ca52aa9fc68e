"""Throw-away PostgreSQL and Redis for tests and benchmarks.   scripts/services up | env | down

Each gets a free port on 127.0.0.1 and a temporary folder; nothing is kept and nothing waits for the disk. Tests use
``Services`` as a context manager; the command keeps what it started in var/services.json until ``down``.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from scripts.console import Refused, run_main, say, var_dir
from scripts.processes import kill_group, start_group

HOST = "127.0.0.1"
START_LIMIT = 30.0
"""Seconds a server may take until it answers."""
POSTGRES_OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "shared_buffers=256MB",
    "autovacuum=on",
)


class Missing(Refused):
    """A program that is not installed; the text says what to install."""


@dataclass(frozen=True)
class Server:
    """One running server: its process, which start of that number it is, its folder and address."""

    name: str
    pid: int
    born: str
    folder: str
    url: str


def find_program(*names: str) -> Path | None:
    """The newest program of one of these names, in PATH or where Debian and Red Hat keep PostgreSQL's."""
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    for folder in sorted(folders, key=_version, reverse=True):
        for name in names:
            if os.access(folder / name, os.X_OK):
                return folder / name
    return None


def _version(folder: Path) -> float:
    digits = folder.parent.name.removeprefix("pgsql-")
    try:
        return float(digits)
    except ValueError:
        return 0.0


def missing_postgres() -> str | None:
    """Why no PostgreSQL can be started here, in words; None when it can."""
    if find_program("initdb") is None or find_program("postgres") is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and _postgres_user() is None:
        return "PostgreSQL refuses to run as root and there is no user named postgres to run it as"
    return None


def missing_redis() -> str | None:
    """Why no Redis can be started here, in words; None when it can."""
    if find_program("redis-server", "valkey-server") is None:
        return "Redis is not installed (Debian: apt-get install redis-server)"
    return None


def _postgres_user() -> str | None:
    """The user PostgreSQL runs as when we are root, who may not run it."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return None


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _born(pid: int) -> str:
    """When the process started, in the kernel's ticks; empty when it is gone or only waits to be reaped."""
    try:
        facts = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return ""
    return "" if facts[0] == "Z" else facts[19]


def _tail(path: Path) -> str:
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
    except OSError:
        return ""


class Services:
    """Starts servers and ends exactly those. ``dies_with_parent`` ends them even after kill -9 of this process."""

    def __init__(self, *, dies_with_parent: bool = True) -> None:
        self.servers: list[Server] = []
        self._dies_with_parent = dies_with_parent
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start_postgres(self) -> Server:
        """An empty cluster with the database ``portal`` and the superuser of the same name, without a password."""
        reason = missing_postgres()
        if reason:
            raise Missing(reason)
        user = _postgres_user()
        folder = self._folder("postgres", user)
        log, data = folder / "postgres.log", folder / "data"
        initdb: list[str | Path] = [
            _program("initdb"),
            "--no-sync",
            "--auth=trust",
            "--username=portal",
            "--encoding=UTF8",
        ]
        with log.open("ab") as output:
            made = start_group(
                [*initdb, "--locale=C.UTF-8", "--pgdata", data], output=output, cwd=folder, user=user
            )
            if made.wait():
                raise Refused(f"initdb failed:\n{_tail(log)}")
            port = _free_port()
            argv: list[str | Path] = [
                _program("postgres"),
                "-D",
                data,
                "-h",
                HOST,
                "-p",
                str(port),
                "-k",
                folder,
            ]
            argv += [part for option in POSTGRES_OPTIONS for part in ("-c", option)]
            server = self._start(
                "postgres", argv, output, folder, f"postgres://portal@{HOST}:{port}/portal", user
            )
        address = ["--host", HOST, "--port", str(port), "--username", "portal"]
        self._wait_until(server, log, lambda: _succeeds([_program("pg_isready"), *address]))
        if not _succeeds([_program("createdb"), *address, "portal"]):
            raise Refused(f"createdb failed:\n{_tail(log)}")
        return server

    def start_redis(self) -> Server:
        """A server that keeps nothing on disk; database 0."""
        reason = missing_redis()
        if reason:
            raise Missing(reason)
        folder = self._folder("redis", None)
        port, log = _free_port(), folder / "redis.log"
        argv: list[str | Path] = [
            _program("redis-server", "valkey-server"),
            "--port",
            str(port),
            "--bind",
            HOST,
            "--dir",
            folder,
        ]
        with log.open("ab") as output:
            argv += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
            server = self._start("redis", argv, output, folder, f"redis://{HOST}:{port}/0", None)
        self._wait_until(server, log, lambda: _redis_answers(port))
        return server

    def environment(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL of what runs."""
        names = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
        return {names[server.name]: server.url for server in self.servers}

    def stop(self) -> None:
        """End every server of this object and remove its folder."""
        for server in reversed(self.servers):
            stop_server(server, self._children.get(server.pid))
        self.servers = []

    def _folder(self, name: str, user: str | None) -> Path:
        # Not under var/: the user postgres may be barred from the project's folder, and a socket's path is short.
        folder = Path(tempfile.mkdtemp(prefix=f"portal-{name}-"))
        if user:
            shutil.chown(folder, user, user)
        return folder

    def _start(
        self, name: str, argv: list[str | Path], output: IO[bytes], folder: Path, url: str, user: str | None
    ) -> Server:
        child = start_group(
            argv,
            output=output,
            cwd=folder,
            user=user,
            dies_with_parent=self._dies_with_parent,
        )
        server = Server(name=name, pid=child.pid, born=_born(child.pid), folder=str(folder), url=url)
        self._children[child.pid] = child
        self.servers.append(server)
        return server

    def _wait_until(self, server: Server, log: Path, answers: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not answers():
            if self._children[server.pid].poll() is not None or time.monotonic() > deadline:
                words = _tail(log)
                self.stop()
                raise Refused(f"{server.name} did not start:\n{words}")
            time.sleep(0.05)


def _program(*names: str) -> Path:
    found = find_program(*names)
    if found is None:
        raise Missing(f"{names[0]} is not installed")
    return found


def _succeeds(argv: list[str | Path]) -> bool:
    done = subprocess.run(
        [str(part) for part in argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return done.returncode == 0


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def stop_server(server: Server, child: subprocess.Popen[bytes] | None = None) -> None:
    """End one server, if it is still the process that was started, and remove its folder."""
    if _born(server.pid) == server.born:
        # For PostgreSQL this is the fast shutdown, which does not wait for clients.
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGINT)
        deadline = time.monotonic() + 15
        while _born(server.pid) == server.born and time.monotonic() < deadline:
            time.sleep(0.05)
        if _born(server.pid) == server.born:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
    if child is not None:
        kill_group(child)
    shutil.rmtree(server.folder, ignore_errors=True)


# ---------- the command ----------


def _state_file() -> Path:
    return var_dir() / "services.json"


def _kept() -> Iterator[Server]:
    """What an earlier ``up`` started and still runs."""
    try:
        rows = json.loads(_state_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for row in rows:
        server = Server(**row)
        if _born(server.pid) == server.born:
            yield server


def _print_environment(servers: list[Server]) -> None:
    names = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    for server in servers:
        say(f"export {names[server.name]}={server.url}")


def up() -> int:
    """Start what is not running yet; 1 when something could not be started."""
    servers = list(_kept())
    running = {server.name for server in servers}
    services = Services(dies_with_parent=False)
    code = 0
    for name, start in (("postgres", services.start_postgres), ("redis", services.start_redis)):
        if name in running:
            continue
        try:
            servers.append(start())
        except Refused as refusal:
            print(f"Not started: {refusal}", file=sys.stderr)
            code = 1
        # Written after each, so that an interrupted command leaves nothing it could not stop later.
        _state_file().write_text(json.dumps([asdict(server) for server in servers]), encoding="utf-8")
    _print_environment(servers)
    return code


def down() -> int:
    """Stop what ``up`` started, nothing else."""
    servers = list(_kept())
    for server in servers:
        stop_server(server)
        say(f"{server.name} stopped")
    _state_file().unlink(missing_ok=True)
    if not servers:
        say("Nothing was running.")
    return 0


def env() -> int:
    """Print the addresses for ``eval "$(scripts/services env)"``; 1 when nothing runs."""
    servers = list(_kept())
    _print_environment(servers)
    return 0 if servers else 1


def main() -> int:
    """Run the named action."""
    actions = {"up": up, "down": down, "env": env}
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in actions:
        raise Refused("say scripts/services up, down or env.")
    return actions[wanted]()


if __name__ == "__main__":
    run_main(main)
