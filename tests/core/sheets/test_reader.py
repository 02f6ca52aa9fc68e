"""Reading in a process of its own: what cells become, and every way the process may end."""

import datetime as dt
import os
import signal
import socket
import threading
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sheets import reader
from core.sheets.child import plain_cell
from core.sheets.errors import WORDS, SheetRefused
from core.sheets.formulas import protect_text
from core.sheets.reader import ReaderFailed, SheetInfo, list_sheets, read_rows
from core.sheets.writer import Column, Sheet, write_csv, write_xlsx
from tests.support.properties import deterministic
from tests.support.workbooks import MAIN, container, number_cell, sheet, workbook, xls_stream

# Sheets know no time zones.
# ruff: noqa: DTZ001
FILES = Path(__file__).with_name("files")
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def rows_of(path: Path, format: str = "xlsx", sheet: str = "S", batch: int = 500) -> list:  # noqa: A002
    return [row for part in read_rows(path, format, sheet=sheet, batch=batch) for row in part]


def processes_with(path: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line, state = (
                (entry / "cmdline").read_bytes(),
                (entry / "stat").read_text().rpartition(")")[2].split(),
            )
        except OSError:
            continue
        if str(path).encode() in line or (state[0] == "Z" and state[1] == str(os.getpid())):
            found.append(entry.name)
    return found


def refused_by(path: Path, format: str = "xlsx", sheet: str = "S") -> SheetRefused:  # noqa: A002
    with pytest.raises(SheetRefused) as refused:
        rows_of(path, format, sheet)
    assert processes_with(path) == []
    return refused.value


# ---------- cells ----------

PLAIN = [
    (1, [None, "企业科协名单"]),
    (3, [None, "企业名称", "成立日期", "人数", "比例", "时刻", "公式"]),
    (4, [None, "甲公司", "2014-06-04", 120, 12.5, "2014-06-04 08:30:00", 2]),
    (5, [None, "乙公司", "2014.6.4", 10**15, True, "08:30:00", "#DIV/0!"]),
    (7, [None, "丙公司", None, -3, None, None, "#N/A"]),
]


def test_an_xls_gives_rows_and_columns_where_excel_has_them():
    path = FILES / "plain.xls"
    assert list_sheets(path, "xls") == [SheetInfo("名单", True), SheetInfo("旧表", False)]
    assert rows_of(path, "xls", "名单") == PLAIN
    assert rows_of(path, "xls", "旧表") == [(1, ["旧"])]


def test_dates_counted_from_1904():
    assert rows_of(FILES / "mac.xls", "xls", "名单") == [(1, ["2014-06-04"]), (2, ["2014-06-04 08:30:00"])]


def test_an_xlsx_gives_the_same(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "名单 & <1>"
    page["B1"] = "企业科协名单"
    page.merge_cells("B1:F1")
    page["B4"], page["C4"], page["D4"] = "甲公司", dt.date(2014, 6, 4), dt.datetime(2014, 6, 4, 8, 30)
    page["E4"], page["F4"], page["G4"] = dt.time(8, 30), dt.timedelta(hours=30), "#N/A"
    page["B5"], page["C5"], page["D5"], page["E5"] = 3.0, 0.1, 10**15, False
    page["B7"] = "=1+1"
    book.create_chartsheet("图")
    book.create_sheet("旧").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    assert list_sheets(tmp_path / "a.xlsx", "xlsx") == [SheetInfo("名单 & <1>", True), SheetInfo("旧", False)]
    assert rows_of(tmp_path / "a.xlsx", sheet="名单 & <1>") == [
        (1, [None, "企业科协名单"]),
        (4, [None, "甲公司", "2014-06-04", "2014-06-04 08:30:00", "08:30:00", "30:00:00", "#N/A"]),
        (5, [None, 3, 0.1, 10**15, False]),
    ]
    assert rows_of(tmp_path / "a.xlsx", sheet="旧") == []


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("", None),
        ("a ", "a "),
        (2.0, 2),
        (2.5, 2.5),
        (1e20, 10**20),
        (1e300, 1e300),
        (float("inf"), "inf"),
        (True, True),
        (dt.datetime(2014, 6, 4), "2014-06-04"),
        (dt.datetime(2014, 6, 4, 8, 29, 59, 999_800), "2014-06-04 08:30:00"),
        (dt.datetime(2014, 6, 3, 23, 59, 59, 999_800), "2014-06-04"),
        (dt.datetime(9999, 12, 31, 23, 59, 59, 999_999), "9999-12-31 23:59:59"),
        (dt.date(2014, 6, 4), "2014-06-04"),
        (dt.timedelta(hours=-30), "-30:00:00"),
    ],
)
def test_a_cell_becomes_plain(cell, plain):
    assert plain_cell(cell) == plain
    assert type(plain_cell(cell)) is type(plain)


