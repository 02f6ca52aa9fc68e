"""Accounts and posts: who may, what is refused and why, what stands in the trail."""

import pytest

from accounts.models import User
from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import AuditEvent
from orgs.models import Post
from orgs.models.reach import reach_of
from orgs.selectors.people import visible_people
from orgs.services import people
from orgs.services.people import OUTSIDE, OWN
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    """The account without what it remembers of an earlier request."""
    return User.objects.get(pk=user.pk)


def trail() -> list[tuple[str, str, str]]:
    return list(acts().values_list("action", "actor_label", "actor_unit"))


def acts():
    """What was done with accounts, the oldest first; the cast's plan was loaded before."""
    return AuditEvent.objects.filter(action__startswith="account.").order_by("pk")


# ---------- who sees whom ----------


def test_administrator_sees_the_accounts_of_the_own_subtree(cast, tree):
    former = make_person("former", tree.panyu, "clerk")
    former.posts.update(ended_at=AT)
    moved = make_person("moved", tree.panyu, "clerk")
    moved.posts.update(ended_at=AT)
    Post.objects.create(user=moved, office=tree.xihu, role="clerk", created_at=AT)
    make_person("never", tree.panyu)
    assert set(visible_people(cast.office_admin)) == {
        cast.owner, cast.colleague, cast.viewer, cast.neighbour, cast.reviewer, cast.reviewer_and_clerk,
        cast.upper_clerk, cast.office_admin, cast.disabled, former,
    }  # fmt: skip


def test_system_administrator_sees_all_and_others_none(cast):
    assert visible_people(cast.sysadmin).count() == User.objects.count()
    for who in (cast.owner, cast.reviewer, cast.hq_leader, cast.auditor, cast.expert):
        assert not visible_people(who).exists()


# ---------- creating ----------


def test_new_account_has_a_post_and_a_one_time_password(cast, tree):
    person, password = people.create_person(
        actor=cast.office_admin, name=" 陈 示例 ", office=tree.tianhe, role="clerk", username=""
    )
    assert (person.username, person.name, person.must_change_password) == ("440106-chenshili", "陈示例", True)
    assert person.check_password(password)
    assert list(person.posts.values_list("office__code", "role")) == [("440106", "clerk")]
    assert trail() == [
        ("account.create", "示例office-admin", "广州市科协"),
        ("account.add_post", "示例office-admin", "广州市科协"),
    ]
    # What is shown once is kept nowhere.
    assert password not in str(list(AuditEvent.objects.values()))


def test_suggested_name_that_is_taken_gets_a_number(cast, tree):
    for expected in ("440106-chenshili", "440106-chenshili2", "440106-chenshili3"):
        person, _ = people.create_person(
            actor=cast.office_admin, name="陈示例", office=tree.tianhe, role="viewer"
        )
        assert person.username == expected


@pytest.mark.parametrize("who", ["owner", "reviewer", "hq_leader", "auditor", "expert"])
def test_only_administrators_create(cast, tree, who):
    with pytest.raises(NotAllowed):
        people.create_person(actor=getattr(cast, who), name="陈示例", office=tree.tianhe, role="clerk")


@pytest.mark.parametrize(
    ("office", "role", "name", "username", "field"),
    [
        ("xihu", "clerk", "陈示例", "", "office"),
        ("guangdong", "clerk", "陈示例", "", "office"),
        (None, "clerk", "陈示例", "", "office"),
        ("tianhe", "boss", "陈示例", "", "role"),
        ("tianhe", "clerk", "陈", "", "name"),
        ("tianhe", "clerk", "陈示例", "OWNER", "username"),
        ("tianhe", "clerk", "陈示例", "有 空格", "username"),
    ],
)
def test_refused_creation_changes_nothing(cast, tree, office, role, name, username, field):
    before = User.objects.count()
    with pytest.raises(DomainError) as refusal:
        people.create_person(
            actor=cast.office_admin,
            name=name,
            office=getattr(tree, office) if office else None,
            role=role,
            username=username,
        )
    errors = getattr(refusal.value, "errors", [refusal.value])
    assert [error.field for error in errors] == [field]
    assert User.objects.count() == before
    assert trail() == []


def test_special_roles_are_the_system_administrator_s(cast, tree):
    person, _ = people.create_person(
        actor=cast.sysadmin, name="林示例", office=None, username="expert-99", special_role="expert"
    )
    assert (person.special_role, person.posts.count()) == ("expert", 0)
    assert trail() == [("account.create", "示例sysadmin", "系统管理员")]
    with pytest.raises(NotAllowed):
        people.create_person(actor=cast.office_admin, name="林示例", office=None, special_role="auditor")
    with pytest.raises(DomainError):
        people.create_person(
            actor=cast.sysadmin, name="林示例", office=tree.tianhe, role="clerk", special_role="auditor"
        )


