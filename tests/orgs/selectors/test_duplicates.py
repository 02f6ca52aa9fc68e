"""Groups of duplicates: the worked table of docs/algorithms/duplicates.md."""

import re

import pytest

from orgs.calculations.names import normalize_enterprise_name
from orgs.models import Enterprise, FormerName
from orgs.selectors.duplicates import find_duplicates, show_groups
from orgs.selectors.finders import find_enterprises, lookalikes
from orgs.selectors.lists import find_enterprises as filter_enterprises
from orgs.services.distinct_pairs import declare_distinct
from tests import factories
from tests.conftest import TODAY
from tests.support.bulk import code
from tests.support.markdown_tables import read_table

_ONE = re.compile(r"(?P<key>\w) (?P<name>[^@\[]+?)\s*(?:\[(?P<former>[^\]]+)\])? @ (?P<place>\w+)")


@pytest.mark.parametrize(
    "row",
    read_table("duplicates.md", "groups"),
    ids=lambda row: row["groups"] + row["registrations (name @ place, former names in brackets)"][:20],
)
def test_groups_follow_the_worked_table(cast, tree, row):
    made = {}
    for text in row["registrations (name @ place, former names in brackets)"].split("; "):
        found = _ONE.fullmatch(text)
        assert found is not None
        enterprise = factories.make_enterprise(getattr(tree, found["place"]), name=found["name"])
        made[enterprise.pk] = found["key"]
        if found["former"]:
            FormerName.objects.create(
                enterprise=enterprise,
                name=found["former"],
                name_key=normalize_enterprise_name(found["former"]),
                recorded_at=factories.AT,
            )
    groups = [" ".join(made[pk] for pk in group.pks) for group in find_duplicates(cast.hq_leader).groups]
    assert "; ".join(groups) == row["groups"]


# ---------- codes, reach, declared pairs, what the page says ----------

NAME = "广州示范甲辰精密机械有限公司"


def keys(user):
    return [group.pks for group in find_duplicates(user).groups]


def test_the_code_inside_a_credit_code_meets_another_ones_anywhere(cast, tree):
    a = factories.make_enterprise(tree.tianhe, organization_code=code(4))
    b = factories.make_enterprise(tree.xihu, credit_code=f"91330106{code(4)}X")
    c = factories.make_enterprise(tree.beijing, credit_code=f"91110101{code(4)}Y")
    factories.make_enterprise(tree.tianhe, credit_code=f"91440106{code(5)}X", organization_code=code(5))
    assert keys(cast.hq_leader) == [(a.pk, b.pk, c.pk)]
    assert keys(cast.upper) == []


def test_voided_ones_meet_nobody(cast, tree):
    factories.make_enterprise(tree.tianhe, name=NAME)
    voided = factories.make_enterprise(tree.tianhe, name=NAME, state="voided")
    other = factories.make_enterprise(tree.tianhe, state="voided")
    for row in (voided, other):
        FormerName.objects.create(enterprise=row, name=NAME, name_key=NAME, recorded_at=factories.AT)
    assert keys(cast.hq_leader) == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [("owner", False), ("neighbour", False), ("reviewer", True), ("upper", True), ("hq_leader", True),
     ("stranger", False), ("expert", False), ("auditor", False), ("sysadmin", False), ("disabled", False)],
)  # fmt: skip
def test_a_group_is_seen_by_who_sees_two_of_it(cast, tree, who, sees):
    rows = [factories.make_enterprise(office, name=NAME) for office in (tree.tianhe, tree.panyu)]
    assert keys(getattr(cast, who)) == ([tuple(row.pk for row in rows)] if sees else [])


def test_declared_pairs_part_a_group_of_two_and_not_one_of_three(cast, tree):
    a, b = (factories.make_enterprise(tree.tianhe, name=NAME) for _ in range(2))
    declare_distinct(actor=cast.owner, enterprise_ids=[b.pk, a.pk])
    assert keys(cast.owner) == []
    c = factories.make_enterprise(tree.tianhe, name=NAME)
    found = find_duplicates(cast.owner)
    assert [group.pks for group in found.groups] == [(a.pk, b.pk, c.pk)]
    (shown,) = show_groups(found.groups, found, user=cast.owner)
    assert shown.declared == [(a, b)]


def test_the_page_says_why_and_what_hangs_on_each(cast, tree):
    draft = factories.make_enterprise(tree.panyu, state="draft", name=NAME.replace("有限", "有限责任"))
    confirmed = factories.make_enterprise(tree.tianhe, name=NAME)
    former = factories.make_enterprise(tree.tianhe, name="广州示范新称机械有限公司")
    FormerName.objects.create(enterprise=former, name=NAME, name_key=NAME, recorded_at=factories.AT)
    organization = factories.make_organization(confirmed)
    factories.make_contact(confirmed)
    factories.make_contact(confirmed, state="voided")
    found = find_duplicates(cast.reviewer)
    (shown,) = show_groups(found.groups, found, user=cast.reviewer)
    assert shown.reasons == ["名称相同，写法不同", "曾用名相同"]
    assert [(one.enterprise, one.organizations, one.contacts, one.formerly) for one in shown.members] == [
        (confirmed, [organization], 1, []),
        (former, [], 0, [NAME]),
        (draft, [], 0, []),
    ]


def test_groups_by_code_come_first_and_are_named(cast, tree):
    for _ in range(2):
        factories.make_enterprise(tree.tianhe, name=NAME)
    factories.make_enterprise(tree.tianhe, organization_code=code(4))
    factories.make_enterprise(tree.tianhe, credit_code=f"91440106{code(4)}X")
    found = find_duplicates(cast.owner)
    assert [one.reasons for one in show_groups(found.groups, found, user=cast.owner)] == [
        [f"组织机构代码相同（{code(4)[:8]}-{code(4)[8:]}）"],
        ["名称相同"],
    ]


def test_more_than_can_be_followed_is_said(cast, tree, monkeypatch):
    for number in range(3):
        for _ in range(2):
            factories.make_enterprise(tree.tianhe, name=f"示范第{number}机械有限公司")
    assert (len(find_duplicates(cast.owner).groups), find_duplicates(cast.owner).is_capped) == (3, False)
    monkeypatch.setattr("orgs.selectors.duplicates.MOST_MARKS", 2)
    assert (len(find_duplicates(cast.owner).groups), find_duplicates(cast.owner).is_capped) == (2, True)


def test_an_enterprise_is_found_by_its_former_name(cast, tree):
    former = factories.make_enterprise(tree.tianhe, name="广州示范新称机械有限公司")
    FormerName.objects.create(enterprise=former, name=NAME, name_key=NAME, recorded_at=factories.AT)
    assert lookalikes(cast.owner, name=NAME, division=tree.tianhe.division) == [former]
    assert [row.host for row in find_enterprises(cast.owner, NAME, day=TODAY).rows] == [former]
    assert list(filter_enterprises(Enterprise.objects.visible_to(cast.owner), "示范甲辰")) == [former]
