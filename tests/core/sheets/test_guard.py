"""Hostile and wrong files: each refused with its own words before any reader sees it (BARS R16, R17)."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from core.sheets.errors import SheetRefused
from core.sheets.guard import guard_file
from core.sheets.reader import list_sheets, read_rows

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORKBOOK = (
    f'<workbook {MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)

ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)


def sheet(rows: str) -> str:
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def workbook(path: Path, rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **more: str | bytes) -> Path:
    """A workbook of one sheet; ``more`` are further parts, ``/`` written ``__``."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet(rows),
    }
    parts |= {name.replace("__", "/"): content for name, content in more.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal(path: Path, name: str = "名单.xlsx") -> str:
    with pytest.raises(SheetRefused) as refused:
        guard_file(path, name=name)
    assert refused.value.message.endswith("。")
    return refused.value.code


def test_a_plain_workbook_passes(tmp_path):
    assert guard_file(workbook(tmp_path / "a"), name="名单.XLSX") == "xlsx"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "empty"),
        (b"MZ\x90\x00" + b"\0" * 90, "a.xlsx", "foreign"),
        (b"%PDF-1.7", "a.xlsx", "foreign"),
        (b"\x89PNG\r\n", "a.csv", "foreign"),
        (b"<html><table><tr><td>1", "a.xls", "markup"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xlsx", "markup"),
        (b"PK\x03\x04" + b"\x01" * 60, "a.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 60, "a.xls", "damaged"),
        (b"garbage", "a.xlsx", "damaged"),
        ("企业名称,手机\n甲,1\n".encode(), "a.docx", "ending"),
        ("企业名称,手机\n甲,1\n".encode(), "a", "ending"),
        (b"a,b\n\x00\x01\x02", "a.csv", "binary"),
        (b"\xff\xff\xff\xff,\x81", "a.csv", "encoding"),
        (b"a" * (1 << 21), "a.csv", "cell"),
        (b"a,b\n" * 200_001, "a.csv", "rows"),
        (b"," * 300 + b"\n", "a.csv", "columns"),
        (b"<html><body>", "a.csv", "markup"),
    ],
)
def test_wrong_and_hostile_files_are_refused_by_what_is_in_them(tmp_path, content, name, code):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert refusal(path, name) == code


def test_a_workbook_under_another_ending_is_refused(tmp_path):
    assert refusal(workbook(tmp_path / "a"), "名单.xls") == "wrong_ending"


def test_a_grid_of_two_cells_as_large_as_excel_allows_is_refused(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refusal(workbook(tmp_path / "a", rows)) in ("columns", "rows")


def test_three_hundred_columns_are_refused(tmp_path):
    cells = "".join("<c><v>1</v></c>" for _ in range(800))
    assert refusal(workbook(tmp_path / "a", f'<row r="1">{cells}</row>')) == "columns"


def test_a_million_formatted_empty_rows_are_told_from_real_ones(tmp_path):
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(1, 201_500))
    assert refusal(workbook(tmp_path / "a", empty)) == "empty_rows"
    real = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 201_500))
    assert refusal(workbook(tmp_path / "b", real)) == "rows"


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("xl__vbaProject.bin", b"x", "macros"),
        ("xl__externalLinks__externalLink1.xml", "<x/>", "links"),
        ("xl__connections.xml", "<x/>", "links"),
        ("xl__sharedStrings.xml", '<!DOCTYPE x [<!ENTITY a "b">]><sst/>', "entities"),
        ("xl__a.xml", "<x>".encode("utf-16"), "damaged"),
        ("xl__b.xml", '<x xmlns:xi="http://www.w3.org/2001/XInclude"/>', "entities"),
        (
            "xl__worksheets___rels__sheet1.xml.rels",
            '<Relationship Id="r" Type="http://x/oleObject" Target="http://127.0.0.1/" TargetMode="External"/>',
            "links",
        ),
    ],
)
def test_parts_that_are_not_allowed_are_refused(tmp_path, part, content, code):
    assert refusal(workbook(tmp_path / "a", **{part: content})) == code