def test_errors_are_found_across_the_borders_of_pieces(tmp_path, monkeypatch):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="C{n}" t="e"><f>NA()</f><v>#N/A</v></c></row>'
        for n in range(1, 30_001)
    )
    found = rows_of(workbook(tmp_path / "a", rows))
    assert len(found) == 30_000
    assert all(cells == [number, None, "#N/A"] for number, cells in found)


def test_an_unknown_sheet_is_refused(tmp_path):
    refused = refused_by(workbook(tmp_path / "a"), sheet="甲")
    assert (refused.code, refused.message) == ("no_sheet", "工作簿里没有工作表“甲”。请重新选择工作表。")


# ---------- text ----------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_is_read_in_its_encoding_and_by_its_separator(tmp_path, encoding, separator):
    lines = [["企业名称", "人数"], ['甲"公司', "1"], [], ["乙\n公司", "2"]]
    text = "\r\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    (tmp_path / "a").write_bytes(text.encode(encoding))
    assert list_sheets(tmp_path / "a", "csv") == [SheetInfo("", True)]
    assert rows_of(tmp_path / "a", "csv", "") == [
        (1, ["企业名称", "人数"]),
        (2, ['甲"公司', "1"]),
        (4, ["乙\n公司", "2"]),
    ]


def test_a_text_beyond_the_limits_is_refused_by_the_reader_too(tmp_path):
    (tmp_path / "a").write_bytes(b"a,b\n" * 200_001)
    assert refused_by(tmp_path / "a", "csv", "").code == "rows"
    (tmp_path / "b").write_bytes(b",".join([b"x"] * 257) + b"\n")
    assert refused_by(tmp_path / "b", "csv", "").code == "columns"
    (tmp_path / "c").write_bytes(b'a,"' + b"c,d\n" * 300_000)
    assert refused_by(tmp_path / "c", "csv", "").code == "quotes"
    (tmp_path / "d").write_bytes(b"\xff\xff,\x81")
    assert refused_by(tmp_path / "d", "csv", "").code == "encoding"


TEXTS = st.lists(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=12)
        | st.sampled_from(["=1+1", "'=1", "''", "-1", "＋86", ' "a', " 甲 ", "@x", "　=1"]),
        min_size=2,
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)


@deterministic
@given(rows=TEXTS)
def test_what_is_written_as_csv_is_read_unchanged(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        for row in rows:
            file.write(",".join('"' + protect_text(cell).replace('"', '""') + '"' for cell in row) + "\r\n")
    from core.sheets.texts import csv_rows, encoding_of  # noqa: PLC0415 - in this process: 150 children take a minute

    found = dict(csv_rows(path, encoding_of(path) or ""))
    for number, row in enumerate(rows, start=1):
        read = found.get(number, [])
        assert [cell or "" for cell in read] + [""] * (len(row) - len(read)) == row


def test_what_the_writer_writes_the_reader_reads_unchanged(tmp_path):
    texts = [
        "=1+1",
        "'=1",
        "''",
        "-1",
        "+86",
        "@x",
        "\t=1",
        "　=1",
        "a\nb",
        " 甲 ",
        "_x0041_",
        "007",
        "甲\U0001f600",
        '&<>"',
    ]
    columns = [Column("甲", "text", 10), Column("乙", "code", 10)]
    rows = [(text, text) for text in texts]
    write_xlsx(tmp_path / "a.xlsx", [Sheet("S", columns, rows)])
    write_csv(tmp_path / "a.csv", Sheet("S", columns, rows))
    expected = [(1, ["甲", "乙"])] + [(n, [text, text]) for n, text in enumerate(texts, start=2)]
    assert rows_of(tmp_path / "a.csv", "csv", "") == expected
    assert rows_of(tmp_path / "a.xlsx") == expected


# ---------- how it ends ----------


def test_a_reader_that_aborts_is_a_refusal_and_leaves_nobody_behind(tmp_path):
    refused = refused_by(workbook(tmp_path / "a", FAR))
    assert (refused.code, refused.message) == ("too_large", WORDS["too_large"])
    assert isinstance(refused.__cause__, ReaderFailed)
    assert "allocation" in str(refused.__cause__)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.abort()", "too_large"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "unreadable"),
        ("print('noise')", "unreadable"),
        ("print('[1]')", "unreadable"),
        ("print('{\"rows\":[[1,[1]]]}')", "unreadable"),
        ("raise ValueError('x' * 10_000_000)", "unreadable"),
        ("import sys; sys.stdout.write('x' * (70 << 20))", "too_large"),
        ("", "unreadable"),
    ],
)
def test_every_end_of_the_process_is_a_refusal(tmp_path, monkeypatch, program, code):
    monkeypatch.setattr(reader, "PROGRAM", program)
    assert refused_by(tmp_path / "a").message == WORDS[code]


