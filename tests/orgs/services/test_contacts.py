"""Entering and editing contact persons."""

import datetime as dt

import pytest

from core.exceptions import ClosedByState, DomainError, NotAllowed
from orgs.models import ContactPerson
from orgs.services.contacts import create_contact, edit_contact
from tests import factories

VALUES = {"name": "林示例", "mobile": "13800000000", "established_on": dt.date(2014, 8, 1)}


@pytest.fixture
def enterprise(tree):
    """A confirmed enterprise of Tianhe."""
    return factories.make_enterprise(tree.tianhe)


def test_contact_is_a_draft_of_the_enterprises_holder(cast, enterprise, tree):
    contact = create_contact(actor=cast.owner, enterprise=enterprise, values=VALUES)
    assert (contact.state, contact.office, list(contact.contributors.all())) == (
        "draft",
        tree.tianhe,
        [cast.owner],
    )


@pytest.mark.parametrize(
    ("founded", "dissolved", "state", "allowed"),
    [
        ("2014-09-01", None, "confirmed", True),  # founded later: the contact is converted
        ("2014-08-01", None, "confirmed", False),
        ("2013-01-01", "2014-08-01", "confirmed", True),
        ("2013-01-01", "2014-08-02", "confirmed", False),
        ("2013-01-01", None, "submitted", True),  # nothing stands before it is confirmed
    ],
)
def test_contact_only_where_no_organization_stands(cast, enterprise, founded, dissolved, state, allowed):
    factories.make_organization(
        enterprise,
        state=state,
        established_on=dt.date.fromisoformat(founded),
        dissolved_on=dt.date.fromisoformat(dissolved) if dissolved else None,
    )
    if allowed:
        create_contact(actor=cast.owner, enterprise=enterprise, values=VALUES)
    else:
        with pytest.raises(DomainError, match="联系人制度只用于未建科协的企业"):
            create_contact(actor=cast.owner, enterprise=enterprise, values=VALUES)


def test_same_mobile_twice_at_one_enterprise_is_refused(cast, enterprise):
    factories.make_contact(enterprise, mobile="13800000000")
    with pytest.raises(DomainError, match="手机号相同的在任联系人") as refusal:
        create_contact(actor=cast.owner, enterprise=enterprise, values=VALUES)
    assert refusal.value.field == "mobile"


def test_one_who_left_may_come_back(cast, enterprise):
    factories.make_contact(enterprise, mobile="13800000000", left_on=dt.date(2014, 8, 20))
    create_contact(
        actor=cast.owner, enterprise=enterprise, values=VALUES | {"established_on": dt.date(2014, 9, 1)}
    )
    assert ContactPerson.objects.count() == 2


@pytest.mark.parametrize("who", ["viewer", "neighbour", "reviewer", "hq_leader", "expert"])
def test_only_clerks_enter(cast, enterprise, who):
    with pytest.raises(NotAllowed):
        create_contact(actor=getattr(cast, who), enterprise=enterprise, values=VALUES)


def test_confirmed_contact_is_not_edited(cast, enterprise):
    contact = factories.make_contact(enterprise)
    with pytest.raises(ClosedByState):
        edit_contact(actor=cast.owner, contact_id=contact.pk, version=1, values=VALUES)
