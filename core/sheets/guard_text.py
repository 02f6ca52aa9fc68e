"""What is refused in a text file that calls itself a table."""

from pathlib import Path

from core.sheets.errors import SheetRefused
from core.sheets.limits import (
    LONGEST_STRETCH,
    MOST_COLUMNS,
    MOST_ROWS,
    too_long,
    too_many_columns,
    too_many_rows,
)

_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<script", b"mime-version")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
NOT_TEXT = SheetRefused("binary", "这不是文本表格（.csv）。请用 Excel 打开原文件，另存为 .xlsx 后再上传。")
_HEADER_LINES = 50


def judge_text(path: Path) -> None:
    """Raise ``SheetRefused`` for what is no text, or none a reader should meet."""
    data = path.read_bytes()
    wide = data.startswith(_WIDE)
    if b"\0" in data and not wide:
        raise NOT_TEXT
    plain = data.replace(b"\0", b"") if wide else data
    if plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:20].lower().startswith(_MARKUP):
        raise SheetRefused("markup", "文件是网页或 XML 格式。请用 Excel 打开，另存为 .xlsx 后再上传。")
    if not _decodes(data, wide=wide):
        raise SheetRefused(
            "encoding", "文字编码读不出来。请用 Excel 打开，另存为 .xlsx 或“CSV UTF-8”后再上传。"
        )
    lines = plain.replace(b"\r", b"\n").split(b"\n")
    if any(len(line) > LONGEST_STRETCH for line in lines):
        raise too_long()
    filled = sum(1 for line in lines if line)
    if filled > MOST_ROWS:
        raise too_many_rows(filled)
    most = max((max(map(line.count, (b",", b"\t", b";"))) for line in lines[:_HEADER_LINES]), default=0)
    if most >= MOST_COLUMNS:
        raise too_many_columns()


def _decodes(data: bytes, *, wide: bool) -> bool:
    for encoding in ("utf-16",) if wide else ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
