"""P13: hostile and wrong files, each judged by the guard: the slowest of them, and the most memory one took."""

import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.results import Result, result
from benchmarks.timing import memory_of
from core.sheets.errors import SheetRefused
from core.sheets.guard import guard_file

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_MIB = 1 << 20


def _workbook(path: Path, sheet: str | Iterator[bytes], **more: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml", f"<workbook {_MAIN}><sheets><sheet name='S'/></sheets></workbook>"
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for piece in [sheet.encode()] if isinstance(sheet, str) else sheet:
                part.write(piece)
        for name, text in more.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def _rows(number: int, cell: str) -> Iterator[bytes]:
    yield f"<worksheet {_MAIN}><sheetData>".encode()
    for start in range(1, number, 1_000):
        rows = (f'<row r="{n}"><c r="A{n}" s="1">{cell}</c></row>' for n in range(start, start + 1_000))
        yield "".join(rows).encode()


def _string(mib: int) -> Iterator[bytes]:
    yield f'<worksheet {_MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'.encode()
    for _ in range(mib):
        yield b"a" * _MIB


def hostile_files(folder: Path) -> dict[str, Path]:
    """The files of BARS §7 and their kin, by name."""
    far = '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    grid = f"<worksheet {_MAIN}><sheetData>{far}"
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><sst>&e;</sst>'
    files = {
        "512 MiB of rows": _workbook(folder / "a.xlsx", _rows(8_000_000, "<v>1</v>")),
        "a million rows": _workbook(folder / "b.xlsx", _rows(1_048_000, "<v>1</v>")),
        "a million empty rows": _workbook(folder / "c.xlsx", _rows(1_048_000, "")),
        "one text of 200 MiB": _workbook(folder / "d.xlsx", _string(200)),
        "two far cells": _workbook(folder / "e.xlsx", grid),
        "entities": _workbook(
            folder / "f.xlsx", "<worksheet/>", xl__sharedStrings=entity, **{"xl/s.xml": entity}
        ),
        "20,000 parts": _workbook(
            folder / "g.xlsx", "<worksheet/>", **{f"xl/p{n}.xml": "" for n in range(20_000)}
        ),
    }
    for name, content in (
        ("cut off", files["a million rows"].read_bytes()[: 2 * _MIB]),
        ("a program", b"MZ" + b"\0" * _MIB),
        ("a page", b"<html>" + b" " * _MIB),
        ("a container of noise", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * _MIB),
    ):
        files[name] = folder / f"{name}.xlsx"
        files[name].write_bytes(content)
    endless = folder / "endless.csv"
    endless.write_bytes(b"a" * 25 * _MIB)
    return files | {"one endless line": endless}


def measure(db: str, scale: float) -> list[Result]:
    """The slowest refusal and the largest rise of memory, whichever file it was."""
    with tempfile.TemporaryDirectory() as folder:
        slowest, largest = (0.0, ""), (0.0, "")
        for name, path in hostile_files(Path(folder)).items():
            spent = [0.0]

            def judge(path: Path = path, name: str = name, spent: list[float] = spent) -> None:
                started = time.perf_counter()
                try:
                    guard_file(path, name=path.name)
                except SheetRefused:
                    spent[0] = time.perf_counter() - started
                else:
                    raise RuntimeError(f"{name} passed the guard")

            rise = memory_of(judge)
            slowest, largest = max(slowest, (spent[0], name)), max(largest, (rise, name))
    return [
        result(
            f"P13 slowest refusal ({slowest[1]})",
            db=db,
            scale=scale,
            product=slowest[0],
            baseline=None,
            ratio=None,
            unit="s",
            goal="≤ 1 s",
        ),
        result(
            f"P13 memory ({largest[1]})",
            db=db,
            scale=scale,
            product=largest[0],
            baseline=None,
            ratio=None,
            unit="MiB",
            goal="≤ 100",
        ),
    ]
