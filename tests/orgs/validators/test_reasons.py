"""Reasons as offices write them: coded by their words, and told in one text that reads back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.choices import NoOrganizationReason
from orgs.validators.entries import check_enterprise
from orgs.validators.reasons import read_reason, reason_words, recognise_reason
from tests.conftest import TODAY
from tests.support.properties import deterministic


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("企业负责人暂不了解科协工作。", "unaware"),
        ("领导不 重视", "unaware"),
        ("科技人员较少，暂不具备条件。", "few_technicians"),
        ("企业规模小", "few_technicians"),
        ("正在筹备，待职工代表大会通过。", "preparing"),
        ("拟建", "preparing"),
        ("企业正在改制。", "restructuring"),
        ("已停产", "restructuring"),
        ("厂区搬迁中", "restructuring"),
        ("已有技术协会，正在商量衔接。", "other_body"),
        ("没有专人负责这项工作", "no_staff"),
        ("人手不够", "no_staff"),
        ("缺少经费", "no_funds"),
        ("资金困难", "no_funds"),
        ("集团总部尚未同意", "upper_undecided"),
        ("上级未批准", "upper_undecided"),
        ("董事长长期在国外", "other"),
        ("=1+1", "other"),
        ("", ""),
        ("  　", ""),
    ],
)
def test_words_are_recognised(text, code):
    assert recognise_reason(text) == code


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("科技人员少", ("few_technicians", "")),
        ("科技人员少：十余人", ("few_technicians", "十余人")),
        ("科技人员少:十余人", ("few_technicians", "十余人")),
        ("科技人员少： 十余人：含兼职 ", ("few_technicians", "十余人：含兼职")),
        ("其他", ("other", "")),
        ("其他：科技人员少", ("other", "科技人员少")),
        ("说明：没有经费", ("no_funds", "说明：没有经费")),
        ("领导没定", ("other", "领导没定")),
        ("", ("", "")),
    ],
)
def test_a_cell_is_a_label_and_words_or_words_alone(cell, read):
    assert read_reason(cell) == read


@deterministic
@given(st.sampled_from(NoOrganizationReason.values), st.text(max_size=30))
def test_what_is_told_reads_back_the_same(code, text):
    text = text.strip()
    if code == "other" and not text:
        return
    assert read_reason(reason_words(code, text)) == (code, text)


VALUES = {"name": "广州示范机械有限公司", "is_private": True}


def test_other_needs_words():
    _, (refusal,) = check_enterprise(VALUES | {"reason_code": "other"}, today=TODAY)
    assert (refusal.field, refusal.message) == (
        "no_organization_reason",
        "选“其他”时请写明没有建立科协的原因。",
    )


def test_words_without_a_code_are_coded():
    values, errors = check_enterprise(VALUES | {"no_organization_reason": " 科技人员太少 "}, today=TODAY)
    assert (values["reason_code"], values["no_organization_reason"], errors) == (
        "few_technicians",
        "科技人员太少",
        [],
    )


def test_a_chosen_code_is_not_guessed_at():
    given_values = VALUES | {"reason_code": "no_staff", "no_organization_reason": "集团没有安排"}
    values, _ = check_enterprise(given_values, today=TODAY)
    assert values["reason_code"] == "no_staff"


def test_a_row_that_says_nothing_of_reasons_gets_none():
    values, _ = check_enterprise(VALUES, today=TODAY)
    assert "reason_code" not in values
