"""Former names: read out of one text, kept only when an enterprise can be found by them."""

import pytest

from orgs.validators.former_names import parse_former_name, split_former_names


@pytest.mark.parametrize(
    "text", ["甲厂、乙厂", "甲厂，乙厂", "甲厂, 乙厂", "甲厂；乙厂", "甲厂\r\n乙厂", "、甲厂、、乙厂 、"]
)
def test_names_are_separated_in_all_usual_ways(text):
    assert split_former_names(text) == ["甲厂", "乙厂"]


def test_nothing_is_no_name():
    assert split_former_names(" 、 ") == []


def test_a_name_is_stored_clean_with_the_key_it_is_compared_by():
    assert parse_former_name("广州示范（旧）电子 有限责任公司") == (
        "广州示范（旧）电子有限责任公司",
        "广州示范旧电子有限公司",
    )


@pytest.mark.parametrize(
    ("text", "words"), [("", "请填写曾用的企业全称，4 至 100 个字。"), ("旧厂", "“旧厂”不像企业全称")]
)
def test_what_is_no_full_name_is_refused_with_what_to_do(text, words):
    with pytest.raises(ValueError, match=words):
        parse_former_name(text)
