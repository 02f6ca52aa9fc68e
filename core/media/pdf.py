"""What the bytes of a PDF tell before anything reads it: where it begins and ends, and whether it is another file as well."""

import re
import zipfile
from pathlib import Path

from core.media.errors import refused

_HEAD = re.compile(rb"%PDF-[12]\.\d")
_END = b"%%EOF"
# Scanners fill the last block with zeros.
_TAIL = 64 << 10
_PADDING = b"\0\t\n\f\r \x1a"


def judge_pdf(path: Path) -> None:
    """Raise ``FileRefused`` unless the file begins and ends as a PDF and is nothing else besides."""
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL))
        tail = file.read().rstrip(_PADDING)
    if not _HEAD.match(head):
        raise refused("damaged")
    place = tail.rfind(_END)
    if place < 0:
        raise refused("damaged")
    # A zip behind or around the last pages makes an archive or a program of the same bytes.
    if len(tail) > place + len(_END) or zipfile.is_zipfile(path):
        raise refused("mixed")