def test_time_and_memory_are_limited_and_nothing_is_left_on_disk(tmp_path, monkeypatch):
    limits = reader.PROGRAM.replace("sys.exit(main(sys.argv[2:]))", "main(['csv', '/dev/null', '', '1']); ")
    monkeypatch.setattr(
        reader,
        "PROGRAM",
        limits
        + "import resource; print(*[resource.getrlimit(x) for x in (0, 2, 4, 9)], file=sys.stderr); sys.exit(3)",
    )
    with pytest.raises(SheetRefused) as refused:
        list(reader._lines(["csv"]))
    raised = str(refused.value.__cause__)
    assert "(60, 61)" in raised
    assert "(0, 0)" in raised
    assert f"({1 << 30}, {1 << 30})" in raised


def test_a_process_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "PROGRAM", "import signal; signal.pause()")
    monkeypatch.setattr(reader, "SILENT_SECONDS", 0.2)
    assert refused_by(tmp_path / "a").code == "too_large"


def test_closing_the_reader_early_ends_its_process(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 100_000))
    path = workbook(tmp_path / "a", rows)
    reading = read_rows(path, "xlsx", sheet="S", batch=10)
    assert next(reading)[0] == (1, [1])
    assert len(processes_with(path)) == 1
    reading.close()
    assert processes_with(path) == []


def test_the_process_killed_from_outside_is_a_refusal(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 150_000))
    path = workbook(tmp_path / "a", rows)
    reading = read_rows(path, "xlsx", sheet="S", batch=10)
    next(reading)
    os.kill(int(processes_with(path)[0]), signal.SIGKILL)
    with pytest.raises(SheetRefused) as refused:
        list(reading)
    assert refused.value.code == "too_large"


def test_it_does_not_matter_from_where_and_with_what_environment_it_is_called(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('taken from the working folder')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert rows_of(workbook(tmp_path / "a")) == [(1, [1])]


def test_long_texts_come_in_smaller_batches(tmp_path):
    text = "长" * 30_000
    rows = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}" t="s"><v>0</v></c>' for c in "ABCDEFGH") + "</row>"
        for n in range(1, 41)
    )
    path = workbook(
        tmp_path / "a", rows, **{"xl__sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'}
    )
    parts = list(read_rows(path, "xlsx", sheet="S"))
    assert len(parts) > 1
    assert [number for part in parts for number, _ in part] == list(range(1, 41))


# ---------- entities (R17) ----------


@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("place", ["file://{canary}", "http://127.0.0.1:{port}/"])
def test_an_entity_is_followed_by_nobody(tmp_path, part, place):
    canary = tmp_path / "canary"
    canary.write_text("CANARY", encoding="ascii")
    hits: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def listen() -> None:
            while not done.is_set():
                try:
                    hits.append(server.accept())
                except TimeoutError:
                    continue

        done = threading.Event()
        listener = threading.Thread(target=listen)
        listener.start()
        try:
            target = place.format(canary=canary, port=server.getsockname()[1])
            text = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{target}">]>'
            cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
            bodies = {
                "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>&e;</t></si></sst>',
                "xl/worksheets/sheet1.xml": sheet(cell),
            }
            body = bodies.get(part, f'<x xmlns="{MAIN}">&e;</x>')
            rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
            path = workbook(tmp_path / "a.xlsx", rows, **{part.replace("/", "__"): text + body})
            found = ""
            for read in (lambda: list_sheets(path, "xlsx"), lambda: rows_of(path)):
                try:
                    found += str(read())
                except SheetRefused as refused:
                    found += refused.message + str(refused.__cause__)
        finally:
            done.set()
            listener.join()
    assert "CANARY" not in found
    assert hits == []


def test_a_hostile_xls_past_the_guard_ends_only_the_reader(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(container({"Workbook": xls_stream(number_cell(65_535, 65_535) + number_cell(0, 0))}))
    assert refused_by(path, "xls").code in ("too_large", "unreadable")