# ---------- acting on an account ----------

ACTS = {
    "reset": lambda actor, person: people.reset_person_password(actor=actor, person=person),
    "disable": lambda actor, person: people.disable_person(actor=actor, person=person, reason="已调离"),
    "add": lambda actor, person: people.add_post(
        actor=actor, person=person, office=person.posts.first().office, role="viewer"
    ),
    "end": lambda actor, person: people.end_post(actor=actor, post=person.posts.first()),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("actor", "person"),
    [
        ("office_admin", "owner"),
        ("office_admin", "reviewer"),
        ("sysadmin", "owner"),
        ("sysadmin", "office_admin"),
    ],
)
def test_allowed(cast, act, actor, person):
    ACTS[act](getattr(cast, actor), getattr(cast, person))
    assert acts().count() == 1


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("actor", "person"),
    [
        ("office_admin", "stranger"),
        ("office_admin", "upper"),
        ("office_admin", "hq_leader"),
        ("office_admin", "office_admin"),
        ("owner", "colleague"),
        ("hq_leader", "owner"),
        ("reviewer", "owner"),
        ("auditor", "owner"),
        ("expert", "owner"),
    ],
)
def test_denied(cast, act, actor, person):
    with pytest.raises(NotAllowed):
        ACTS[act](getattr(cast, actor), getattr(cast, person))
    assert acts().count() == 0


@pytest.mark.parametrize("act", ACTS)
def test_an_account_with_a_post_outside_is_left_alone_and_told_why(cast, tree, act):
    Post.objects.create(user=cast.owner, office=tree.xihu, role="viewer", created_at=AT)
    with pytest.raises(NotAllowed) as refusal:
        ACTS[act](cast.office_admin, cast.owner)
    assert refusal.value.message == OUTSIDE
    assert people.why_not_managed(cast.office_admin, cast.owner) == OUTSIDE
    assert people.why_not_managed(cast.sysadmin, cast.owner) == ""


@pytest.mark.parametrize("act", ["reset", "disable"])
def test_nobody_acts_on_the_own_account(cast, act):
    with pytest.raises(NotAllowed) as refusal:
        ACTS[act](cast.sysadmin, cast.sysadmin)
    assert refusal.value.message == OWN


def test_disabling_and_enabling_need_a_reason_and_are_in_the_trail(cast):
    with pytest.raises(DomainError) as refusal:
        people.disable_person(actor=cast.office_admin, person=cast.owner, reason="  ")
    assert refusal.value.field == "reason"
    people.disable_person(actor=cast.office_admin, person=cast.owner, reason="已调离")
    assert not fresh(cast.owner).is_active
    with pytest.raises(ClosedByState):
        people.disable_person(actor=cast.office_admin, person=cast.owner, reason="再一次")
    people.enable_person(actor=cast.office_admin, person=cast.owner, reason="调回")
    assert fresh(cast.owner).is_active
    assert list(acts().values_list("action", "reason")) == [
        ("account.disable", "已调离"),
        ("account.enable", "调回"),
    ]


def test_a_post_gives_and_takes_rights(cast, tree):
    post = people.add_post(actor=cast.office_admin, person=cast.owner, office=tree.panyu, role="viewer")
    assert {held.office_code for held in reach_of(fresh(cast.owner)).posts} == {"440106", "440113"}
    with pytest.raises(DomainError, match="已有这个角色"):
        people.add_post(actor=cast.office_admin, person=cast.owner, office=tree.panyu, role="viewer")
    people.end_post(actor=cast.office_admin, post=post)
    assert {held.office_code for held in reach_of(fresh(cast.owner)).posts} == {"440106"}
    with pytest.raises(ClosedByState):
        people.end_post(actor=cast.office_admin, post=post)


@pytest.mark.parametrize("special", ["expert", "auditor", "sysadmin"])
def test_special_accounts_get_no_post(cast, tree, special):
    other, _ = people.create_person(
        actor=cast.sysadmin, name="林示例", office=None, username="x", special_role=special
    )
    with pytest.raises(DomainError):
        people.add_post(actor=cast.sysadmin, person=other, office=tree.tianhe, role="clerk")


def test_post_outside_the_own_subtree_is_refused_beside_the_office(cast, tree):
    with pytest.raises(DomainError) as refusal:
        people.add_post(actor=cast.office_admin, person=cast.owner, office=tree.xihu, role="clerk")
    assert [error.field for error in refusal.value.errors] == ["office"]


def test_a_special_role_reaches_no_record_even_with_a_post(cast, tree):
    Post.objects.create(user=cast.sysadmin, office=tree.hq, role="clerk", created_at=AT)
    assert reach_of(fresh(cast.sysadmin)).is_empty
