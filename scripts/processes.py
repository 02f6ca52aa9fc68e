"""Processes of other programs: starting them in groups of their own and ending whole groups. Linux only."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """Let grandchildren whose parent died become ours, so that they can be ended and reaped by ``end_groups``."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _prepare_child(*, dies_with_parent: bool) -> Callable[[], None]:
    def prepare() -> None:
        # The parent may hold signals back to wait for them; a child starts with none held back.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if dies_with_parent:
            # Even when this process is killed with -9 and cannot tidy up.
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

    return prepare


def start_group(
    argv: Sequence[str | Path],
    *,
    output: int | IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
    dies_with_parent: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a program as leader of a session and process group of its own, so that Ctrl-C reaches only us.

    ``output`` takes both of its streams. ``user`` is possible for root only.
    """
    return subprocess.Popen(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        # The scripts have one thread, so code between fork and exec is safe here.
        preexec_fn=_prepare_child(dies_with_parent=dies_with_parent),  # noqa: PLW1509
    )


def run_attached(argv: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path) -> int:
    """Run a program in our own group to its end, so that Ctrl-C reaches it as well; return its exit code.

    It ends with us when we are told to end in another way.
    """
    child = subprocess.Popen(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        env=dict(env),
        cwd=cwd,
        preexec_fn=_prepare_child(dies_with_parent=True),  # noqa: PLW1509
    )
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The same Ctrl-C reached the child; it ends by itself and says so.
            continue


def group_lives(group: int) -> bool:
    """Whether any process of the group is left; adopted ones that ended are reaped on the way."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-group, os.WNOHANG)[0]:
            pass
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_groups(
    children: Sequence[subprocess.Popen[bytes]], *, grace: float, wait: Callable[[float], object] = time.sleep
) -> list[int]:
    """End every child and all of its group; return the process ids that had to be killed.

    The leader gets TERM alone, because gunicorn and celery then wind down their own children in order. After
    ``grace`` seconds, and for whatever a leader left behind, the whole group is killed.
    """
    for child in children:
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(child.poll() is None for child in children) and time.monotonic() < deadline:
        wait(0.05)
    killed = [child.pid for child in children if child.poll() is None]
    for child in children:
        kill_group(child)
    return killed


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's group, leader included, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    deadline = time.monotonic() + 2
    while group_lives(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
