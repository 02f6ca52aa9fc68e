"""Judging an uploaded file by its bytes before any reader sees it. Cheap: a hostile file is refused within a second.

Python's own zip and text functions only, streaming and with early ends; the fast readers would abort their process on a
two-kilobyte file (docs/benchmarks.md, P13).
"""

from pathlib import Path

from core.sheets.errors import SheetRefused, refusal
from core.sheets.guard_ole import judge_ole, refuse_locked
from core.sheets.guard_text import is_markup, judge_text
from core.sheets.guard_zip import judge_zip
from core.sheets.limits import LARGEST_FILE

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
)
# Two letters may begin a column of a text file as well.
_SHORT = (b"MZ", b"BM")
# Workbooks of Excel 2 to 4 stand in no container.
_OLD = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_BOOKS = (".xlsx", ".xls")
_TEXTS = (".csv", ".txt")
_MACROS = (".xlsm", ".xltm", ".xlam")


def guard_file(path: Path, *, name: str) -> str:
    """The real format of a file: "xlsx", "xls" or "csv". ``name`` is what its person calls it. Raises ``SheetRefused``."""
    size = path.stat().st_size
    if size == 0:
        raise refusal("empty")
    if size > LARGEST_FILE:
        raise refusal("file_size", mib=-(-size // (1 << 20)), most=LARGEST_FILE >> 20)
    with path.open("rb") as file:
        start = file.read(2048)
    ending = Path(name.lower().strip()).suffix
    kind = _kind_of(start, ending)
    try:
        if kind == "xls" and ending == ".xlsx":
            # A locked .xlsx stands in the same container: its words are better than those for a wrong ending.
            refuse_locked(path)
        _require_same(kind, ending)
        {"xlsx": judge_zip, "xls": judge_ole, "csv": judge_text}[kind](path)
    except SheetRefused:
        raise
    except Exception as error:
        # Whatever the file's structure made of the judge, it is the file that is wrong.
        raise refusal("damaged") from error
    return kind


def _kind_of(start: bytes, ending: str) -> str:
    if start.startswith(ZIP):
        return "xlsx"
    if start.startswith(OLE):
        return "xls"
    for magic, noun in _FOREIGN:
        if start.startswith(magic) and (ending not in _TEXTS or magic not in _SHORT):
            raise refusal("foreign", noun=noun)
    if ending in (*_BOOKS, *_MACROS):
        if is_markup(start):
            raise refusal("markup")
        raise refusal("old" if start.startswith(_OLD) else "damaged")
    return "csv"


def _require_same(kind: str, ending: str) -> None:
    if ending in _MACROS:
        raise refusal("macros")
    if ending not in (*_BOOKS, *_TEXTS):
        raise refusal("ending", ending=ending[:10] or "没有扩展名")
    if kind != ("csv" if ending in _TEXTS else ending[1:]):
        raise refusal("wrong_ending", kind=kind, ending=ending)
