"""Wrong files, and hostile .xlsx and .csv: each refused with its own words before any reader sees it (BARS R16, R17)."""

import zipfile
from pathlib import Path

import pytest

from core.sheets import package, unpacking
from core.sheets.errors import SAVE_AS, WORDS, SheetRefused
from core.sheets.guard import guard_file
from core.sheets.limits import LARGEST_FILE
from tests.support.workbooks import (
    MAIN,
    ONE_CELL,
    lying_about_size,
    noise,
    parts_of,
    relation,
    relations,
    sheet,
    workbook,
    zipped,
)

REMOVE = "看似空白的，请选中后右键“删除”，保存后再上传。"


def refusal(path: Path, name: str = "名单.xlsx") -> tuple[str, str]:
    with pytest.raises(SheetRefused) as refused:
        guard_file(path, name=name)
    return refused.value.code, refused.value.message


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell(place: str, value: int = 1) -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


def test_a_plain_workbook_passes(tmp_path):
    assert guard_file(workbook(tmp_path / "a"), name="名单.XLSX ") == "xlsx"


@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (b"", "a.xlsx", "empty", {}),
        (b"MZ\x90\x00" + b"\0" * 90, "a.xlsx", "foreign", {"noun": "程序"}),
        (b"%PDF-1.7", "a.xlsx", "foreign", {"noun": "PDF 文件"}),
        (b"\x89PNG\r\n", "a.csv", "foreign", {"noun": "图片"}),
        (b"<html><table><tr><td>1", "a.xls", "markup", {}),
        ("<html><table>".encode("utf-16"), "a.xls", "markup", {}),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "a.xls", "markup", {}),
        (b"PK\x03\x04" + b"\x01" * 60, "a.xlsx", "damaged", {}),
        (b"PK\x03\x04", "a.xlsx", "damaged", {}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 60, "a.xls", "damaged", {}),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "a.xls", "old", {}),
        (b"garbage", "a.xlsx", "damaged", {}),
        ("企业名称,手机\n甲,1\n".encode(), "a.docx", "ending", {"ending": ".docx"}),
        ("企业名称,手机\n甲,1\n".encode(), "a", "ending", {"ending": "没有扩展名"}),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_its_bytes(tmp_path, content, name, code, words):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert refusal(path, name) == (code, WORDS[code].format(**words))


def test_every_refusal_says_what_to_do():
    assert all(words.endswith("。") and "请" in words for words in WORDS.values())


def test_a_file_beyond_the_limit_is_not_even_opened(tmp_path):
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert refusal(path) == (
        "file_size",
        "文件有 31 MB，超过 30 MB。请删去图片和无关的工作表，或分成几个文件再上传。",
    )


def test_content_and_ending_must_agree(tmp_path):
    path = workbook(tmp_path / "a")
    assert refusal(path, "名单.xls") == ("wrong_ending", f"文件内容是 .xlsx，扩展名却是 .xls。{SAVE_AS}")
    assert refusal(path, "名单.csv") == ("wrong_ending", f"文件内容是 .xlsx，扩展名却是 .csv。{SAVE_AS}")
    assert refusal(path, "名单.xlsm") == ("macros", WORDS["macros"])


# ---------- how far a sheet reaches ----------


def test_two_cells_as_far_apart_as_excel_allows_are_refused(tmp_path):
    rows = row(1, cell("A1")) + row(1_048_576, cell("XFD1048576"))
    assert refusal(workbook(tmp_path / "a", rows, name="名单")) == (
        "stray",
        "工作表“名单”的单元格 XFD1048576 有内容，离表格很远。请删去它所在的行和列，保存后再上传。",
    )


