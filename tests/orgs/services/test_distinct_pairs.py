"""Declaring registrations to be different enterprises, and taking that back."""

import pytest

from core.exceptions import DomainError, NotAllowed
from core.models import AuditEvent
from orgs.models import DistinctPair, Enterprise
from orgs.services.distinct_pairs import declare_distinct, withdraw_distinct
from tests import factories


@pytest.fixture
def pair(tree):
    return factories.make_enterprise(tree.tianhe), factories.make_enterprise(tree.panyu)


def declare(actor, *rows):
    return declare_distinct(actor=actor, enterprise_ids=[row.pk for row in rows])


def test_a_declaration_is_remembered_with_its_person_and_in_both_trails(cast, pair):
    assert declare(cast.reviewer, *reversed(pair)) == 1
    assert DistinctPair.objects.get().declared_by == cast.reviewer
    for row, other in (pair, pair[::-1]):
        event = AuditEvent.objects.of(row).get()
        assert (event.action, event.reason) == (
            "enterprise.declare_distinct",
            f"{other}（{other.office}持有，登记编号 {other.pk}）",
        )


def test_of_three_every_two_are_declared_and_nothing_twice(cast, tree, pair):
    third = factories.make_enterprise(tree.tianhe)
    declare(cast.reviewer, *pair)
    assert declare(cast.reviewer, *pair, third) == 2
    assert declare(cast.reviewer, *pair, third) == 0
    assert AuditEvent.objects.filter(action="enterprise.declare_distinct").count() == 6


def test_a_declaration_is_taken_back(cast, pair):
    declare(cast.reviewer, *pair)
    withdraw_distinct(actor=cast.upper_clerk, pair_id=DistinctPair.objects.get().pk)
    assert not DistinctPair.objects.exists()
    assert AuditEvent.objects.of(pair[0]).first().action == "enterprise.withdraw_distinct"


@pytest.mark.parametrize("who", ["upper_clerk", "reviewer", "upper", "hq_clerk"])
def test_clerks_and_reviewers_of_both_holders_declare(cast, pair, who):
    assert declare(getattr(cast, who), *pair) == 1


@pytest.mark.parametrize("who", ["hq_leader", "office_admin"])
def test_others_who_see_both_do_not(cast, pair, who):
    with pytest.raises(NotAllowed):
        declare(getattr(cast, who), *pair)
    declare(cast.reviewer, *pair)
    with pytest.raises(NotAllowed):
        withdraw_distinct(actor=getattr(cast, who), pair_id=DistinctPair.objects.get().pk)


@pytest.mark.parametrize("who", ["owner", "neighbour", "stranger", "expert"])
def test_who_does_not_see_both_finds_nothing(cast, pair, who):
    with pytest.raises(Enterprise.DoesNotExist):
        declare(getattr(cast, who), *pair)
    declare(cast.reviewer, *pair)
    with pytest.raises(DistinctPair.DoesNotExist):
        withdraw_distinct(actor=getattr(cast, who), pair_id=DistinctPair.objects.get().pk)


@pytest.mark.parametrize("number", [0, 1])
def test_one_is_no_pair(cast, pair, number):
    with pytest.raises(DomainError, match="请选 2 至 20 条"):
        declare(cast.reviewer, *pair[:number])
    with pytest.raises(DomainError, match="请选 2 至 20 条"):
        declare_distinct(actor=cast.reviewer, enterprise_ids=[pair[0].pk, pair[0].pk])
