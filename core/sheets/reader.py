"""Reading a spreadsheet through a process of its own (``core.sheets.child``), row by row and with little memory here.

The fast readers abort the whole process on a two-kilobyte file, and some files never end: so the reader is a child with
limits of memory and time, and every way it can end badly becomes one sentence for people.
"""

import contextlib
import dataclasses
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any

from core.sheets.errors import SheetRefused, refusal
from core.sheets.unpacking import sheets_in

Cell = str | int | float | bool | None
Rows = list[tuple[int, list[Cell]]]
ROOT = Path(__file__).resolve().parent.parent.parent
# Isolated from the environment and the working folder; only the project is put in its path.
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from core.sheets.child import main; sys.exit(main(sys.argv[2:]))"
# Without a word for so long it hangs; its work is limited by itself (CPU_SECONDS).
SILENT_SECONDS = 180
PIPE_BYTES = 1 << 20
# 256 cells of 32,767 characters with four bytes each.
LONGEST_LINE = 64 << 20
_TOO_MUCH = (signal.SIGABRT, signal.SIGXCPU, signal.SIGKILL)


class ReaderFailed(Exception):
    """How the child ended, for the log: what a refusal was caused by."""


@dataclasses.dataclass(frozen=True)
class SheetInfo:
    """One sheet of a workbook. A csv has one without a name."""

    name: str
    visible: bool


def list_sheets(path: Path, format: str) -> list[SheetInfo]:  # noqa: A002 - what it is
    """The worksheets in their order. Raises ``SheetRefused``.

    Of an .xlsx the list stands in a small part of its own; the reader would unpack all texts first.
    """
    if format == "xlsx" and (listed := _listed_in(path)):
        return listed
    with contextlib.closing(_lines([format, str(path)])) as lines:
        for line in lines:
            return [SheetInfo(str(sheet["name"]), bool(sheet["visible"])) for sheet in line["sheets"]]
    raise refusal("unreadable")


def _listed_in(path: Path) -> list[SheetInfo]:
    """The sheets as the workbook's own part lists them; empty when that is written otherwise than usual."""
    try:
        with path.open("rb") as file:
            with zipfile.ZipFile(file) as archive:
                known = {part.filename: part for part in archive.infolist()}
            return [SheetInfo(sheet.name, sheet.visible) for sheet in sheets_in(file, known)]
    except Exception:  # noqa: BLE001 - the child has the last word on what is wrong
        return []


def read_rows(path: Path, format: str, *, sheet: str, batch: int = 500) -> Generator[Rows, None, None]:  # noqa: A002
    """The rows of a sheet that hold anything, ``batch`` at a time or fewer: Excel's row number and the cells from A on.

    Dates are ISO text ("2014-06-04", with the time of day where there is one), whole numbers int, formulas their stored
    value, errors the text Excel shows. A number from 10**15 on has lost its last digits in Excel already and comes as the
    int Excel keeps. Closing the iterator ends the child. Raises ``SheetRefused``, also in the middle.
    """
    with contextlib.closing(_lines([format, str(path), sheet, str(batch)])) as lines:
        for line in lines:
            if "end" in line:
                return
            yield [(number, cells) for number, cells in line["rows"]]
    raise refusal("unreadable")


def _lines(arguments: list[str]) -> Generator[dict[str, Any], None, None]:
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(  # noqa: S603 - this project's own program
            [sys.executable, "-I", "-c", PROGRAM, str(ROOT), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
        )
        assert child.stdout is not None  # asked for above
        with contextlib.suppress(OSError):
            # So that the child reads on while what it read before is judged here.
            fcntl.fcntl(child.stdout.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        try:
            for raw in _raw_lines(child.stdout.fileno()):
                yield _read_line(raw)
            _judge_end(child.wait(), log)
        finally:
            _end(child)
            child.stdout.close()


def _raw_lines(pipe: int) -> Iterator[bytes]:
    """The complete lines of the child. A last one that was cut off is none."""
    rest = bytearray()
    while True:
        if not select.select([pipe], [], [], SILENT_SECONDS)[0]:
            raise refusal("too_large")
        piece = os.read(pipe, PIPE_BYTES)
        if not piece:
            return
        *lines, last = piece.split(b"\n")
        for line in lines:
            rest += line
            yield bytes(rest)
            rest.clear()
        rest += last
        if len(rest) > LONGEST_LINE:
            raise refusal("too_large")


def _read_line(raw: bytes) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except ValueError as error:
        raise refusal("unreadable") from error
    if not isinstance(line, dict):
        raise refusal("unreadable")
    if "message" in line:
        raise SheetRefused(str(line["refused"]), str(line["message"]))
    if "refused" in line:
        code = {"PasswordError": "encrypted", "memory": "too_large"}.get(line["refused"], "unreadable")
        raise refusal(code) from ReaderFailed(str(line))
    return line


def _judge_end(code: int, log: IO[bytes]) -> None:
    if code:
        log.seek(0)
        said = log.read(4096).decode("utf-8", "replace")
        raise refusal("too_large" if -code in _TOO_MUCH else "unreadable") from ReaderFailed(
            f"{code}: {said}"
        )


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
