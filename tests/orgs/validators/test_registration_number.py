"""Registration numbers: the worked tables, and what the check digit finds."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orgs.validators.errors import CodeError
from orgs.validators.registration_number import (
    check_digit,
    is_valid_registration_number,
    parse_registration_number,
)
from tests.support.markdown_tables import Row, read_table
from tests.support.properties import deterministic

PAGE = "organization-code.md"
bodies = st.text("0123456789", min_size=14, max_size=14)


@pytest.mark.parametrize("row", read_table(PAGE, "registration-numbers"), ids=lambda row: row["body"])
def test_check_digit_follows_the_worked_table(row: Row) -> None:
    p = 10
    for digit in row["body"]:
        p = 2 * ((p + int(digit)) % 10 or 10) % 11
    assert p == int(row["P after the last digit"])
    assert (p + int(row["check digit"])) % 10 == 1
    assert check_digit(row["body"]) == row["check digit"]


@pytest.mark.parametrize(
    "row", read_table(PAGE, "registration-number-messages"), ids=lambda row: row["typed"]
)
def test_refusals_say_what_is_wrong_and_what_to_do(row: Row) -> None:
    with pytest.raises(CodeError) as refusal:
        parse_registration_number(row["typed"])
    assert refusal.value.message == row["message"]
    assert not is_valid_registration_number(row["typed"])


@pytest.mark.parametrize("typed", ["110108000000016", "１１０１０８０００００００１６", "110108 00000001-6"])
def test_typed_forms_give_one_canonical_number(typed: str) -> None:
    assert parse_registration_number(typed) == "110108000000016"
    assert is_valid_registration_number(typed)


@pytest.mark.parametrize("body", ["", "1101080000000", "1101080000000A", "１1010800000001"])
def test_check_digit_refuses_what_is_no_body(body: str) -> None:
    with pytest.raises(ValueError, match="fourteen digits"):
        check_digit(body)


@deterministic
@given(bodies, st.integers(0, 14), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_found(body: str, place: int, other: str) -> None:
    number = body + check_digit(body)
    assert parse_registration_number(number) == number
    assume(number[place] != other)
    assert not is_valid_registration_number(number[:place] + other + number[place + 1 :])
