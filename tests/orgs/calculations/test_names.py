"""Names: the worked tables of docs/algorithms/names.md, and what holds for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.calculations.names import (
    DUPLICATE_THRESHOLD,
    clean_name,
    is_probable_duplicate,
    name_similarity,
    normalize_enterprise_name,
    split_name,
)
from tests.support.markdown_tables import Row, read_table, read_tables
from tests.support.properties import deterministic

PAGE = "names.md"
names = st.text("甲乙丙示例精密机械广州省市区县有限责任公司集团厂（）()ABc1 　·", max_size=14)


def test_the_typed_column_of_the_page_keeps_its_outer_spaces_out() -> None:
    assert clean_name("　示例 精密机械 有限公司　") == read_table(PAGE, "clean")[0]["stored"]


@pytest.mark.parametrize("row", read_table(PAGE, "clean"), ids=lambda row: row["stored"])
def test_clean_name_follows_the_worked_table(row: Row) -> None:
    assert clean_name(row["typed"]) == row["stored"]


@pytest.mark.parametrize("row", read_table(PAGE, "keys"), ids=lambda row: row["name"])
def test_comparison_key_follows_the_worked_table(row: Row) -> None:
    assert normalize_enterprise_name(row["name"]) == row["key"]


@pytest.mark.parametrize("row", read_table(PAGE, "similarity"), ids=lambda row: f"{row['a']}-{row['b']}")
def test_similarity_follows_the_worked_table(row: Row) -> None:
    for a, b in ((row["a"], row["b"]), (row["b"], row["a"])):
        assert name_similarity(a, b) == int(row["alike"])
        assert is_probable_duplicate(a, b) == (row["probable duplicate"] == "yes")


def test_the_page_names_the_threshold() -> None:
    assert DUPLICATE_THRESHOLD == 70
    assert set(read_tables(PAGE)) == {"clean", "keys", "similarity", "pinyin"}


@pytest.mark.parametrize(
    ("name", "places", "core"),
    [
        (
            "广东省广州市天河区示例精密机械有限公司",
            {"province": "广东", "市": "广州市", "区": "天河区"},
            "示例精密机械",
        ),
        ("北京市示例厂", {"province": "北京"}, "示例"),
        ("吉林市示例厂", {"市": "吉林市"}, "示例"),
        ("湖南省湘西土家族苗族自治州示例厂", {"province": "湖南", "州": "湘西土家族苗族自治州"}, "示例"),
        ("内蒙古自治区示例集团", {"province": "内蒙古"}, "示例"),
        ("示例区块链技术有限公司", {}, "示例区块链技术"),
        ("示例市政工程有限公司", {}, "示例市政工程"),
        ("广东省", {}, "广东省"),
        ("有限公司", {}, "有限公司"),
        ("示例机械有限公司广州分公司", {}, "示例机械有限公司广州分公司"),
    ],
)
def test_names_are_taken_apart(name: str, places: dict[str, str], core: str) -> None:
    parts = split_name(name)
    assert (parts.places, parts.core) == (places, core)


def test_further_region_names_are_taken_off() -> None:
    assert split_name("广州天河示例电子有限公司", region_names=["广州", "天河"]).core == "示例电子"
    assert name_similarity("广州示例电子厂", "示例电子厂") == 75
    assert name_similarity("广州示例电子厂", "示例电子厂", region_names=["广州"]) == 100


@deterministic
@given(st.text(max_size=30))
def test_cleaning_and_normalising_twice_changes_nothing(name: str) -> None:
    assert clean_name(clean_name(name)) == clean_name(name)
    key = normalize_enterprise_name(name)
    assert normalize_enterprise_name(key) == key
    assert normalize_enterprise_name(clean_name(name)) == key


@deterministic
@given(names, names)
def test_similarity_is_symmetric_and_within_bounds(a: str, b: str) -> None:
    alike = name_similarity(a, b)
    assert alike == name_similarity(b, a)
    assert 0 <= alike <= 100
    assert is_probable_duplicate(a, b) == is_probable_duplicate(b, a)


@deterministic
@given(names)
def test_a_name_is_wholly_like_itself(name: str) -> None:
    assert name_similarity(name, name) == (100 if normalize_enterprise_name(name) else 0)