def test_three_hundred_columns_are_refused_with_their_number(tmp_path):
    letters = [chr(65 + n // 26 - 1) + chr(65 + n % 26) if n > 25 else chr(65 + n) for n in range(300)]
    assert letters[-1] == "KN"
    path = workbook(tmp_path / "a", row(1, *(cell(f"{one}1") for one in letters)))
    assert refusal(path) == (
        "columns",
        f"工作表“S”用到了第 300 列，超过 256 列。请删去多余的列；{REMOVE}",
    )


def test_cells_that_do_not_say_where_they_stand_are_counted(tmp_path):
    path = workbook(tmp_path / "a", f"<row>{'<c><v>1</v></c>' * 257}</row>")
    assert refusal(path)[0] == "columns"
    assert (
        guard_file(workbook(tmp_path / "b", f"<row>{'<c><v>1</v></c>' * 256}</row>"), name="b.xlsx") == "xlsx"
    )
    mixed = row(1, cell("A1"), '<c r="IV1"><v>1</v></c><c><v>1</v></c>')
    assert refusal(workbook(tmp_path / "c", mixed))[0] == "columns"
    deep = row(200_001, "<c><v>1</v></c>")
    assert refusal(workbook(tmp_path / "d", deep))[0] == "stray"


@pytest.mark.parametrize(
    "far",
    [
        '<c s="1" r="XFD1"><v>1</v></c>',
        "<c r='XFD1'><v>1</v></c>",
        '<c\n r = "XFD1"><v>1</v></c>',
        '<c t="n" x=">" r="XFD1"><v>1</v></c>',
        '<c r="XFD1" s="1"><f>1+1</f><v>2</v></c>',
        '<c r="XFD1" t="inlineStr"><is><t>x</t></is></c>',
    ],
)
def test_a_far_cell_is_found_however_it_is_written(tmp_path, far):
    assert refusal(workbook(tmp_path / "a", row(1, cell("A1"), far)))[0] == "columns"


@pytest.mark.parametrize(
    "far", ['<c r="&#88;FD1"><v>1</v></c>', '<c r="1A"><v>1</v></c>', '<c r=""><v>1</v></c>']
)
def test_a_place_that_is_none_is_damage(tmp_path, far):
    assert refusal(workbook(tmp_path / "a", row(1, cell("A1"), far))) == ("damaged", WORDS["damaged"])


def test_names_with_a_prefix_are_the_same_names(tmp_path):
    def prefixed(place: str, other: str = "x") -> str:
        return (
            f'<x:worksheet xmlns:x="{MAIN}" xmlns:y="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
            f'<{other}:c r="{place}"><x:v>1</x:v></{other}:c></x:row></x:sheetData></x:worksheet>'
        )

    part = "xl__worksheets__sheet1.xml"
    assert guard_file(workbook(tmp_path / "a", **{part: prefixed("B1")}), name="a.xlsx") == "xlsx"
    assert refusal(workbook(tmp_path / "b", **{part: prefixed("XFD1")}))[0] == "columns"
    assert refusal(workbook(tmp_path / "c", **{part: prefixed("XFD1", "y")})) == ("damaged", WORDS["damaged"])


def test_a_sheet_is_judged_under_any_name_of_its_part(tmp_path):
    moved = {
        "xl__media__picture.png": sheet(row(1, cell("XFD1"))),
        "xl___rels__workbook.xml.rels": relations(relation("worksheet", "media/picture.png")),
    }
    assert refusal(workbook(tmp_path / "a", **moved))[0] == "columns"


def test_cells_with_nothing_but_a_format_reach_nowhere(tmp_path):
    rows = row(1, cell("A1"), '<c r="XFD1" s="3"/>', '<c r="XFC1" s="3"></c>') + row(
        1_048_576, '<c r="XFD1048576"/>'
    )
    assert guard_file(workbook(tmp_path / "a", rows), name="a.xlsx") == "xlsx"


def test_a_million_formatted_empty_rows_are_told_from_real_ones(tmp_path):
    empty = "".join(f'<row r="{number}" s="1" customFormat="1"/>' for number in range(2, 1_048_577))
    path = workbook(tmp_path / "a", row(1, cell("A1")) + empty)
    assert refusal(path) == (
        "empty_rows",
        "工作表“S”有 1,048,576 行带格式的空行。请选中数据下方的所有空行，右键“删除”，保存后再上传。",
    )
    real = "".join(row(number, cell(f"A{number}")) for number in range(1, 200_002))
    assert refusal(workbook(tmp_path / "b", real)) == (
        "rows",
        "工作表“S”超过 200,000 行（第 200,001 行还有内容）。请按地区分成几个文件再上传。",
    )


def test_a_grid_of_few_far_cells_is_refused_and_a_note_beside_a_long_list_is_not(tmp_path):
    far = row(1, cell("A1")) + row(90_000, cell("IV90000"))
    assert refusal(workbook(tmp_path / "a", far)) == (
        "grid",
        "工作表“S”有内容的范围太大（约到第 99,999 行、第 256 列）。"
        "请删去数据区以外的零散内容，或分成几个文件，再上传。",
    )
    long_list = "".join(
        row(number, *(cell(f"{letter}{number}") for letter in "ABCDEFGHIJKLMNO"))
        for number in range(1, 15_001)
    )
    path = workbook(tmp_path / "b", long_list + row(15_001, cell("IV15001")))
    assert guard_file(path, name="b.xlsx") == "xlsx"


@pytest.mark.parametrize("size", [37, 1_000, 64 << 10])
def test_a_far_cell_is_found_across_the_borders_of_pieces(tmp_path, monkeypatch, size):
    monkeypatch.setattr(unpacking, "PIECE", size)
    rows = "".join(row(number, cell(f"A{number}")) for number in range(1, 400))
    path = workbook(tmp_path / "a", rows + row(400, cell("KN400")))
    assert refusal(path)[0] == "columns"
    assert guard_file(workbook(tmp_path / "b", rows), name="b.xlsx") == "xlsx"


def test_a_lying_dimension_and_a_long_cell_are_harmless(tmp_path):
    text = "长" * 32_767
    part = sheet(
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>',
        before='<dimension ref="A1:XFD1048576"/>',
    )
    path = workbook(tmp_path / "a", **{"xl__worksheets__sheet1.xml": part})
    assert guard_file(path, name="a.xlsx") == "xlsx"


# ---------- parts ----------


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("xl__vbaProject.bin", b"x", "macros"),
        ("xl__macrosheets__sheet1.xml", "<x/>", "macros"),
        (
            "[Content_Types].xml",
            "<Types><Override ContentType='application/vnd.ms-office.vbaProject'/></Types>",
            "macros",
        ),
        ("xl__externalLinks__externalLink1.xml", "<x/>", "links"),
        ("xl__connections.xml", "<x/>", "links"),
        ("xl__sharedStrings.xml", '<!DOCTYPE x [<!ENTITY a "b">]><sst/>', "entities"),
        ("xl__theme.bin", '<!doctype x SYSTEM "http://127.0.0.1/"><x/>', "entities"),
        ("xl__styles.xml", "<!--<!--><x/><!ENTITY a>", "entities"),
        ("xl__a.xml", '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode("utf-16"), "entities"),
        ("xl__a.xml", '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode("utf-16-le"), "entities"),
        ("xl__a.xml", "<x/>".encode("utf-16"), "damaged"),
        ("xl__a.xml", b'<?xml version="1.0" encoding="cp037"?>\x4c\x5a', "damaged"),
        ("xl__b.xml", '<x xmlns:xi="http://www.w3.org/2001/XInclude"/>', "entities"),
        (
            "xl__worksheets___rels__sheet1.xml.rels",
            relations(relation("oleObject", "http://127.0.0.1/", mode="External")),
            "links",
        ),
        (
            "xl__worksheets___rels__sheet1.xml.rels",
            relations(relation("image", "a>b", mode="&#69;xternal")),
            "links",
        ),
    ],
)
def test_parts_that_are_not_allowed_are_refused(tmp_path, part, content, code):
    assert refusal(workbook(tmp_path / "a", **{part: content})) == (code, WORDS[code])


def test_comments_and_a_mail_address_as_hyperlink_are_harmless(tmp_path):
    link = relations(relation("hyperlink", "mailto:a@example.com", mode="External"))
    more = {
        "xl__worksheets___rels__sheet1.xml.rels": link,
        "xl__styles.xml": "<!-- a --><x><![CDATA[<b>]]></x>",
    }
    assert guard_file(workbook(tmp_path / "a", **more), name="a.xlsx") == "xlsx"


def test_something_across_two_pieces_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "PIECE", 64)
    for shift in range(60, 70):
        path = workbook(tmp_path / "a", **{"xl__styles.xml": f"<x>{' ' * shift}<!DOCTYPE x>"})
        assert refusal(path)[0] == "entities"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.xml",
        "/etc/passwd",
        "xl\\evil.xml",
        "C:/evil.xml",
        "xl/./a.xml",
        "xl//a.xml",
        "xl/%2e%2e/a",
        "XL/Workbook.xml",
    ],
)
def test_names_that_leave_the_archive_or_stand_twice_are_refused(tmp_path, name):
    path = zipped(tmp_path / "a", [*parts_of().items(), (name, "<x/>")])
    assert refusal(path) == ("names", WORDS["names"])


