"""Headers and rows of sheets: the worked tables of docs/algorithms/sheet-columns.md."""

import pytest

from orgs.calculations.columns import find_header, header_key, recognise, row_role
from orgs.resources import EnterpriseResource
from orgs.selectors.imports import letter_of
from orgs.services.imports.opening import IGNORED, known_headers, required_fields
from tests.support.markdown_tables import read_table

PAGE = "sheet-columns.md"
KNOWN = known_headers(EnterpriseResource)


def cells_of(text):
    return [cell or None for cell in text.split(",")]


def rows_of(text):
    return [(number, cells_of(row.strip())) for number, row in enumerate(text.split(" / "), start=1)]


@pytest.mark.parametrize("row", read_table(PAGE, "keys"), ids=lambda row: row["header"])
def test_headers_are_compared_by_their_keys(row):
    assert header_key(row["header"]) == row["key"]


@pytest.mark.parametrize("row", read_table(PAGE, "headers"), ids=lambda row: row["rows"])
def test_the_header_is_found_with_its_columns(row):
    header = find_header(rows_of(row["rows"]), KNOWN)
    if header is None:
        assert (row["header row"], row["columns"]) == ("", "")
        return
    found = recognise(header, KNOWN, required=required_fields(EnterpriseResource), ignored=IGNORED)
    columns = ", ".join(f"{letter_of(place)} {field}" for place, field in found.columns.items())
    assert (str(header.number), columns) == (row["header row"], row["columns"])


@pytest.mark.parametrize("row", read_table(PAGE, "roles"), ids=lambda row: row["cells"])
def test_rows_that_are_no_records_are_told_apart(row):
    header = find_header([(1, ["企业名称", "所在区划", "企业类型"])], KNOWN)
    assert header is not None
    columns = {0: "name", 1: "division", 2: "types"}
    assert row_role(cells_of(row["cells"]), columns=columns, key_place=0, header=header) == row["role"]


def test_what_the_office_chose_goes_first():
    header = find_header([(1, ["企业名称", "所在区划", "甲栏"])], KNOWN)
    assert header is not None
    found = recognise(
        header, KNOWN, required=["types"], ignored=IGNORED, chosen={"甲栏": "types", "企业名称": ""}
    )
    assert (found.columns, found.unknown, found.missing) == ({1: "division", 2: "types"}, (), ())
