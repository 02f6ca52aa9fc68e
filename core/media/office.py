"""What is refused in a .docx or .xlsx that is kept and never read: the guard of spreadsheets without the limits of its reader."""

import re
from collections.abc import Sequence
from pathlib import Path

from core.media.errors import refused
from core.sheets.errors import refusal
from core.sheets.guard_zip import judge_workbook_names
from core.sheets.package import CONTENT_TYPES, Part, open_package

_DOCUMENT = re.compile(r"word/document\d*\.xml")
_MACRO_ENDINGS = (".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".pptm", ".exe", ".js", ".vbs", ".bat", ".scr")


def office_kind(names: Sequence[str]) -> str:
    """ "word" or "sheet" by the names of the parts, in small letters. Raises ``FileRefused`` for any other zip."""
    is_word, is_sheet = any(map(_DOCUMENT.fullmatch, names)), "xl/workbook.xml" in names
    if is_word and is_sheet:
        raise refused("mixed")
    if is_word or is_sheet:
        return "word" if is_word else "sheet"
    if "ofd.xml" in names:
        raise refused("ofd")
    if "ppt/presentation.xml" in names:
        raise refused("slides")
    raise refused("archive")


def judge_office(path: Path, kind: str) -> None:
    """Raise ``SheetRefused`` or ``FileRefused`` for one that is damaged or locked, carries macros or controls, or links to
    other files.
    """
    with path.open("rb") as file:
        for part in sorted(
            open_package(file, _judge_document_names if kind == "word" else judge_workbook_names),
            key=lambda part: part.file_size,
        ):
            Part(part).judge(file)


def _judge_document_names(names: list[str]) -> None:
    if CONTENT_TYPES not in names:
        raise refusal("damaged")
    if any(name.endswith(("vbaproject.bin", "vbadata.xml", *_MACRO_ENDINGS)) for name in names):
        raise refusal("macros")
    if any(name.startswith("word/activex/") for name in names):
        raise refused("controls")
