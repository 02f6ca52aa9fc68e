"""What the portal has a child process do with a picture or a PDF (``core.media.child``), and every bad end in words."""

import contextlib
import dataclasses
from collections.abc import Generator
from pathlib import Path
from typing import Any

from core.children.lines import ChildFailed, child_lines, program_of
from core.media.errors import FileRefused, refused

PROGRAM = program_of("core.media.child")
# It limits its own computing time; beyond this it waits for something that does not come.
SILENT_SECONDS = 40
LONGEST_LINE = 64 << 10
# Of a page that brings the process down the next ones are still drawn, by a new process, so often.
MOST_FALLS = 5


class ChildTold(Exception):
    """How the child ended, for the log: what a refusal was caused by."""


@dataclasses.dataclass(frozen=True)
class SmallPicture:
    """A picture as it is kept."""

    width: int
    height: int
    ending: str


def shrink_picture(source: Path, target: Path, *, format: str) -> SmallPicture:  # noqa: A002 - what it is
    """Write the picture as it will be kept to ``target``. Raises ``FileRefused``."""
    said = _first(["picture", format, str(source), str(target)])
    return SmallPicture(int(said["width"]), int(said["height"]), str(said["ending"]))


def count_pages(source: Path) -> int:
    """How many pages a PDF has. Raises ``FileRefused``."""
    return int(_first(["pdf", str(source)])["pages"])


def draw_pages(
    source: Path, folder: Path, *, first: int, last: int, most_falls: int = MOST_FALLS
) -> Generator[int, None, None]:
    """Draw pages of a PDF as ``folder``/1.jpg and so on; the number of each as soon as nothing more comes of it.

    A page that cannot be drawn has no picture. Raises ``FileRefused`` after so many of them, or when nothing can be opened
    at all.
    """
    falls = 0
    while first <= last:
        try:
            for said in _said(["pages", str(source), str(folder), str(first), str(last)]):
                if "page" in said:
                    first = int(said["page"]) + 1
                    yield first - 1
        except FileRefused as refusal:
            falls += 1
            if falls >= most_falls or refusal.code in ("encrypted", "script"):
                raise
            first += 1
            yield first - 1


def _first(arguments: list[str]) -> dict[str, Any]:
    said = list(_said(arguments))
    if len(said) != 2 or said[-1] != {"end": True}:
        raise refused("damaged") from ChildTold(str(said)[:300])
    return said[0]


def _said(arguments: list[str]) -> Generator[dict[str, Any], None, None]:
    lines = child_lines(PROGRAM, arguments, silent_seconds=SILENT_SECONDS, longest_line=LONGEST_LINE)
    with contextlib.closing(lines):
        try:
            for line in lines:
                if "message" in line:
                    raise FileRefused(str(line["refused"]), str(line["message"]))
                if "refused" in line:
                    code = "too_large" if line["refused"] == "too_large" else "damaged"
                    raise refused(code) from ChildTold(str(line))
                yield line
        except ChildFailed as failed:
            raise refused("too_large" if failed.by_limits else "damaged") from ChildTold(str(failed))
