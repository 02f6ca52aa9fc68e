"""Contacts who leave: replaced in one step, or with nobody in their place; what counts on a day stays right."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.exceptions import ClosedByState, DomainError, DomainErrors, NotAllowed, StaleVersion
from core.models import AuditEvent
from orgs.models import ContactPerson
from orgs.selectors.counted import counted_rows
from orgs.services.contact_succession import end_contact
from orgs.services.contacts import create_contact, edit_contact
from orgs.services.entry import enter_contact
from orgs.services.records import RecordRef, confirm_record, return_record, submit_record, void_record
from quotas.models import Snapshot
from quotas.services.snapshots import compute_snapshot
from tests import factories

OLD_SINCE, LEFT, TODAY = dt.date(2014, 3, 1), dt.date(2014, 9, 1), dt.date(2014, 10, 15)
VALUES = {
    "name": "黄示例",
    "mobile": "13800009999",
    "established_on": LEFT,
    "replaced_left_on": LEFT,
}


@pytest.fixture
def old(tree):
    """A confirmed contact in office since March."""
    return factories.make_contact(factories.make_enterprise(tree.tianhe), established_on=OLD_SINCE)


def ref(record) -> RecordRef:
    record.refresh_from_db()
    return RecordRef("contact", record.pk, record.version)


def replace(cast, old, **values):
    """A replacement entered and submitted by the owner."""
    made = enter_contact(
        actor=cast.owner, host=old.enterprise, values=VALUES | values, submit=True, replaces=old
    )
    made.refresh_from_db()
    return made


def counted_on(tree, day: dt.date) -> int:
    return counted_rows("contact_enterprises", year=2014, day=day, office=tree.tianhe, own_only=True).count()


def figures(tree) -> list[int]:
    """The contact figure before, on and after the day of leaving, and today."""
    return [
        counted_on(tree, day)
        for day in (LEFT - dt.timedelta(days=1), LEFT, LEFT + dt.timedelta(days=1), TODAY)
    ]


def test_until_it_is_confirmed_the_old_one_serves_on(cast, old, tree):
    new = replace(cast, old)
    old.refresh_from_db()
    assert (new.state, new.replaces_id, old.left_on) == ("submitted", old.pk, None)
    assert figures(tree) == [1, 1, 1, 1]


def test_confirming_the_new_one_lets_the_old_one_go_without_a_gap(cast, old, tree):
    new = replace(cast, old)
    confirm_record(actor=cast.reviewer, ref=ref(new))
    old.refresh_from_db()
    assert (old.left_on, old.state) == (LEFT, "confirmed")
    assert figures(tree) == [1, 1, 1, 1]
    event = AuditEvent.objects.of(old).first()
    assert (event.action, event.actor, event.after, event.reason) == (
        "contact.leave",
        cast.reviewer,
        {"离任日期": "2014-09-01"},
        "由新的联系人接替",
    )


def test_days_between_two_contacts_do_not_count(cast, old, tree):
    new = replace(cast, old, established_on=dt.date(2014, 9, 10))
    confirm_record(actor=cast.reviewer, ref=ref(new))
    days = [dt.date(2014, 8, 31), LEFT, dt.date(2014, 9, 9), dt.date(2014, 9, 10)]
    assert [counted_on(tree, day) for day in days] == [1, 0, 0, 1]


def test_a_returned_replacement_changes_nothing_and_can_be_edited(cast, old, tree):
    new = replace(cast, old)
    return_record(actor=cast.reviewer, ref=ref(new), reason_code="incomplete", text="")
    old.refresh_from_db()
    assert old.left_on is None
    new.refresh_from_db()
    day = dt.date(2014, 9, 2)
    edit_contact(
        actor=cast.owner, contact_id=new.pk, version=new.version, values=VALUES | {"replaced_left_on": day}
    )
    submit_record(actor=cast.owner, ref=ref(new))
    confirm_record(actor=cast.reviewer, ref=ref(new))
    old.refresh_from_db()
    assert old.left_on == day


def test_voiding_the_new_one_brings_the_old_one_back(cast, old, tree):
    new = replace(cast, old)
    confirm_record(actor=cast.reviewer, ref=ref(new))
    void_record(actor=cast.reviewer, ref=ref(new), reason="登记有误")
    old.refresh_from_db()
    assert (old.left_on, figures(tree)) == (None, [1, 1, 1, 1])
    assert AuditEvent.objects.of(old).first().action == "contact.resume"


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"replaced_left_on": None}, "replaced_left_on", "请填写离任日期"),
        ({"replaced_left_on": dt.date(2014, 10, 16)}, "replaced_left_on", "离任日期不能晚于今天"),
        ({"replaced_left_on": dt.date(2014, 2, 1)}, "replaced_left_on", "离任日期不能早于建立日期"),
    ],
)
def test_the_day_of_leaving_is_asked_for_and_fits(cast, old, values, field, words):
    with pytest.raises(DomainErrors) as refusal:
        replace(cast, old, **values)
    assert [(error.field, words in error.message) for error in refusal.value.errors] == [(field, True)]
    assert ContactPerson.objects.count() == 1


def test_who_has_left_is_not_replaced(cast, old):
    ContactPerson.objects.filter(pk=old.pk).update(left_on=LEFT)
    old.refresh_from_db()
    with pytest.raises(DomainErrors, match="原联系人已于 2014-09-01 离任"):
        replace(cast, old)


def test_a_contact_of_another_enterprise_is_not_replaced(cast, old, tree):
    other = factories.make_enterprise(tree.tianhe)
    with pytest.raises(DomainErrors, match="原联系人不在这家企业"):
        create_contact(actor=cast.owner, enterprise=other, values=VALUES, replaces=old)


def test_one_follows_and_no_second(cast, old):
    replace(cast, old)
    with pytest.raises(DomainError, match="这位联系人已登记了接替人（待确认）"):
        replace(cast, old, mobile="13800009998")


def test_the_database_refuses_a_second_successor_and_a_day_alone(old):
    make = {"replaces": old, "replaced_left_on": LEFT}
    factories.make_contact(old.enterprise, state="submitted", **make)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_contact(old.enterprise, state="submitted", **make)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_contact(old.enterprise, replaced_left_on=LEFT)


def test_nobody_confirms_the_own_replacement(cast, old):
    new = replace(cast, old)
    new.contributors.add(cast.reviewer)
    with pytest.raises(NotAllowed, match="您录入、修改或提交过这一版"):
        confirm_record(actor=cast.reviewer, ref=ref(new))


# ---------- leaving with nobody in the place ----------


def leave(actor, contact, **more):
    contact.refresh_from_db()
    asked = {"version": contact.version, "left_on": LEFT, "reason": "已调离"} | more
    return end_contact(actor=actor, contact_id=contact.pk, **asked)


def test_without_replacement_it_stops_counting_that_day(cast, old, tree):
    leave(cast.reviewer, old)
    assert figures(tree) == [1, 0, 0, 0]


def test_with_another_contact_in_office_it_counts_on(cast, old, tree):
    factories.make_contact(old.enterprise, established_on=dt.date(2014, 5, 1))
    leave(cast.reviewer, old)
    assert figures(tree) == [1, 1, 1, 1]


@pytest.mark.parametrize("who", ["owner", "hq_leader", "foreign_reviewer"])
def test_only_a_reviewer_for_it_registers_a_leaving(cast, old, who):
    with pytest.raises(NotAllowed):
        leave(getattr(cast, who), old)


@pytest.mark.parametrize(
    ("more", "refusal", "words"),
    [
        ({"version": 99}, StaleVersion, "由他人改过"),
        ({"left_on": None}, DomainError, "请填写离任日期"),
        ({"left_on": dt.date(2014, 10, 16)}, DomainError, "不能晚于今天"),
        ({"reason": " "}, DomainError, "请写明离任情况"),
    ],
)
def test_a_leaving_is_refused_in_words(cast, old, more, refusal, words):
    with pytest.raises(refusal, match=words):
        leave(cast.reviewer, old, **more)


def test_nobody_leaves_twice(cast, old):
    leave(cast.reviewer, old)
    with pytest.raises(ClosedByState, match="已于 2014-09-01 离任"):
        leave(cast.reviewer, old)


def test_figures_are_told_of_the_day_of_leaving(cast, old, plan, tree):
    days = [LEFT - dt.timedelta(days=1), LEFT, TODAY]
    for day in days:
        compute_snapshot(plan=plan, on=day)
    leave(cast.reviewer, old)
    stale = {snapshot.on: snapshot.is_stale for snapshot in Snapshot.objects.live()}
    assert stale == {days[0]: False, LEFT: True, TODAY: True}
