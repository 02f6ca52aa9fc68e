"""Running a child and reading what it says: lines of JSON, until it ends or hangs."""

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent.parent
PIPE_BYTES = 1 << 20
_TOO_MUCH = (signal.SIGABRT, signal.SIGXCPU, signal.SIGKILL)


class ChildFailed(Exception):
    """A child did not end as it should. ``by_limits``: it asked for more time or memory than it may have."""

    def __init__(self, detail: str, *, by_limits: bool) -> None:
        super().__init__(detail)
        self.by_limits = by_limits


def program_of(module: str) -> str:
    """The program that calls ``main`` of a module of this project with the child's arguments."""
    return f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; sys.exit(main(sys.argv[2:]))"


def child_lines(
    program: str, arguments: Sequence[str], *, silent_seconds: float, longest_line: int
) -> Generator[dict[str, Any], None, None]:
    """What a child says, line by line. Closing the iterator ends the child with all it started.

    Isolated from the environment and the working folder; only the project is put in its path. Without a word for
    ``silent_seconds`` it hangs and is ended; its work it limits by itself (``core.children.limits``). Raises
    ``ChildFailed`` for everything but an orderly end.
    """
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(  # noqa: S603 - this project's own program
            [sys.executable, "-I", "-c", program, str(ROOT), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
        )
        assert child.stdout is not None  # asked for above
        with contextlib.suppress(OSError):
            # So that the child goes on while what it said before is judged here.
            fcntl.fcntl(child.stdout.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        try:
            for raw in _raw_lines(child.stdout.fileno(), silent_seconds, longest_line):
                yield _read_line(raw)
            _judge_end(child.wait(), log)
        finally:
            _end(child)
            child.stdout.close()


def _raw_lines(pipe: int, silent_seconds: float, longest_line: int) -> Iterator[bytes]:
    """The complete lines of the child. A last one that was cut off is none."""
    rest = bytearray()
    while True:
        if not select.select([pipe], [], [], silent_seconds)[0]:
            raise ChildFailed("silent", by_limits=True)
        piece = os.read(pipe, PIPE_BYTES)
        if not piece:
            return
        *lines, last = piece.split(b"\n")
        for line in lines:
            rest += line
            yield bytes(rest)
            rest.clear()
        rest += last
        if len(rest) > longest_line:
            raise ChildFailed("a line without end", by_limits=True)


def _read_line(raw: bytes) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except ValueError as error:
        raise ChildFailed("no JSON", by_limits=False) from error
    if not isinstance(line, dict):
        raise ChildFailed("no object", by_limits=False)
    return line


def _judge_end(code: int, log: IO[bytes]) -> None:
    if code:
        log.seek(0)
        said = log.read(4096).decode("utf-8", "replace")
        raise ChildFailed(f"{code}: {said}", by_limits=-code in _TOO_MUCH)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
