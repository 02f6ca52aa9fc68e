"""Numbers of official documents."""

import pytest

from orgs.validators.document_number import parse_document_number
from orgs.validators.errors import CodeError


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("示科协发〔2014〕31号", "示科协发〔2014〕31号"),
        ("示科协发[2014]31号", "示科协发〔2014〕31号"),
        ("示科协发（2014） 31 号", "示科协发〔2014〕31号"),
        ("示科协发【２０１４】第３１号", "示科协发〔2014〕31号"),
        ("示科协发﹝2014﹞31号", "示科协发〔2014〕31号"),
        ("示科协发(2014年)31号", "示科协发〔2014〕31号"),
        ("示科协（筹）批2014-31", "示科协(筹)批2014-31"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_the_year_stands_in_the_official_brackets(typed: str, stored: str) -> None:
    assert parse_document_number(typed) == stored
    assert parse_document_number(stored) == stored


def test_only_length_is_refused() -> None:
    assert parse_document_number("示" * 60) == "示" * 60
    with pytest.raises(CodeError) as refusal:
        parse_document_number("示" * 61)
    assert (
        refusal.value.message == "批复文号最多 60 个字，现为 61 个字。请只填文号，例如 科协发〔2014〕31号。"
    )
