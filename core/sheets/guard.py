"""Judging an uploaded file by its bytes before any reader sees it. Cheap: a hostile file is refused within a second.

Python's own zip and text functions only, streaming and with early ends; the fast readers would abort their process on a
two-kilobyte file (docs/benchmarks.md, P13).
"""

from pathlib import Path

from core.sheets.errors import SheetRefused
from core.sheets.guard_ole import judge_ole
from core.sheets.guard_text import judge_text
from core.sheets.guard_zip import judge_zip

# Of 100,000 rows with 15 columns an .xlsx takes about 10 MiB.
LARGEST_FILE = 30 << 20
SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
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
_READ = (".xlsx", ".xls", ".csv", ".txt")


def guard_file(path: Path, *, name: str) -> str:
    """The real format of a file: "xlsx", "xls" or "csv". ``name`` is what its person calls it. Raises ``SheetRefused``."""
    size = path.stat().st_size
    if size == 0:
        raise SheetRefused("empty", "文件是空的。请选择有内容的文件。")
    if size > LARGEST_FILE:
        raise SheetRefused(
            "file_size",
            f"文件有 {size / (1 << 20):.0f} MB，超过 30 MB。请删去图片和无关的工作表，或分成几个文件。",
        )
    with path.open("rb") as file:
        start = file.read(2048)
    ending = Path(name.lower().strip()).suffix
    kind = _kind_of(start, ending)
    _require_same(kind, ending)
    try:
        {"xlsx": judge_zip, "xls": judge_ole, "csv": judge_text}[kind](path)
    except SheetRefused:
        raise
    except Exception as error:
        # Whatever the file's structure made of the judge, it is the file that is wrong.
        raise SheetRefused("damaged", f"文件已损坏，读不出来。{SAVE_AS}") from error
    return kind


def _kind_of(start: bytes, ending: str) -> str:
    if start.startswith(ZIP):
        return "xlsx"
    if start.startswith(OLE):
        return "xls"
    for magic, noun in _FOREIGN:
        if start.startswith(magic) and (ending != ".csv" or magic != b"BM"):
            raise SheetRefused("foreign", f"这是{noun}，不是表格。请选择 .xlsx、.xls 或 .csv 文件。")
    if ending in (".xlsx", ".xlsm", ".xls"):
        _refuse_markup(start)
        raise SheetRefused("damaged", f"文件已损坏，读不出来。{SAVE_AS}")
    return "csv"


def _refuse_markup(start: bytes) -> None:
    plain = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if plain.startswith((b"<", b"mime-version")):
        raise SheetRefused("markup", f"文件是网页或 XML 格式，只是扩展名叫 Excel。{SAVE_AS}")


def _require_same(kind: str, ending: str) -> None:
    if ending == ".xlsm":
        raise SheetRefused("macros", "文件带宏（.xlsm），不能读取。请另存为不含宏的 .xlsx 后再上传。")
    if ending not in _READ:
        raise SheetRefused(
            "ending", f"不能读取“{ending[:10] or '没有扩展名'}”文件。请另存为 .xlsx、.xls 或 .csv 后再上传。"
        )
    expected = "csv" if ending in (".csv", ".txt") else ending[1:]
    if kind != expected:
        raise SheetRefused("wrong_ending", f"文件内容是 .{kind}，扩展名却是 {ending}。{SAVE_AS}")
