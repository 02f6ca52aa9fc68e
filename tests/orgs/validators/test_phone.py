"""Telephone numbers."""

import pytest

from orgs.validators.errors import CodeError
from orgs.validators.phone import parse_landline, parse_mobile, parse_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "１３８００００００００",
        "+86 138 0000 0000",
        "0086-13800000000",
        "8613800000000",
    ],
)
def test_mobiles_give_eleven_digits(typed: str) -> None:
    assert parse_mobile(typed) == "13800000000"
    assert parse_phone(typed) == "13800000000"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1380000000", "手机号应为 11 位数字，现为 10 位。请核对后重填。"),
        ("12800000000", "手机号应以 13–19 开头，现以 12 开头。请核对后重填。"),
        ("020-12345678", "手机号应以 13–19 开头，现以 02 开头。请核对后重填。"),
        ("1380000000a", "手机号只用数字。请填 11 位手机号，例如 13800000000。"),
        ("", "手机号只用数字。请填 11 位手机号，例如 13800000000。"),
    ],
)
def test_wrong_mobiles_say_what_to_do(typed: str, message: str) -> None:
    with pytest.raises(CodeError) as refusal:
        parse_mobile(typed)
    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("010-62345678", "010-62345678"),
        ("01062345678", "010-62345678"),
        ("（020）8234 5678", "020-82345678"),
        ("０７５５－８２３４５６７８", "0755-82345678"),
        ("07358234567", "0735-8234567"),
        ("+86-020-82345678", "020-82345678"),
        ("020-82345678-801", "020-82345678-801"),
        ("020-82345678转801", "020-82345678-801"),
        ("020—82345678", "020-82345678"),
        ("4001234567", "400-123-4567"),
        ("400 123 4567", "400-123-4567"),
    ],
)
def test_landlines_have_one_form(typed: str, canonical: str) -> None:
    assert parse_landline(typed) == canonical
    assert parse_phone(typed) == canonical
    assert parse_phone(canonical) == canonical


@pytest.mark.parametrize("parse", [parse_landline, parse_phone])
def test_a_missing_area_code_is_named(parse) -> None:
    with pytest.raises(CodeError) as refusal:
        parse("82345678")
    assert refusal.value.message == "固定电话缺少区号。请在前面加区号，例如 020-23456789。"


@pytest.mark.parametrize("typed", ["", "电话", "020-123", "0204-82345678-", "110", "020-82345678/82345679"])
def test_other_texts_are_refused(typed: str) -> None:
    with pytest.raises(CodeError) as landline:
        parse_landline(typed)
    assert (
        landline.value.message == "固定电话应为区号加 7 或 8 位号码。请按“区号-号码”填写，例如 020-23456789。"
    )
    with pytest.raises(CodeError):
        parse_phone(typed)


def test_a_phone_that_is_neither_says_what_both_look_like() -> None:
    with pytest.raises(CodeError) as refusal:
        parse_phone("020-123")
    assert (
        refusal.value.message
        == "联系电话应为 11 位手机号或带区号的固定电话。请核对后重填，例如 020-23456789。"
    )


def test_the_examples_the_portal_prints_are_accepted():
    assert parse_phone("020-23456789") == "020-23456789"
    assert parse_mobile("13800000000") == "13800000000"
