"""Unified social credit codes: the worked tables, the embedded organisation code, agreement with python-stdnum."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc

from orgs.validators.credit_code import (
    ALPHABET,
    check_codes_agree,
    embedded_code_warning,
    embedded_organization_code,
    is_valid_credit_code,
    parse_credit_code,
)
from orgs.validators.errors import CodeError
from tests.support.markdown_tables import Row, read_table
from tests.support.properties import deterministic

PAGE = "organization-code.md"
bodies = st.builds(
    lambda head, region, rest: head + region + rest,
    st.sampled_from(["91", "53", "12", "N2", "A1"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("row", read_table(PAGE, "credit-codes"), ids=lambda row: row["code"])
def test_codes_of_the_worked_table(row: Row) -> None:
    code = parse_credit_code(row["code"])
    assert code == row["code"]
    embedded = embedded_organization_code(code)
    assert embedded == row["embedded organisation code"]
    agrees = embedded[-1] == row["embedded check character should be"]
    assert (embedded_code_warning(code) is None) == agrees


@pytest.mark.parametrize("row", read_table(PAGE, "credit-code-messages"), ids=lambda row: row["typed"])
def test_refusals_say_what_is_wrong_and_what_to_do(row: Row) -> None:
    with pytest.raises(CodeError) as refusal:
        parse_credit_code(row["typed"])
    assert refusal.value.message == row["message"]
    assert not is_valid_credit_code(row["typed"])


def test_wrong_embedded_digit_warns_and_does_not_refuse() -> None:
    assert parse_credit_code("91430100123456780E") == "91430100123456780E"
    assert embedded_code_warning("91430100123456780E") == (
        "统一社会信用代码第 9–17 位是组织机构代码 123456780，按国家标准末位应为 8，现为 0。"
        "可以保存，保存前请再对照营业执照核对一次。"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "91440106ma0000015e",
        "９１４４０１０６ＭＡ０００００１５Ｅ",
        "9144 0106 MA00 0001 5E",
        "91440106-MA000001-5-E",
    ],
)
def test_typed_forms_give_one_canonical_code(typed: str) -> None:
    assert parse_credit_code(typed) == "91440106MA0000015E"
    assert is_valid_credit_code(typed)


def test_codes_of_one_enterprise_must_agree() -> None:
    check_codes_agree("91440106MA0000015E", "MA0000015")
    with pytest.raises(CodeError) as refusal:
        check_codes_agree("91440106MA0000015E", "730000029")
    assert refusal.value.message == (
        "组织机构代码应为统一社会信用代码的第 9–17 位 MA0000015，现为 730000029。请核对两个代码，改正其中填错的一个。"
    )


def test_only_whole_codes_carry_an_organisation_code() -> None:
    with pytest.raises(ValueError, match="18 characters"):
        embedded_organization_code("730000029")


@deterministic
@given(bodies)
def test_every_body_with_its_check_character_is_accepted_unchanged(body: str) -> None:
    code = body + uscc.calc_check_digit(body)
    assert parse_credit_code(code) == code


@deterministic
@given(bodies, st.sampled_from(ALPHABET))
def test_where_stdnum_has_an_opinion_it_is_ours(body: str, last: str) -> None:
    assume(body[:2].isdigit())
    assert is_valid_credit_code(body + last) == uscc.is_valid(body + last)


@deterministic
@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(body: str, place: int, other: str) -> None:
    assume(body[place] != other)
    changed = body[:place] + other + body[place + 1 :]
    assert not is_valid_credit_code(changed + uscc.calc_check_digit(body))


@deterministic
@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused_with_a_message(text: str) -> None:
    message = ""
    code = ""
    try:
        code = parse_credit_code(text)
    except CodeError as refusal:
        message = refusal.message
    assert message.endswith("。") or parse_credit_code(code) == code