def test_bombs_are_refused_by_their_directory_before_anything_is_unpacked(tmp_path, monkeypatch):
    read: list[str] = []
    unpacked = unpacking.unpacked

    def counted(file, part):
        for piece in unpacked(file, part):
            read.append(part.filename)
            yield piece

    monkeypatch.setattr(package, "unpacked", counted)
    monkeypatch.setattr(unpacking, "unpacked", counted)
    packed = workbook(tmp_path / "a", **{"xl__sharedStrings.xml": "<sst>" + "a" * (8 << 20)})
    assert refusal(packed) == ("bomb", WORDS["bomb"])
    large = lying_about_size(workbook(tmp_path / "b"), "xl/worksheets/sheet1.xml", 300 << 20)
    assert refusal(large) == ("bomb", WORDS["bomb"])
    many = workbook(tmp_path / "c", **{f"xl__p{number}.xml": "" for number in range(20_000)})
    assert refusal(many) == ("parts", WORDS["parts"].format(count=20_005))
    assert read == []


def test_a_part_that_unpacks_to_more_than_it_states_is_left_at_once(tmp_path):
    part = "xl/worksheets/sheet1.xml"
    path = workbook(tmp_path / "a", "".join(row(n, cell(f"A{n}", n * 7919)) for n in range(1, 150_000)))
    with zipfile.ZipFile(lying_about_size(path, part, 100)) as archive, path.open("rb") as file:
        pieces = unpacking.unpacked(file, archive.getinfo(part))
        with pytest.raises(SheetRefused):
            next(pieces)
    assert refusal(path) == ("damaged", WORDS["damaged"])
    assert refusal(lying_about_size(workbook(tmp_path / "b"), part, 9_000)) == ("damaged", WORDS["damaged"])


