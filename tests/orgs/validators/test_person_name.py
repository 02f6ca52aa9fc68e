"""Names of persons."""

import pytest

from orgs.validators.errors import CodeError
from orgs.validators.person_name import parse_person_name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("示例甲", "示例甲"),
        ("甲 乙", "甲乙"),
        ("　甲　乙　", "甲乙"),
        ("甲乙•丙丁", "甲乙·丙丁"),
        ("甲乙 · 丙丁", "甲乙·丙丁"),
        ("Ａnn  O'Example", "Ann O'Example"),
        ("Anne-Marie E. Example", "Anne-Marie E. Example"),
    ],
)
def test_names_have_one_form(typed: str, stored: str) -> None:
    assert parse_person_name(typed) == stored
    assert parse_person_name(stored) == stored


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("甲", "姓名应为 2–30 个字，现为 1 个字。请填写全名。"),
        ("", "姓名应为 2–30 个字，现为 0 个字。请填写全名。"),
        ("甲" * 31, "姓名应为 2–30 个字，现为 31 个字。请只填一个人的姓名。"),
        ("甲乙13800000000", "姓名里不应有数字。请只填姓名，电话请填到电话一栏。"),
        ("甲乙、丙丁", "姓名里不应有“、”。请只填一个人的姓名。"),
        ("甲乙(主任)", "姓名里不应有“(”。请只填一个人的姓名。"),
    ],
)
def test_what_is_no_name_says_what_to_do(typed: str, message: str) -> None:
    with pytest.raises(CodeError) as refusal:
        parse_person_name(typed)
    assert refusal.value.message == message