def test_a_mail_address_as_hyperlink_is_harmless(tmp_path):
    link = (
        '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        'Target="mailto:a@example.com" TargetMode="External"/>'
    )
    path = workbook(tmp_path / "a", **{"xl__worksheets___rels__sheet1.xml.rels": link})
    assert guard_file(path, name="a.xlsx") == "xlsx"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\evil.xml", "C:/evil.xml"])
def test_names_that_leave_the_archive_are_refused(tmp_path, name):
    path = workbook(tmp_path / "a")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
    assert refusal(path) == "damaged"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(tmp_path):
    path = workbook(tmp_path / "a")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/workbook.xml", WORKBOOK)
    assert refusal(path) == "damaged"


def test_bombs_are_refused_by_their_directory(tmp_path):
    many = workbook(tmp_path / "a", **{f"xl__p{number}.xml": "" for number in range(2_001)})
    assert refusal(many) == "bomb"
    path = tmp_path / "b"
    with (
        zipfile.ZipFile(workbook(path), "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(257):
            part.write(b"\0" * (1 << 20))
    assert refusal(path) == "bomb"


def test_one_endless_text_is_refused(tmp_path):
    path = workbook(tmp_path / "a", **{"xl__sharedStrings.xml": "<sst><si><t>" + "a" * (5 << 20)})
    assert refusal(path) == "cell"


def test_a_thousand_sheets_are_refused(tmp_path):
    path = workbook(
        tmp_path / "a", **{f"xl__worksheets__s{number}.xml": sheet("") for number in range(1_000)}
    )
    assert refusal(path) == "sheets"


def test_a_locked_workbook_says_that_it_is_locked(tmp_path):
    path = workbook(tmp_path / "a")
    data = bytearray(path.read_bytes())
    # The flag of encryption in every local and central header.
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(magic)
        while place >= 0:
            struct.pack_into("<H", data, place + offset, 1)
            place = data.find(magic, place + 4)
    path.write_bytes(data)
    assert refusal(path) == "encrypted"


def test_a_lying_dimension_and_a_long_cell_are_harmless(tmp_path):
    text = "长" * 32_767
    content = (
        f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr">'
        f"<is><t>{text}</t></is></c></row></sheetData></worksheet>"
    )
    path = tmp_path / "b"
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/worksheets/sheet1.xml", content),
        ):
            archive.writestr(name, part)
    assert guard_file(path, name="a.xlsx") == "xlsx"
    assert list(read_rows(path, "xlsx", sheet="S")) == [[(1, [text])]]


def test_a_reader_that_dies_is_a_refusal_and_leaves_nobody_behind(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = workbook(tmp_path / "a", rows)
    with pytest.raises(SheetRefused) as refused:
        list(read_rows(path, "xlsx", sheet="S"))
    assert refused.value.code in ("too_large", "unreadable")
    assert not [one for one in Path("/proc").glob("[0-9]*/cmdline") if str(path).encode() in _read(one)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_an_entity_is_read_by_nobody(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("CANARY", encoding="ascii")
    text = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{canary}">]><sst {MAIN}><si><t>&e;</t></si></sst>'
    path = workbook(
        tmp_path / "a",
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        **{"xl__sharedStrings.xml": text},
    )
    assert refusal(path) == "entities"
    found = io.StringIO()
    try:
        for part in read_rows(path, "xlsx", sheet="S"):
            found.write(str(part))
    except SheetRefused as refused:
        found.write(refused.message)
    assert "CANARY" not in found.getvalue()


def test_closing_the_reader_early_ends_its_process(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 20_000))
    path = workbook(tmp_path / "a", rows)
    reading = read_rows(path, "xlsx", sheet="S", batch=10)
    assert next(reading)[0] == (1, [1])
    reading.close()
    assert not [one for one in Path("/proc").glob("[0-9]*/cmdline") if str(path).encode() in _read(one)]


def test_sheets_are_listed_with_what_is_hidden(tmp_path):
    import openpyxl  # noqa: PLC0415 - this test alone needs it

    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.create_sheet("旧").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [(one.name, one.visible) for one in list_sheets(tmp_path / "a.xlsx", "xlsx")] == [
        ("名单", True),
        ("旧", False),
    ]
