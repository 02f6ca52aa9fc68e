"""Hostile .xls, record by record (BARS R16)."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sheets import guard_ole
from core.sheets.errors import WORDS, SheetRefused
from core.sheets.guard import guard_file
from tests.support.workbooks import container, number_cell, record, xls_stream

FILES = Path(__file__).with_name("files")


def xls(path: Path, stream: bytes, **more: bytes | None) -> Path:
    path.write_bytes(container({"Workbook": stream, **more}))
    return path


def refusal(path: Path, name: str = "名单.xls") -> tuple[str, str]:
    with pytest.raises(SheetRefused) as refused:
        guard_file(path, name=name)
    return refused.value.code, refused.value.message


def test_plain_ones_pass(tmp_path):
    assert guard_file(FILES / "plain.xls", name="名单.xls") == "xls"
    assert guard_file(FILES / "mac.xls", name="名单.xls") == "xls"
    assert guard_file(xls(tmp_path / "a", xls_stream(number_cell(3, 2))), name="名单.xls") == "xls"


def test_an_xls_named_xlsx_is_a_wrong_ending_and_a_locked_xlsx_is_locked(tmp_path):
    assert refusal(FILES / "plain.xls", "名单.xlsx") == (
        "wrong_ending",
        WORDS["wrong_ending"].format(kind="xls", ending=".xlsx"),
    )
    path = tmp_path / "a"
    path.write_bytes(container({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}))
    assert refusal(path, "名单.xlsx") == ("encrypted", WORDS["encrypted"])


@pytest.mark.parametrize(
    ("stream", "more", "code"),
    [
        (xls_stream(number_cell(0, 0), globals_=record(0x002F, b"\1\0\1\0")), {}, "encrypted"),
        (xls_stream(number_cell(0, 0)), {"_VBA_PROJECT_CUR": None}, "macros"),
        (xls_stream(number_cell(0, 0), nature=1), {}, "macros"),
        (
            xls_stream(number_cell(0, 0), globals_=record(0x01AE, struct.pack("<HH", 1, 8) + b"\0\1b.xls")),
            {},
            "links",
        ),
        (xls_stream(number_cell(0, 0), shift=2), {}, "damaged"),
        (b"\0" * 5000, {}, "damaged"),
    ],
)
def test_what_is_not_allowed_is_refused(tmp_path, stream, more, code):
    assert refusal(xls(tmp_path / "a", stream, **more)) == (code, WORDS[code])


def test_names_of_the_workbook_itself_are_no_link(tmp_path):
    own = xls_stream(number_cell(0, 0), globals_=record(0x01AE, struct.pack("<HH", 1, 0x0401)))
    assert guard_file(xls(tmp_path / "a", own), name="a.xls") == "xls"


def test_cells_beyond_what_an_xls_has_are_refused(tmp_path):
    wide = xls_stream(number_cell(0, 0) + number_cell(0, 299))
    assert refusal(xls(tmp_path / "a", wide)) == (
        "columns",
        WORDS["columns"].format(sheet="工作表“S”", column=300, most=256),
    )
    several = record(0x00BD, struct.pack("<HH", 0, 254) + bytes(18) + struct.pack("<H", 256))
    assert refusal(xls(tmp_path / "b", xls_stream(several)))[0] == "columns"
    deep = xls_stream(number_cell(0, 0) + number_cell(65_535, 255))
    assert refusal(xls(tmp_path / "c", deep)) == (
        "grid",
        WORDS["grid"].format(sheet="工作表“S”", row=65_536, column=256),
    )


def test_endless_records_end_early(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(container({"Workbook": xls_stream(record(0x00E5) * 100_000)}, sector=4096))
    assert refusal(path) == ("bomb", WORDS["bomb"])
    many = tmp_path / "b"
    many.write_bytes(container({"Workbook": xls_stream(number_cell(0, 0) * 20_000)}, sector=4096))
    assert guard_file(many, name="b.xls") == "xls"
    monkeypatch.setattr(guard_ole, "MOST_RECORDS", 15_000)
    assert refusal(many) == ("bomb", WORDS["bomb"])


CELLS = st.builds(
    lambda many, kind, size, row, column: record(kind, struct.pack("<HH", row, column) + bytes(size)) * many,
    st.sampled_from([1, 2, 5, 300, 3_000]),
    st.sampled_from([0x0203, 0x00FD, 0x027E, 0x0205, 0x0006, 0x00BD, 0x0208, 0x00E5]),
    st.sampled_from([5, 6, 10, 12]),
    st.integers(0, 65_535),
    st.integers(0, 300),
)


@given(st.lists(CELLS, max_size=8))
def test_cells_that_are_passed_in_one_go_stay_within_the_bounds_found(parts):
    book = guard_ole._Book(xls_stream(b"".join(parts)))
    exact = list(book._sheets_by_records(exactly=True))
    quick = list(book._sheets_by_records(exactly=False))
    for (begin, rows, columns, values), (at, most_rows, most_columns, least_values) in zip(
        exact, quick, strict=True
    ):
        assert begin == at
        assert rows <= most_rows <= max(rows * 4, 4096)
        assert columns <= most_columns <= max(columns * 4, 16)
        assert values * 2 // 3 - 1 <= least_values <= values


@given(st.lists(CELLS, max_size=8))
def test_the_verdict_is_that_of_looking_at_every_cell(parts):
    def verdict():
        try:
            guard_ole._Book(xls_stream(b"".join(parts))).judge()
        except SheetRefused as refused:
            return refused.code, refused.message
        return "passes"

    quick = verdict()
    in_a_row, guard_ole._IN_A_ROW = guard_ole._IN_A_ROW, 10**9
    try:
        assert verdict() == quick
    finally:
        guard_ole._IN_A_ROW = in_a_row


def test_a_sheet_that_never_ends_is_judged_all_the_same(tmp_path):
    stream = xls_stream(number_cell(0, 0) + number_cell(65_535, 255))[:-4]
    path = tmp_path / "a"
    path.write_bytes(container({"Workbook": stream + record(0x00E5) * 1_000}))
    assert refusal(path)[0] == "grid"


def test_a_document_of_another_program_is_no_workbook(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(container({"WordDocument": b"x"}))
    assert refusal(path) == ("no_workbook", WORDS["no_workbook"])


def test_two_workbooks_of_one_name_are_damage(tmp_path):
    path = tmp_path / "a"
    stream = xls_stream(number_cell(0, 0))
    path.write_bytes(container({"Workbook": stream, "WORKBOOK": stream}))
    assert refusal(path) == ("damaged", WORDS["damaged"])


def test_circles_and_cuts_are_damage(tmp_path):
    data = bytearray((FILES / "plain.xls").read_bytes())
    table = struct.unpack_from("<I", data, 76)[0]
    circle = data.copy()
    start = (table + 1) * 512
    for place in range(start, start + 512, 4):
        struct.pack_into("<I", circle, place, 0)
    for content in (bytes(circle), bytes(data[:1024]), bytes(data[:600])):
        path = tmp_path / "a"
        path.write_bytes(content)
        assert refusal(path) == ("damaged", WORDS["damaged"])


@pytest.mark.parametrize("place", range(24, 84, 3))
def test_no_byte_of_the_head_makes_the_guard_fail_otherwise(tmp_path, place):
    data = bytearray((FILES / "plain.xls").read_bytes())
    data[place] ^= 0x7F
    path = tmp_path / "a"
    path.write_bytes(data)
    try:
        assert guard_file(path, name="a.xls") == "xls"
    except SheetRefused as refused:
        assert refused.code in {"damaged", "no_workbook"}  # noqa: PT017