def test_an_early_refusal_reads_no_further(tmp_path, monkeypatch):
    pulled: list[int] = []
    inflated = unpacking._inflated

    def counted(*args, **kwargs):
        for piece in inflated(*args, **kwargs):
            pulled.append(len(piece))
            yield piece

    monkeypatch.setattr(unpacking, "_inflated", counted)
    rows = "".join(row(number, cell(f"A{number}", number * 7919)) for number in range(2, 190_000))
    path = workbook(tmp_path / "a", row(1, cell("KN1")) + rows)
    assert refusal(path)[0] == "columns"
    assert sum(pulled) < 3 << 20


def test_parts_that_share_their_bytes_are_refused(tmp_path):
    path = workbook(tmp_path / "a")
    with zipfile.ZipFile(path, "a") as archive:
        twin = zipfile.ZipInfo("xl/twin.xml")
        real = archive.getinfo("xl/workbook.xml")
        for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
            setattr(twin, name, getattr(real, name))
        archive.filelist.append(twin)
        archive._didModify = True
    assert refusal(path) == ("damaged", WORDS["damaged"])


@pytest.mark.parametrize("damage", ["cut", "tail", "front", "flipped"])
def test_damage_is_refused(tmp_path, damage):
    path = workbook(tmp_path / "a", "".join(row(number, cell(f"A{number}")) for number in range(1, 3_000)))
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(
        {
            "cut": data[:middle],
            "tail": data + b"tail",
            "front": data[:4] + b"front" + data[4:],
            "flipped": data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :],
        }[damage]
    )
    assert refusal(path) == ("damaged", WORDS["damaged"])


