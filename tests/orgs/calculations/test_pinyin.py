"""Pinyin sort keys: the worked table of docs/algorithms/names.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.calculations.pinyin import pinyin_initials, pinyin_key
from tests.support.markdown_tables import Row, read_table
from tests.support.properties import deterministic


@pytest.mark.parametrize("row", read_table("names.md", "pinyin"), ids=lambda row: row["name"])
def test_keys_follow_the_worked_table(row: Row) -> None:
    assert pinyin_key(row["name"]) == row["sort key"]
    assert pinyin_initials(row["name"]) == row["initials"]


def test_keys_are_cut_to_the_column() -> None:
    assert pinyin_key("庄" * 100) == ("zhuang" * 100)[:200]
    assert pinyin_key("庄庄", max_length=8) == "zhuangzh"
    assert pinyin_initials("庄庄庄", max_length=2) == "zz"


@deterministic
@given(st.text(max_size=30))
def test_keys_hold_only_lower_case_ascii(name: str) -> None:
    for key in (pinyin_key(name), pinyin_initials(name)):
        assert key == "" or (key.isascii() and key.isalnum() and key == key.lower())
