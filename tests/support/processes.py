"""Real worker processes beside a test, on the test's own database."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from celery import Celery
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The test database as DATABASE_URL names it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = f"{values['USER']}:{values['PASSWORD']}" if values["PASSWORD"] else values["USER"]
    return f"postgres://{login}@{values['HOST'] or '127.0.0.1'}:{values['PORT'] or 5432}/{values['NAME']}"


def environment(var: Path, **extra: str) -> dict[str, str]:
    """The environment of a process that shares the test's database and has working files of its own."""
    values = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "PORTAL_VAR": str(var),
        "PORTAL_TESTING": "1",
        "PYTHONPATH": str(ROOT),
        **extra,
    }
    return {name: value for name, value in values.items() if value}


def working_folders(var: Path) -> None:
    """The folders a process expects under its ``PORTAL_VAR``."""
    for folder in ("broker", "broker/control", "broker/processed", "log", "static"):
        (var / folder).mkdir(parents=True, exist_ok=True)


def publisher(var: Path, redis_url: str = "") -> Celery:
    """An app that publishes to the broker the worker with these working files listens on."""
    app = Celery("publisher", broker=redis_url or "filesystem://", set_as_current=False)
    if not redis_url:
        folder = str(var / "broker")
        app.conf.broker_transport_options = {
            "data_folder_in": folder,
            "data_folder_out": folder,
            "control_folder": f"{folder}/control",
            "processed_folder": f"{folder}/processed",
        }
    return app


@contextlib.contextmanager
def running_worker(env: dict[str, str], *, modules: str = "") -> Iterator[subprocess.Popen]:
    """A worker with its scheduler; ended with its whole group when the block ends."""
    var = Path(env["PORTAL_VAR"])
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "cast_portal",
        "worker",
        "-B",
        "-c",
        "1",
        "-l",
        "WARNING",
    ]
    command += [
        "--schedule",
        str(var / "schedule"),
        "--without-gossip",
        "--without-mingle",
        "-n",
        f"w{os.getpid()}@test",
    ]
    if modules:
        command += ["-I", modules]
    with (var / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen) -> None:
    """SIGKILL to everything the process started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def wait_until(true: Callable[[], object], *, seconds: float, what: str) -> None:
    """Return as soon as the condition holds; fail with words after the limit."""
    pause = threading.Event()
    for _ in range(int(seconds * 10)):
        if true():
            return
        pause.wait(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")
