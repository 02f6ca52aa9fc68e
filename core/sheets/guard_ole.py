"""What is refused in an .xls: passwords, macros, files of other programs in the same container."""

import struct
from pathlib import Path

from core.sheets.guard_zip import DAMAGED, ENCRYPTED, MACROS, NO_WORKBOOK

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_MACRO_FOLDERS = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "MACROS"})
_FILE_PASS = 0x2F
# Records before the password's: BOF, write protection.
_SEARCHED = 4096


def judge_ole(path: Path) -> None:
    """Raise ``SheetRefused`` for a container that is damaged, locked, carries macros or holds no workbook."""
    with path.open("rb") as file:
        data = file.read()
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    if sector not in (512, 4096):
        raise DAMAGED
    fat = _allocation(data, sector)
    first = struct.unpack_from("<I", data, 48)[0]
    entries = _entries(b"".join(_chain(data, fat, first, sector)))
    names = {name.upper() for name, _, _ in entries}
    if "ENCRYPTEDPACKAGE" in names or "ENCRYPTIONINFO" in names:
        raise ENCRYPTED
    streams = {name.upper(): start for name, start, kind in entries if kind == 2}
    start = streams.get("WORKBOOK", streams.get("BOOK"))
    if start is None:
        raise NO_WORKBOOK
    if names & _MACRO_FOLDERS:
        raise MACROS
    if _is_locked(b"".join(_chain(data, fat, start, sector, most=_SEARCHED // sector + 1))):
        raise ENCRYPTED


def _allocation(data: bytes, sector: int) -> list[int]:
    """The table that says which sector follows which."""
    places = [place for place in struct.unpack_from("<109I", data, 76) if place not in (_FREE, _END)]
    further, count = struct.unpack_from("<II", data, 68)
    seen = 0
    while further not in (_FREE, _END) and seen <= count:
        block = _sector(data, further, sector)
        numbers = struct.unpack(f"<{sector // 4}I", block)
        places += [place for place in numbers[:-1] if place not in (_FREE, _END)]
        further, seen = numbers[-1], seen + 1
    table: list[int] = []
    for place in places:
        table += struct.unpack(f"<{sector // 4}I", _sector(data, place, sector))
    return table


def _sector(data: bytes, place: int, sector: int) -> bytes:
    block = data[(place + 1) * sector : (place + 2) * sector]
    if len(block) < sector:
        block = block.ljust(sector, b"\0") if block else b""
    if not block:
        raise DAMAGED
    return block


def _chain(data: bytes, fat: list[int], start: int, sector: int, most: int | None = None) -> list[bytes]:
    blocks: list[bytes] = []
    place = start
    while place not in (_END, _FREE) and (most is None or len(blocks) < most):
        if place >= len(fat) or len(blocks) > len(fat):
            raise DAMAGED  # outside the file, or a circle
        blocks.append(_sector(data, place, sector))
        place = fat[place]
    return blocks


def _entries(directory: bytes) -> list[tuple[str, int, int]]:
    """Name, first sector and kind (1 folder, 2 stream) of everything in the container."""
    entries = []
    for start in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, start + 64)
        if kind in (1, 2) and 2 <= length <= 64:
            name = directory[start : start + length - 2].decode("utf-16-le", "replace")
            entries.append((name, struct.unpack_from("<I", directory, start + 116)[0], kind))
    return entries


def _is_locked(stream: bytes) -> bool:
    """Whether the record of a password stands among the first of the workbook."""
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == _FILE_PASS:
            return True
        if kind == 0:
            return False
        place += 4 + length
    return False
