"""Entering and editing enterprises: holders, codes, look-alikes."""

import datetime as dt

import pytest

from core.exceptions import DomainError, NotAllowed
from orgs.models import Enterprise
from orgs.services.enterprises import create_enterprise, edit_enterprise
from orgs.services.entry import NewHost, ProbableDuplicate, enter_host
from orgs.services.holders import holder_choices
from tests import factories

VALUES = {"name": "示范量子仪器有限公司", "is_private": True}


@pytest.mark.parametrize(
    ("who", "code", "holders"),
    [
        ("owner", "440106", ["tianhe"]),
        ("owner", "440113", []),
        ("upper_clerk", "440106", ["tianhe", "guangzhou"]),
        ("province_clerk", "440106", ["tianhe", "guangzhou", "guangdong"]),
        ("hq_clerk", "440106", ["tianhe", "guangzhou", "guangdong"]),  # HQ itself holds nothing
        ("stranger", "440106", []),
        ("viewer", "440106", []),
    ],
)
def test_who_may_hold_at_an_address(cast, tree, division, who, code, holders):
    assert holder_choices(getattr(cast, who), division(code)) == [getattr(tree, name) for name in holders]


def test_corps_holds_what_stands_in_xinjiang(tree, division):
    clerk = factories.make_person("xpcc", tree.xpcc, "clerk")
    assert holder_choices(clerk, division("650000")) == [tree.xpcc]
    assert holder_choices(clerk, division("659001")) == [tree.shihezi, tree.xpcc]


def test_default_holder_is_the_nearest(cast, tree, division):
    made = create_enterprise(actor=cast.province_clerk, values=VALUES, division=division("440106"))
    assert (made.office, made.state) == (tree.tianhe, "draft")


def test_holder_outside_the_chain_is_refused(cast, tree, division):
    with pytest.raises(DomainError, match="不能持有") as refusal:
        create_enterprise(
            actor=cast.province_clerk, values=VALUES, division=division("440106"), office=tree.foshan
        )
    assert refusal.value.field == "office"


def test_organization_code_is_taken_from_the_credit_code(cast, division):
    from stdnum.cn import uscc  # noqa: PLC0415 - to make a code that is visibly invented

    body = "91440106000000019"
    made = create_enterprise(
        actor=cast.owner,
        values=VALUES | {"credit_code": body + uscc.calc_check_digit(body)},
        division=division("440106"),
    )
    assert made.organization_code == "000000019"


@pytest.mark.parametrize("state", ["draft", "submitted", "confirmed", "returned"])
def test_code_of_another_enterprise_is_refused_whatever_its_state(cast, tree, division, state):
    factories.make_enterprise(tree.panyu, state=state, organization_code="000000019")
    # Neither its name nor its holder: those are shown by the look-up, which is in the trail.
    with pytest.raises(DomainError, match=r"^这个组织机构代码已由外单位登记。请核对；代码无误时按它查找"):
        create_enterprise(
            actor=cast.owner, values=VALUES | {"organization_code": "00000001-9"}, division=division("440106")
        )
    assert Enterprise.objects.count() == 1


def test_code_of_a_voided_enterprise_is_free(cast, tree, division):
    factories.make_enterprise(tree.panyu, state="voided", organization_code="000000019")
    create_enterprise(
        actor=cast.owner, values=VALUES | {"organization_code": "000000019"}, division=division("440106")
    )
    assert Enterprise.objects.count() == 2


# name of what is registered, where, what is typed at 天河区, whether it is a probable duplicate the clerk is shown
LOOK_ALIKES = [
    ("示范精密工业有限公司", "tianhe", "示范精密工业有限责任公司", True),
    ("示范精密工业有限公司", "tianhe", "广州市示范精密工业有限公司", True),
    ("示范精密工业有限公司", "tianhe", "示范精蜜工业有限公司", True),
    ("示范精密工业有限公司", "tianhe", "样例光学仪器有限公司", False),
    ("示范精密工业有限公司", "panyu", "示范精密工业有限公司", False),  # not visible to the county
    ("示范精密工业有限公司", "xihu", "示范精密工业有限公司", False),
]


@pytest.mark.parametrize(("registered", "where", "typed", "shown"), LOOK_ALIKES)
def test_probable_duplicate(cast, tree, division, registered, where, typed, shown):
    known = factories.make_enterprise(getattr(tree, where), name=registered)
    host = NewHost(Enterprise, VALUES | {"name": typed}, division("440106"))
    if not shown:
        enter_host(actor=cast.owner, host=host, submit=False)
        return
    with pytest.raises(DomainError) as refusal:
        enter_host(actor=cast.owner, host=host, submit=False)
    (duplicate,) = refusal.value.errors
    assert isinstance(duplicate, ProbableDuplicate)
    assert duplicate.found == [known]
    said = NewHost(Enterprise, host.values, host.division, acknowledged=frozenset({known.pk}))
    assert enter_host(actor=cast.owner, host=said, submit=True).state == "submitted"


def test_same_name_in_the_same_prefecture_is_shown_to_the_prefecture(cast, tree, division):
    known = factories.make_enterprise(tree.panyu, name="示范精密工业有限公司")
    host = NewHost(Enterprise, VALUES | {"name": "示范精密工业有限公司"}, division("440106"))
    with pytest.raises(DomainError) as refusal:
        enter_host(actor=cast.upper_clerk, host=host, submit=False)
    assert refusal.value.errors[0].found == [known]


def test_new_holder_takes_drafts_along(cast, tree, division):
    enterprise = factories.make_enterprise(tree.tianhe, state="draft")
    organization = factories.make_organization(enterprise, state="draft")
    contact = factories.make_contact(enterprise, state="draft")
    edit_enterprise(
        actor=cast.upper_clerk,
        enterprise_id=enterprise.pk,
        version=1,
        values=VALUES,
        division=division("440106"),
        office=tree.guangzhou,
    )
    for record in (organization, contact):
        record.refresh_from_db()
        assert record.office == tree.guangzhou


def test_neighbour_does_not_edit(cast, tree, division):
    enterprise = factories.make_enterprise(tree.tianhe, state="draft")
    with pytest.raises(NotAllowed):
        edit_enterprise(
            actor=cast.neighbour,
            enterprise_id=enterprise.pk,
            version=1,
            values=VALUES,
            division=division("440113"),
        )


@pytest.mark.parametrize("state", ["draft", "returned", "submitted"])
@pytest.mark.parametrize(
    ("make", "what"), [(factories.make_organization, "科协组织"), (factories.make_contact, "联系人")]
)
def test_founding_moved_after_what_stands_there_is_refused(cast, tree, state, make, what):
    """Drafts too: they would be submitted without being asked for their host's date again."""
    enterprise = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    make(enterprise, state=state, established_on=dt.date(2014, 1, 5))
    values = VALUES | {"established_on": dt.date(2014, 6, 1)}
    with pytest.raises(DomainError, match=f"企业成立日期晚于它的{what}") as refusal:
        edit_enterprise(
            actor=cast.owner,
            enterprise_id=enterprise.pk,
            version=1,
            values=values,
            division=enterprise.division,
        )
    assert refusal.value.field == "established_on"
