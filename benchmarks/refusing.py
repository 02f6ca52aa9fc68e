"""P13: hostile and wrong files, each judged in a process of its own: the slowest, and the most memory one took.

Beside it, without a goal: the guard over an honest list of 100,000 rows, and reading it against the bare reader.
"""

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.results import REAL_SCALE, Result, median, result
from benchmarks.timing import memory_of
from core.sheets.errors import SheetRefused
from core.sheets.guard import guard_file
from core.sheets.reader import read_rows
from scripts.console import ROOT
from tests.support.workbooks import (
    MAIN,
    ONE_CELL,
    container,
    lying_about_size,
    noise,
    number_cell,
    parts_of,
    record,
    relation,
    relations,
    sheet,
    workbook,
    xls_stream,
    zipped,
)

_MIB = 1 << 20
_ROWS = 100_000
_LETTERS = "ABCDEFGHIJKLMNO"
ROUNDS = 3
_SHEET = "xl/worksheets/sheet1.xml"


def _streamed(path: Path, pieces: Iterator[bytes]) -> Path:
    """A workbook whose sheet comes in pieces: half a GiB need not stand in memory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts_of().items():
            if name != _SHEET:
                archive.writestr(name, content)
        with archive.open(_SHEET, "w") as part:
            for piece in pieces:
                part.write(piece)
    return path


def _rows(number: int, cell: str, row: str = "", *, same: bool = False) -> Iterator[bytes]:
    if same:
        yield from (f"<row>{cell}</row>".encode() * 1_000 for _ in range(number // 1_000))
        return
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    for start in range(1, number, 1_000):
        last = min(start + 1_000, number + 1)
        yield "".join(
            f'<row r="{n}"{row}>{cell.replace("#", str(n))}</row>' for n in range(start, last)
        ).encode()
    yield b"</sheetData></worksheet>"


def _string(mib: int, text: bytes) -> Iterator[bytes]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'.encode()
    for _ in range(mib):
        yield text


def _honest(path: Path, rows: int) -> Path:
    """A list as offices keep it: texts shared, numbers and dates, fifteen columns."""
    texts: dict[str, int] = {}

    def number_of(text: str) -> int:
        return texts.setdefault(text, len(texts))

    def lines() -> Iterator[bytes]:
        yield f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
        for row in range(1, rows + 1):
            cells = [f'<c r="A{row}" s="1" t="s"><v>{number_of(f"企业{row}")}</v></c>']
            for place, letter in enumerate(_LETTERS[1:], start=1):
                if place < 8:
                    value = number_of(f"值{row * place * 7919 % 5000}")
                    cells.append(f'<c r="{letter}{row}" s="1" t="s"><v>{value}</v></c>')
                elif place == 9:
                    cells.append(f'<c r="{letter}{row}" s="2"/>')
                else:
                    cells.append(f'<c r="{letter}{row}" s="1"><v>{row * place % 99991}</v></c>')
            yield f'<row r="{row}" spans="1:15" ht="15">{"".join(cells)}</row>'.encode()
        yield b"</sheetData></worksheet>"

    _streamed(path, lines())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
    return path


def hostile_files(folder: Path) -> dict[str, Path]:
    """The files of BARS §7 and R16 and their kin, by name."""
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    wide = "".join(f'<c r="{a}{b}1"><v>1</v></c>' for a in "ABCDEFGHIJKLMN" for b in _LETTERS + "PQRSTUVWXYZ")
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><sst>&e;</sst>'
    outside = relations(relation("oleObject", "http://127.0.0.1/", mode="External"))
    shared = {"xl__sharedStrings.xml": entity}
    book = number_cell(0, 0)
    locked = xls_stream(book, globals_=record(0x2F, b"\1\0\1\0"))
    files = {
        "512 MiB of rows": _streamed(folder / "a.xlsx", _rows(16_000_000, "<c><v>1</v></c>", same=True)),
        "a million rows": _streamed(folder / "b.xlsx", _rows(1_048_576, '<c r="A#"><v>1</v></c>')),
        "a million empty rows": _streamed(folder / "c.xlsx", _rows(1_048_576, "", ' s="1" customFormat="1"')),
        "a million rows of empty cells": _streamed(
            folder / "d.xlsx", _rows(1_048_576, '<c r="A#" s="1"/><c r="B#" s="1"/>')
        ),
        "one text of 512 MiB": _streamed(folder / "e.xlsx", _string(512, b"a" * _MIB)),
        "one text of 30 MiB": _streamed(folder / "f.xlsx", _string(28, noise(_MIB // 2).hex().encode())),
        "two far cells": workbook(folder / "g.xlsx", far),
        "few cells far apart": workbook(
            folder / "h.xlsx", ONE_CELL + '<row r="90000"><c r="IV90000"><v>1</v></c></row>'
        ),
        "364 columns": workbook(folder / "i.xlsx", f'<row r="1">{wide}</row>'),
        "entities": workbook(folder / "j.xlsx", **shared),
        "entities in UTF-16": workbook(folder / "k.xlsx", **{"xl__a.xml": entity.encode("utf-16")}),
        "an entity behind an honest list": _honest(folder / "l.xlsx", 60_000),
        "a link": workbook(folder / "m.xlsx", **{"xl__worksheets___rels__sheet1.xml.rels": outside}),
        "macros": workbook(folder / "n.xlsx", **{"xl__vbaProject.bin": b"x"}),
        "20,000 parts": workbook(folder / "o.xlsx", **{f"xl__p{n}.xml": "" for n in range(20_000)}),
        "1,000 sheets": workbook(
            folder / "p.xlsx", **{f"xl__worksheets__s{n}.xml": sheet("") for n in range(1_000)}
        ),
        "a lie about the size": lying_about_size(
            _streamed(folder / "q.xlsx", _rows(190_000, '<c r="A#"><v>1</v></c>')), _SHEET, 1_000
        ),
        "a name that leaves": zipped(folder / "r.xlsx", parts_of() | {"../evil.xml": "<x/>"}),
    }
    with zipfile.ZipFile(files["an entity behind an honest list"], "a") as archive:
        archive.writestr("xl/z.xml", entity)
    contents = {
        "cut off.xlsx": files["a million rows"].read_bytes()[: 2 * _MIB],
        "program.xlsx": b"MZ" + bytes(_MIB),
        "page.xls": b"<html>" + b" " * _MIB,
        "noise in a container.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * _MIB,
        "locked.xls": container({"Workbook": locked}),
        "many cells.xls": container(
            {"Workbook": xls_stream(number_cell(1, 1) * (28 * _MIB // 18) + record(0x2F, b"\1\0\1\0"))},
            sector=4096,
        ),
        "many cells of two lengths.xls": container(
            {
                "Workbook": xls_stream(
                    (number_cell(1, 1) + record(0xFD, bytes(10))) * (28 * _MIB // 32)
                    + record(0x2F, b"\1\0\1\0")
                )
            },
            sector=4096,
        ),
        "far.xls": container({"Workbook": xls_stream(book + number_cell(65_535, 255))}),
        "endless records.xls": container({"Workbook": record(0xE5) * (29 * _MIB // 4)}, sector=4096),
        "endless line.csv": b"a" * 29 * _MIB,
        "nothing but lines.csv": b"\n" * 29 * _MIB,
        "nothing but commas.csv": b",,\r\n" * (29 * _MIB // 4),
        "many rows.csv": b"a,b\n" * (29 * _MIB // 4),
        "open quote.csv": b'"' + b"a,b\n" * (29 * _MIB // 4),
        "binary.csv": noise(29 * _MIB),
    }
    for name, content in contents.items():
        files[name] = folder / name
        files[name].write_bytes(content)
    return files


def judge_once(path: str) -> None:
    """Judge one file and print seconds, MiB and the code of the refusal as JSON. Runs in a process of its own."""
    seconds, code = 0.0, ""

    def judge() -> None:
        nonlocal seconds, code
        started = time.perf_counter()
        try:
            guard_file(Path(path), name=path)
        except SheetRefused as refused:
            code = refused.code
        seconds = time.perf_counter() - started

    rise = memory_of(judge)
    print(json.dumps([seconds, rise, code]))


def _judged(path: Path) -> tuple[float, float, str]:
    """Median seconds, the highest MiB, and the code, empty when it passed."""
    code = "import sys; from benchmarks.refusing import judge_once; judge_once(sys.argv[1])"
    found = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], cwd=ROOT, check=True, capture_output=True, text=True
        )
        found.append(json.loads(done.stdout))
    return median([one[0] for one in found]), max(one[1] for one in found), found[0][2]


def _read_bare(path: Path) -> int:
    from python_calamine import load_workbook  # noqa: PLC0415 - the portal's own processes never load it

    with load_workbook(path) as book:
        return sum(1 for _ in book.get_sheet_by_index(0).iter_rows())


def measure(db: str, scale: float) -> list[Result]:
    """The slowest refusal and the largest rise of memory, whichever file it was; then the honest list."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slowest, largest = (0.0, ""), (0.0, "")
        for title, path in hostile_files(folder).items():
            seconds, mib, code = _judged(path)
            if not code:
                raise RuntimeError(f"{title} passed the guard")
            print(f"  {title}: {code}, {seconds:.2f} s, {mib:.0f} MiB")
            slowest, largest = max(slowest, (seconds, title)), max(largest, (mib, title))
        rows = _ROWS if scale >= REAL_SCALE else _ROWS // 100
        honest = _honest(folder / "honest.xlsx", rows)
        guarded, _, code = _judged(honest)
        if code:
            raise RuntimeError(f"the honest list was refused: {code}")
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            started = time.perf_counter()
            read = sum(len(part) for part in read_rows(honest, "xlsx", sheet="S", batch=2_000))
            between = time.perf_counter()
            bare = _read_bare(honest)
            taken[0].append(between - started)
            taken[1].append(time.perf_counter() - between)
            if read != bare:
                raise RuntimeError(f"{read} rows read, {bare} are there")
    common = {"db": db, "scale": scale}
    reading, bare_reading = map(median, taken)
    worst = f"P13 slowest refusal ({slowest[1]})"
    return [
        result(worst, product=slowest[0], baseline=None, ratio=None, unit="s", goal="≤ 1 s", **common),
        result(f"P13 memory ({largest[1]})", product=largest[0], baseline=None, ratio=None, unit="MiB", goal="≤ 100", **common),
        result(f"P13 guard, {rows:,} honest rows", product=guarded, baseline=None, ratio=None, unit="s", **common),
        result(
            f"P13 reading {rows:,} rows / bare reader",
            product=reading,
            baseline=bare_reading,
            ratio=reading / bare_reading,
            unit="s",
            **common,
        ),
    ]  # fmt: skip
