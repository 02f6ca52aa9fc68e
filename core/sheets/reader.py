"""Reading a spreadsheet through a process of its own (``core.sheets.child``), row by row and with little memory here.

The fast readers abort the whole process on a two-kilobyte file, and some files never end: so the reader is a child with
limits of memory and time, and every way it can end badly becomes one sentence for people.
"""

import contextlib
import dataclasses
import fcntl
import html
import json
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

from core.sheets.errors import SheetRefused

Cell = str | int | float | bool | None
Rows = list[tuple[int, list[Cell]]]
CHILD = Path(__file__).with_name("child.py")
# Wall clock, for a child that waits instead of working; its work is limited by itself (CPU_SECONDS).
SECONDS = 180
PIPE_BYTES = 1 << 20
UNREADABLE = SheetRefused("unreadable", "文件读不出来，可能已损坏。请用 Excel 打开，另存为 .xlsx 后再上传。")
TOO_LARGE = SheetRefused("too_large", "表格太大，读不完。请删去数据区以外的内容，或分成几个文件，再上传。")
ENCRYPTED = SheetRefused("encrypted", "文件加了密码，不能读取。请在 Excel 里去掉打开密码，保存后再上传。")
_TOO_MUCH = (signal.SIGABRT, signal.SIGXCPU, signal.SIGKILL)


_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_ATTRIBUTE = re.compile(r"(?:^|\s)(name|state)=[\"']([^\"']*)[\"']")


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
    raise UNREADABLE


def _listed_in(path: Path) -> list[SheetInfo]:
    """The sheets as the workbook's own part lists them; empty when that is written otherwise than usual."""
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read("xl/workbook.xml").decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return []
    sheets = []
    for found in _SHEET.findall(text):
        named = dict(_ATTRIBUTE.findall(found))
        if "name" not in named:
            return []
        sheets.append(SheetInfo(html.unescape(named["name"]), named.get("state", "visible") == "visible"))
    return sheets


def read_rows(path: Path, format: str, *, sheet: str, batch: int = 500) -> Generator[Rows, None, None]:  # noqa: A002
    """The rows of a sheet that hold anything, ``batch`` at a time: Excel's row number and the cells from column A on.

    Dates are ISO text ("2014-06-04", with the time of day where there is one), whole numbers int, formulas their stored
    value. A number from 10**15 on has lost its last digits in Excel already. Closing the iterator ends the child.
    Raises ``SheetRefused``, also in the middle.
    """
    with contextlib.closing(_lines([format, str(path), sheet, str(batch)])) as lines:
        for line in lines:
            if "end" in line:
                return
            yield [(number, cells) for number, cells in line["rows"]]
    raise UNREADABLE


def _lines(arguments: list[str]) -> Generator[dict[str, Any], None, None]:
    child = subprocess.Popen(  # noqa: S603 - this project's own program
        [sys.executable, "-I", str(CHILD), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
    )
    watch = threading.Timer(SECONDS, _end, [child])
    watch.daemon = True
    watch.start()
    assert child.stdout is not None  # asked for above
    with contextlib.suppress(OSError):
        # So that the child reads on while what it read before is judged here.
        fcntl.fcntl(child.stdout.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    try:
        for raw in child.stdout:
            yield _read_line(raw)
        _judge_end(child.wait())
    finally:
        watch.cancel()
        _end(child)
        child.stdout.close()


def _read_line(raw: bytes) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except ValueError as error:
        raise UNREADABLE from error
    if not isinstance(line, dict):
        raise UNREADABLE
    if "refused" in line:
        if line["refused"] == "PasswordError":
            raise ENCRYPTED
        raise TOO_LARGE if line["refused"] == "memory" else UNREADABLE
    return line


def _judge_end(code: int) -> None:
    if code < 0:
        raise TOO_LARGE if -code in _TOO_MUCH else UNREADABLE
    if code:
        raise UNREADABLE


def _end(child: subprocess.Popen) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
