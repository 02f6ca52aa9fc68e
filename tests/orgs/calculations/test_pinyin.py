"""Pinyin sort keys: the worked table of docs/algorithms/names.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

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


# Words whose characters are read otherwise than alone, Latin, digits, and characters without a reading.
_PIECES = st.sampled_from(
    ["重庆", "行长", "银行", "长沙", "音乐", "快乐", "A", "7", "乐", "长", "科技", "𠮷"]
)


@deterministic
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_words_read_one_by_one_give_what_the_whole_name_gives(name: str) -> None:
    whole = "".join(lazy_pinyin(name, errors=lambda run: "".join(f"<{character}>" for character in run)))
    marked = {f"<{mark}>": mark.lower() if mark.isascii() else f"u{ord(mark):x}" for mark in "A7𠮷"}
    for mark, key in marked.items():
        whole = whole.replace(mark, key)
    assert pinyin_key(name) == whole[:200]
