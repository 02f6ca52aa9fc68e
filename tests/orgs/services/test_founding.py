"""Founding steps: who writes them down and when, what is refused, what the trail keeps."""

import datetime as dt

import pytest

from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import AuditEvent
from orgs.models import FoundingRecord
from orgs.selectors.founding import founding_lines
from orgs.services.founding import clear_founding_step, record_founding_step
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(cast, tree):
    return factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )


def record(actor, organization, step="application", done_on="2014.6.4", note=""):
    return record_founding_step(
        actor=actor, organization_id=organization.pk, step=step, done_on=done_on, note=note
    )


def events():
    return list(
        AuditEvent.objects.filter(action__endswith="_step")
        .order_by("pk")
        .values_list("action", "before", "after")
    )


def test_a_step_is_written_down_changed_and_taken_back_with_a_trail(cast, organization):
    record(cast.owner, organization, note=" 已报 天河区科协 ")
    record(cast.owner, organization, done_on="20140605", note="已报 天河区科协")
    row = FoundingRecord.objects.get()
    assert (row.step, row.done_on, row.note, row.recorded_by) == (
        "application",
        dt.date(2014, 6, 5),
        "已报 天河区科协",
        cast.owner,
    )
    clear_founding_step(actor=cast.owner, organization_id=organization.pk, step="application")
    clear_founding_step(actor=cast.owner, organization_id=organization.pk, step="application")
    assert FoundingRecord.objects.count() == 0
    first, second = "2014-06-04，已报 天河区科协", "2014-06-05，已报 天河区科协"
    assert events() == [
        ("organization.record_step", {}, {"提出申请": first}),
        ("organization.record_step", {"提出申请": first}, {"提出申请": second}),
        ("organization.clear_step", {"提出申请": second}, {}),
    ]


def test_the_same_again_changes_nothing(cast, organization):
    first = record(cast.owner, organization)
    again = record(cast.colleague, organization)
    assert (again.pk, again.recorded_by_id, len(events())) == (first.pk, cast.owner.pk, 1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"done_on": ""}, "日期为空"),
        ({"done_on": "2014年6月"}, "不完整"),
        ({"done_on": "2014-10-16"}, "还没有到，今天是 2014-10-15"),
        ({"done_on": "1949-09-30"}, "不能早于 1949-10-01"),
        ({"note": "长" * 201}, "最多 200 个字，现在 201 个"),
        ({"step": "party"}, "没有这一步"),
    ],
)
def test_what_cannot_be_is_refused_with_words(cast, organization, values, words):
    with pytest.raises(DomainError, match=words):
        record(cast.owner, organization, **values)
    assert (FoundingRecord.objects.count(), events()) == (0, [])


@pytest.mark.parametrize("who", ["reviewer", "viewer", "neighbour", "stranger", "hq_leader", "sysadmin"])
def test_only_clerks_of_the_holder_or_above_write_down(cast, organization, who):
    with pytest.raises(NotAllowed):
        record(getattr(cast, who), organization)


@pytest.mark.parametrize(("state", "words"), [("submitted", "正在等待确认"), ("voided", "已作废")])
def test_a_waiting_and_a_voided_record_are_closed(cast, tree, state, words):
    organization = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state=state, actor=cast.owner
    )
    with pytest.raises(ClosedByState, match=words):
        record(cast.owner, organization)


def test_a_hand_in_an_open_version_counts_and_in_a_confirmed_one_does_not(cast, tree, organization):
    confirmed = factories.make_organization(factories.make_enterprise(tree.tianhe))
    record(cast.colleague, organization)
    record(cast.colleague, confirmed)
    assert organization.contributors.filter(pk=cast.colleague.pk).exists()
    assert not confirmed.contributors.exists()


def test_lines_hold_every_step_and_tell_what_is_dated_before_an_earlier_one(cast, organization):
    record(cast.owner, organization, step="charter", done_on="2014-06-10")
    record(cast.owner, organization, step="meeting", done_on="2014-06-09")
    lines = founding_lines(organization)
    assert [(line.number, line.step.value, line.record is not None, line.before) for line in lines] == [
        (1, "preparation", False, ""),
        (2, "application", False, ""),
        (3, "charter", True, ""),
        (4, "approval", False, ""),
        (5, "meeting", True, "起草章程、确定会员"),
    ]