@pytest.mark.parametrize("place", range(40))
def test_no_byte_of_the_directory_makes_the_guard_fail_otherwise(tmp_path, place):
    path = workbook(tmp_path / "a")
    data = bytearray(path.read_bytes())
    data[-60 + place] ^= 0xFF
    path.write_bytes(data)
    try:
        assert guard_file(path, name="a.xlsx") == "xlsx"
    except SheetRefused as refused:
        assert refused.code in {"damaged", "encrypted", "names", "bomb", "parts", "no_workbook"}  # noqa: PT017


def test_one_endless_text_is_refused(tmp_path):
    text = noise(3 << 20).hex()
    path = workbook(tmp_path / "a", **{"xl__sharedStrings.xml": f"<sst><si><t>{text}"})
    assert refusal(path) == ("cell", WORDS["cell"])


def test_a_thousand_sheets_are_refused(tmp_path):
    path = workbook(
        tmp_path / "a", **{f"xl__worksheets__s{number}.xml": sheet("") for number in range(1_000)}
    )
    assert refusal(path) == ("sheets", "工作簿有 1,001 张工作表，超过 100 张。请只留要导入的工作表。")


def test_a_locked_part_says_that_it_is_locked(tmp_path):
    path = workbook(tmp_path / "a")
    data = bytearray(path.read_bytes())
    # The flag of encryption in every local and central header.
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(magic)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(magic, place + 4)
    path.write_bytes(data)
    assert refusal(path) == ("encrypted", WORDS["encrypted"])


def test_a_document_of_another_program_is_no_workbook(tmp_path):
    path = zipped(tmp_path / "a", {"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"})
    assert refusal(path) == ("no_workbook", WORDS["no_workbook"])


def test_a_refusal_keeps_nothing_of_the_one_before(tmp_path):
    path = zipped(tmp_path / "a", parts_of(ONE_CELL, **{"xl__vbaProject.bin": b"x"}))
    raised = []
    for _ in range(2):
        with pytest.raises(SheetRefused) as refused:
            guard_file(path, name="a.xlsx")
        raised.append(refused.value)
    assert raised[0] is not raised[1]


# ---------- text ----------


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"a,b\n\x00\x01\x02", "binary", {}),
        (b"a,b\n" + b"\x01\x02\x03\x04" * 50, "binary", {}),
        (b"\xff\xff\xff\xff,\x81", "encoding", {}),
        (b"a" * (1 << 21), "cell", {}),
        (b"a,b\n" * 200_001, "rows", {"sheet": "表格", "most": 200_000, "row": 200_001}),
        (b"a,b\n" + b",,\r\n" * 200_001, "empty_rows", {"sheet": "表格", "row": 200_001}),
        (b"\n" * (29 << 20), "empty_rows", {"sheet": "表格", "row": 200_001}),
        (b",".join([b"x"] * 300) + b"\n", "columns", {"sheet": "表格", "most": 256, "column": 300}),
        (b"<html><body>", "markup", {}),
        (b'a,"b\n' + b"c,d\n" * 300_000, "quotes", {}),
    ],
)
def test_a_text_that_is_no_table_is_refused(tmp_path, content, code, words):
    path = tmp_path / "a"
    path.write_bytes(content)
    assert refusal(path, "a.csv") == (code, WORDS[code].format(**words))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_text_in_every_usual_encoding_passes(tmp_path, encoding):
    path = tmp_path / "a"
    path.write_bytes("企业名称,手机\r\n甲公司,13000000000\r\n".encode(encoding))
    assert guard_file(path, name="a.csv") == "csv"


def test_quoted_line_breaks_are_no_rows(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b'"a\nb\nc",1\n' * 150_000)
    assert guard_file(path, name="a.csv") == "csv"
