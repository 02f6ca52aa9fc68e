"""Talks with enterprises: what is kept, what follows, who may."""

import datetime as dt

import pytest

from core.exceptions import ClosedByState, DomainErrors, NotAllowed
from core.models import AuditEvent
from orgs.models import ContactVisit
from orgs.services.contact_visits import record_visit
from orgs.services.merging import merge_enterprises
from orgs.services.records import RecordRef, delete_draft
from tests import factories
from tests.conftest import TODAY
from tests.support.merging import unmerge

VALUES = {"visited_on": TODAY, "means": "phone", "said": "愿意建，等董事会通过"}


@pytest.fixture
def enterprise(tree):
    """A confirmed enterprise of Tianhe with a contact."""
    made = factories.make_enterprise(tree.tianhe)
    factories.make_contact(made)
    return made


def talk(actor, enterprise, **values):
    return record_visit(actor=actor, enterprise_id=enterprise.pk, values=VALUES | values)


def test_a_talk_is_kept_with_its_trail(cast, enterprise):
    contact = enterprise.contacts.get()
    step = {"next_step": "送章程范本", "next_on": dt.date(2014, 10, 20), "contact": contact}
    visit = talk(cast.owner, enterprise, **step)
    assert (visit.said, visit.contact, visit.created_by, visit.next_on, visit.followed_at) == (
        VALUES["said"],
        contact,
        cast.owner,
        dt.date(2014, 10, 20),
        None,
    )
    event = AuditEvent.objects.of(visit).get()
    assert (event.action, event.action_label, event.after["下一步"]) == (
        "contact_visit.create",
        "记联系情况",
        "送章程范本",
    )


def test_a_new_wish_is_taken_over_also_of_a_confirmed_enterprise(cast, enterprise):
    version = enterprise.version
    visit = talk(cast.owner, enterprise, wish="willing")
    enterprise.refresh_from_db()
    assert (visit.wish_before, visit.wish_after, visit.changed_wish) == ("", "willing", True)
    assert (enterprise.leader_wish, enterprise.state, enterprise.version) == (
        "willing",
        "confirmed",
        version + 1,
    )
    assert list(enterprise.contributors.all()) == []
    assert AuditEvent.objects.of(enterprise).first().after == {"负责人意愿": "愿意"}


def test_a_talk_without_a_new_wish_leaves_the_registration_alone(cast, enterprise):
    version = enterprise.version
    talk(cast.owner, enterprise)
    enterprise.refresh_from_db()
    assert enterprise.version == version


def test_who_changes_a_waiting_registration_has_a_hand_in_it(cast, tree):
    waiting = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner)
    talk(cast.colleague, waiting, wish="later")
    assert set(waiting.contributors.all()) == {cast.owner, cast.colleague}


def test_another_reason_drops_the_words_of_the_former(cast, tree):
    made = factories.make_enterprise(tree.tianhe, reason_code="no_funds", no_organization_reason="缺活动经费")
    talk(cast.owner, made, reason_code="preparing")
    made.refresh_from_db()
    assert (made.reason_code, made.no_organization_reason) == ("preparing", "")


def test_the_next_talk_closes_the_open_step(cast, enterprise):
    first = talk(cast.owner, enterprise, next_step="送章程范本", next_on=TODAY)
    second = talk(cast.colleague, enterprise, next_step="看章程", next_on=TODAY)
    first.refresh_from_db()
    assert (first.followed_at is not None, list(ContactVisit.objects.open_steps())) == (True, [second])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"said": " "}, "said"),
        ({"said": "长" * 501}, "said"),
        ({"visited_on": None}, "visited_on"),
        ({"visited_on": dt.date(2014, 10, 16)}, "visited_on"),
        ({"means": "pigeon"}, "means"),
        ({"wish": "perhaps"}, "wish"),
        ({"reason_code": "other"}, "reason_code"),
        ({"next_step": "再谈"}, "next_on"),
        ({"next_on": TODAY}, "next_step"),
        ({"next_step": "再谈", "next_on": dt.date(2014, 10, 14)}, "next_on"),
        ({"next_step": "再谈", "next_on": dt.date(2016, 1, 1)}, "next_on"),
    ],
)
def test_refusals_name_their_field(cast, enterprise, values, field):
    with pytest.raises(DomainErrors) as refusal:
        talk(cast.owner, enterprise, **values)
    assert [error.field for error in refusal.value.errors] == [field]
    assert ContactVisit.objects.count() == 0


def test_a_contact_of_another_enterprise_is_refused(cast, enterprise, tree):
    other = factories.make_contact(factories.make_enterprise(tree.tianhe))
    with pytest.raises(DomainErrors, match="不在这家企业"):
        talk(cast.owner, enterprise, contact=other)


@pytest.mark.parametrize("who", ["viewer", "reviewer", "neighbour", "stranger", "hq_leader"])
def test_only_clerks_of_the_holder_and_above_record(cast, enterprise, who):
    with pytest.raises(NotAllowed):
        talk(getattr(cast, who), enterprise)


def test_a_voided_registration_takes_no_talk(cast, tree):
    with pytest.raises(ClosedByState, match="已作废"):
        talk(cast.owner, factories.make_enterprise(tree.tianhe, state="voided"))


def test_a_draft_with_a_talk_is_not_deleted(cast, tree):
    draft = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    talk(cast.owner, draft)
    with pytest.raises(Exception, match="名下还有记录"):
        delete_draft(actor=cast.owner, ref=RecordRef("enterprise", draft.pk, None))


def test_talks_move_with_a_merger_and_back(cast, tree):
    kept = factories.make_enterprise(tree.tianhe, name="广州示范甲子机械有限公司")
    absorbed = factories.make_enterprise(tree.tianhe, name="广州示范甲子机械有限责任公司")
    visit = talk(cast.owner, absorbed)
    merger = merge_enterprises(
        actor=cast.reviewer,
        kept=RecordRef("enterprise", kept.pk, kept.version),
        absorbed=RecordRef("enterprise", absorbed.pk, absorbed.version),
    )
    visit.refresh_from_db()
    assert visit.enterprise_id == kept.pk
    unmerge(cast.reviewer, merger)
    visit.refresh_from_db()
    assert visit.enterprise_id == absorbed.pk
