"""Organisation codes: the worked tables of docs/algorithms/organization-code.md, and what the check digit finds."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orgs.validators.errors import CodeError
from orgs.validators.organization_code import (
    ALPHABET,
    WEIGHTS,
    check_character,
    is_valid_organization_code,
    parse_organization_code,
)
from tests.support.markdown_tables import Row, read_table
from tests.support.properties import deterministic

PAGE = "organization-code.md"
bodies = st.text(ALPHABET, min_size=8, max_size=8)
digit_bodies = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize("row", read_table(PAGE, "organisation-codes"), ids=lambda row: row["body"])
def test_check_character_follows_the_worked_table(row: Row) -> None:
    products = [ALPHABET.index(c) * weight for c, weight in zip(row["body"], WEIGHTS, strict=True)]
    assert " + ".join(map(str, products)) == row["products"]
    assert sum(products) == int(row["sum"])
    assert sum(products) % 11 == int(row["remainder"])
    assert check_character(row["body"]) == row["check character"]


@pytest.mark.parametrize("row", read_table(PAGE, "organisation-code-messages"), ids=lambda row: row["typed"])
def test_refusals_say_what_is_wrong_and_what_to_do(row: Row) -> None:
    with pytest.raises(CodeError) as refusal:
        parse_organization_code(row["typed"])
    assert refusal.value.message == row["message"]
    assert not is_valid_organization_code(row["typed"])


@pytest.mark.parametrize(
    "typed",
    [
        "D2143569X",
        "d2143569-x",
        "Ｄ２１４３５６９－Ｘ",
        " D 2143569 — X\u3000",
        "D2143569−X",
        "D2143569‐X",
        "\ufeffD2143569\u200bX\t",
    ],
)
def test_typed_forms_give_one_canonical_code(typed: str) -> None:
    assert parse_organization_code(typed) == "D2143569X"
    assert is_valid_organization_code(typed)


@pytest.mark.parametrize("body", ["", "1234567", "123456789", "1234567a", "１2345678"])
def test_check_character_refuses_what_is_no_body(body: str) -> None:
    with pytest.raises(ValueError, match="eight digits or capital letters"):
        check_character(body)


@pytest.mark.parametrize("typed", ["", "   ", "示例精密机械厂家有", "①２３４５６７８"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(CodeError):
        parse_organization_code(typed)


@deterministic
@given(bodies)
def test_every_body_with_its_check_character_is_accepted_unchanged(body: str) -> None:
    code = body + check_character(body)
    assert parse_organization_code(code) == code
    assert parse_organization_code(f"{body}-{code[-1]}".lower()) == code


@deterministic
@given(digit_bodies, st.integers(0, 7), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_found(body: str, place: int, other: str) -> None:
    assume(body[place] != other)
    assert check_character(body[:place] + other + body[place + 1 :]) != check_character(body)


@deterministic
@given(digit_bodies, st.integers(0, 6))
def test_every_exchange_of_neighbouring_digits_is_found(body: str, place: int) -> None:
    assume(body[place] != body[place + 1])
    exchanged = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert check_character(exchanged) != check_character(body)


@deterministic
@given(bodies, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_a_wrong_character_is_missed_only_eleven_or_more_apart(body: str, place: int, other: str) -> None:
    changed = body[:place] + other + body[place + 1 :]
    found = check_character(changed) != check_character(body)
    assert found == ((ALPHABET.index(body[place]) - ALPHABET.index(other)) % 11 != 0)


@deterministic
@given(bodies, st.sampled_from(ALPHABET))
def test_a_wrong_check_character_is_always_found(body: str, other: str) -> None:
    assume(other != check_character(body))
    assert not is_valid_organization_code(body + other)


@deterministic
@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused_with_a_message(text: str) -> None:
    message = ""
    code = ""
    try:
        code = parse_organization_code(text)
    except CodeError as refusal:
        message = refusal.message
    assert message.endswith("。") or parse_organization_code(code) == code
