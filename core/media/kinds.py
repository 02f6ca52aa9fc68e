"""What a file is, by its first bytes and never by its name."""

import dataclasses
import re
import zipfile
from pathlib import Path

from core.media.errors import from_sheets, refused
from core.media.office import judge_office, office_kind
from core.media.pdf import judge_pdf
from core.sheets.containers import Container
from core.sheets.errors import SheetRefused

PDF, PICTURE, WORD, SHEET = "pdf", "picture", "word", "sheet"
# A file of this size is the largest taken anywhere; a slot may ask for less.
LARGEST_FILE = 20 << 20
_START = 4096
_PICTURES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = (b"heic", b"heix", b"heim", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
# What is known and not taken: how it begins, the refusal, and what to call it.
_FOREIGN = (
    (b"GIF8", "other_picture", "GIF"),
    (b"BM", "other_picture", "BMP"),
    (b"II*\0", "other_picture", "TIFF"),
    (b"MM\0*", "other_picture", "TIFF"),
    (b"8BPS", "other_picture", "Photoshop"),
    (b"MZ", "program", ""),
    (b"\x7fELF", "program", ""),
    (b"#!", "program", ""),
    (b"Rar!", "archive", ""),
    (b"7z\xbc\xaf", "archive", ""),
    (b"\x1f\x8b", "archive", ""),
    (b"ID3", "media", ""),
    (b"OggS", "media", ""),
    (b"\x1aE\xdf\xa3", "media", ""),
)
# A page, a drawing, anything a browser would read as markup.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[A-Za-z!?]")
_OFFICE_LOCKED = frozenset({"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"})


@dataclasses.dataclass(frozen=True)
class Judged:
    """A file that may be taken as far as its outside tells. ``format`` is what its reader calls it."""

    kind: str
    format: str


def judge_file(path: Path, *, largest: int = LARGEST_FILE) -> Judged:
    """What the file is. Raises ``FileRefused`` for what is empty, too large, damaged, hostile or of another kind.

    Pictures and PDF are only recognised here: whether they can be opened is found out by a process of its own
    (``core.media.work``).
    """
    size = path.stat().st_size
    if size == 0:
        raise refused("empty")
    if size > min(largest, LARGEST_FILE):
        raise refused("file_size", mib=-(-size // (1 << 20)), most=min(largest, LARGEST_FILE) >> 20)
    with path.open("rb") as file:
        start = file.read(_START)
    for magic, name in _PICTURES:
        if start.startswith(magic):
            return Judged(PICTURE, name)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Judged(PICTURE, "WEBP")
    if start.startswith(b"%PDF-"):
        judge_pdf(path)
        return Judged(PDF, "PDF")
    if start.startswith(b"PK\x03\x04"):
        return _office(path)
    _refuse(start, path)
    raise refused("unknown")


def _office(path: Path) -> Judged:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [part.filename.lower() for part in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise refused("damaged") from error
    kind = office_kind(names)
    try:
        judge_office(path, kind)
    except SheetRefused as error:
        raise from_sheets(error) from error
    return Judged(kind, kind)


def _refuse(start: bytes, path: Path) -> None:
    """Raise the refusal of what is recognised and not taken."""
    if start.startswith(_OLE):
        raise refused(_ole_code(path))
    if start[4:8] == b"ftyp":
        raise refused("heic" if start[8:12] in _HEIC else "media")
    if start[:4] == b"RIFF":
        raise refused("media")
    for magic, code, noun in _FOREIGN:
        if start.startswith(magic):
            raise refused(code, noun=noun)
    if b"%PDF-" in start:
        # Something stands in front of it: another reader would take the file for that.
        raise refused("mixed")
    if _MARKUP.match(start):
        raise refused("markup")
    if b"\0" not in start:
        raise refused("text")


def _ole_code(path: Path) -> str:
    try:
        names = {entry.name.upper() for entry in Container(path.read_bytes()).entries}
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is an old file that is not taken
        return "old_office"
    if names & _OFFICE_LOCKED:
        return "encrypted"
    if "WORDDOCUMENT" in names:
        return "old_word"
    return "old_sheet" if names & {"WORKBOOK", "BOOK"} else "old_office"
