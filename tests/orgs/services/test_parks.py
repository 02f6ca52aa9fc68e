"""Entering parks: national ones by HQ alone, one name in a division."""

import datetime as dt

import pytest

from core.exceptions import DomainError, NotAllowed
from orgs.models import Park
from orgs.services.parks import create_park, edit_park
from tests import factories

VALUES = {"name": "示范软件产业园区", "kind": "hitech", "grade": "other"}


@pytest.mark.parametrize(
    ("who", "grade", "allowed"),
    [
        ("owner", "other", True),
        ("owner", "provincial", True),
        ("owner", "national", False),
        ("province_clerk", "national", False),
        ("hq_clerk", "national", True),
        ("hq_clerk", "other", True),
    ],
)
def test_who_registers_which_grade(cast, division, who, grade, allowed):
    def enter():
        return create_park(
            actor=getattr(cast, who), values=VALUES | {"grade": grade}, division=division("440106")
        )

    if allowed:
        assert enter().state == "draft"
    else:
        with pytest.raises(NotAllowed, match="国家级园区只由中国科协登记和撤销"):
            enter()
        assert not Park.objects.exists()


def test_national_park_is_not_edited_below_hq(cast, tree, division):
    park = factories.make_park(tree.tianhe, state="draft", grade="national")
    with pytest.raises(NotAllowed):
        edit_park(
            actor=cast.province_clerk, park_id=park.pk, version=1, values=VALUES, division=division("440106")
        )


def test_park_is_held_by_its_seats_county(cast, tree, division):
    assert (
        create_park(actor=cast.province_clerk, values=VALUES, division=division("440106")).office
        == tree.tianhe
    )
    other = VALUES | {"name": "示范佛山产业园区"}
    assert (
        create_park(actor=cast.province_clerk, values=other, division=division("440600")).office
        == tree.foshan
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "园区"}, "name"),
        ({"grade": "national", "kind": "other"}, "kind"),
        ({"established_year": 1978}, "established_year"),
        ({"established_year": 2015}, "established_year"),
    ],
)
def test_rules_name_their_field(cast, division, change, field):
    with pytest.raises(DomainError) as refusal:
        create_park(actor=cast.hq_clerk, values=VALUES | change, division=division("440106"))
    assert [error.field for error in refusal.value.errors] == [field]


def test_one_name_in_a_division(cast, tree, division):
    factories.make_park(tree.tianhe, name="示范软件产业园区")
    with pytest.raises(DomainError, match="已有同名园区"):
        create_park(
            actor=cast.owner, values=VALUES | {"name": "示范软件 产业园区"}, division=division("440106")
        )
    create_park(actor=cast.neighbour, values=VALUES, division=division("440113"))
    assert Park.objects.count() == 2


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ({"established_year": 2014}, "园区成立日期晚于"),
        ({"closed_on": dt.date(2013, 1, 1)}, "2013-01-01 以后还有科协组织"),
    ],
)
def test_dates_that_leave_no_room_for_its_organisation_are_refused(cast, tree, dates, message):
    park = factories.make_park(tree.tianhe, state="draft", actor=cast.owner)
    factories.make_organization(park, state="draft", established_on=dt.date(2013, 9, 1))
    with pytest.raises(DomainError, match=message):
        edit_park(actor=cast.owner, park_id=park.pk, version=1, values=VALUES | dates, division=park.division)
