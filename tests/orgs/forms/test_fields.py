"""Form fields read what people type and answer in the portal's own words."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import DomainError, DomainErrors
from orgs.forms.base import initial_from_draft
from orgs.forms.errors import add_refusals
from orgs.forms.fields import DivisionField, PortalDateField, WholeNumberField
from orgs.forms.host import read_ids
from orgs.forms.organization import OrganizationForm
from orgs.models import Division


@pytest.mark.parametrize(
    "text", ["2014-06-04", "2014.6.4", "20140604", "2014年6月4日", "２０１４－６－４", " 2014/6/4 "]
)
def test_date_is_read(text):
    assert PortalDateField(required=False).clean(text) == dt.date(2014, 6, 4)


@pytest.mark.parametrize(
    ("text", "words"), [("2014-02-30", "没有 30 日"), ("2014-6", "不完整"), ("昨天", "无法识别")]
)
def test_date_is_refused_in_words(text, words):
    with pytest.raises(ValidationError, match=words):
        PortalDateField(required=False).clean(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("46", 46), ("４６", 46), ("1,200", 1200), ("1，200人", 1200), ("", None), ("007", 7)],
)
def test_number_is_read(text, number):
    assert WholeNumberField(label="会员数", required=False).clean(text) == number


@pytest.mark.parametrize("text", ["-1", "四十六", "4.5", "1e9", "1" * 5000])
def test_number_is_refused_in_words(text):
    with pytest.raises(ValidationError, match="会员数"):
        WholeNumberField(label="会员数", required=False).clean(text)


@pytest.mark.parametrize(
    "text", ["440106", "天河区", "广州市天河区", "广东省 广州市 天河区", "天河", "４４０１０６"]
)
def test_division_is_read(cast, text):
    field = DivisionField(required=False)
    field.user = cast.owner
    assert field.clean(text).code == "440106"


@pytest.mark.parametrize("text", ["河区", "不存在区", "999999", "天", "\x00"])
def test_division_is_refused_in_words(cast, text):
    field = DivisionField(required=False)
    field.user = cast.owner
    with pytest.raises(ValidationError, match="请从列出的区划里选"):
        field.clean(text)


def test_namesakes_of_the_own_territory_come_first(cast, division):
    county = {"name": "天河区", "level": "county", "kind": "区"}
    Division.objects.create(
        code="330107", full_name="浙江省 杭州市 天河区", parent=division("330100"), **county
    )
    field = DivisionField(required=False)
    field.user = cast.owner
    assert field.clean("天河区").code == "440106"
    field.user = cast.viewer  # enters nowhere: no namesake is nearer
    with pytest.raises(ValidationError, match="有 2 个"):
        field.clean("天河区")


def test_refusals_stand_beside_their_fields_once():
    form = OrganizationForm({"established_on": "2014-6"})
    form.is_valid()
    add_refusals(
        form,
        DomainErrors(
            [
                DomainError("请填写成立日期", field="established_on"),
                DomainError("请填写主席姓名。", field="chair"),
                DomainError("已停止"),
                DomainError("别处", field="nowhere"),
            ]
        ),
    )
    assert [len(errors) for errors in form.errors.values()] == [1, 1, 2]
    assert "不完整" in form.errors["established_on"][0]
    assert form.non_field_errors() == ["已停止", "别处"]


def test_draft_comes_back_as_it_was_typed():
    kept = {"established_on": ["2014-6"], "chair": ["陈示例"], "unknown": ["x"], "members": []}
    form = OrganizationForm(initial=initial_from_draft(OrganizationForm, "", kept))
    assert form.draft_values() == {"established_on": ["2014-6"], "chair": ["陈示例"]}


@pytest.mark.parametrize(("text", "ids"), [("", set()), ("3,17", {3, 17}), ("3,x,-1,²,9" + "9" * 30, {3})])
def test_row_numbers(text, ids):
    assert read_ids(text) == ids
