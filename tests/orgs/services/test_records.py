"""State moves of every kind of record, four eyes, hosts that move along, and the trail. DESIGN §3 and §4."""

import datetime as dt

import pytest

from core.exceptions import ClosedByState, DomainError, NotAllowed, StaleVersion
from core.models import AuditEvent
from orgs.models import HolderReport
from orgs.services import records
from orgs.services.offered import offered_acts
from orgs.services.organizations import edit_organization
from orgs.services.records import RecordRef, kind_of_record
from orgs.services.states import TRANSITIONS, FormerState, allowed_moves, move_record
from tests import factories
from tests.conftest import TODAY

STATES = ("draft", "submitted", "confirmed", "returned", "voided")


def ref(record) -> RecordRef:
    """The record as a page shows it now."""
    return RecordRef(kind_of_record(record), record.pk, record.version)


def now(record):
    """The row as it stands."""
    record.refresh_from_db()
    return record


@pytest.fixture
def enterprise(tree):
    """A confirmed enterprise of Tianhe."""
    return factories.make_enterprise(tree.tianhe)


@pytest.fixture
def submitted(enterprise, cast):
    """An organisation the owner has handed in."""
    return factories.make_organization(enterprise, state="submitted", actor=cast.owner)


# ---------- the table ----------


@pytest.mark.parametrize("action", TRANSITIONS)
@pytest.mark.parametrize("state", STATES)
def test_moves_are_those_of_the_table(enterprise, cast, state, action):
    organization = factories.make_organization(enterprise, state=state)
    allowed = {
        ("draft", "submit"): "submitted",
        ("returned", "submit"): "submitted",
        ("submitted", "withdraw"): "draft",
        ("submitted", "confirm"): "confirmed",
        ("submitted", "return"): "returned",
        ("confirmed", "void"): "voided",
        ("draft", "merge"): "voided",
        ("returned", "merge"): "voided",
        ("submitted", "merge"): "voided",
        ("confirmed", "merge"): "voided",
        ("voided", "unmerge"): "returned",
    }
    back_to = FormerState("returned", "日期与文件不符") if action == "unmerge" else None
    target = allowed.get((state, action))
    if target is None:
        with pytest.raises(ClosedByState, match="不能"):
            move_record(organization, action, actor=cast.owner, reason="内容不全", back_to=back_to)
        assert now(organization).state == state
    else:
        move_record(organization, action, actor=cast.owner, reason="内容不全", back_to=back_to)
        assert (now(organization).state, organization.version) == (target, 2)


def test_what_comes_back_from_a_merger_has_its_own_reason_again(enterprise, cast):
    organization = factories.make_organization(enterprise, state="voided")
    move_record(organization, "unmerge", actor=cast.owner, back_to=FormerState("returned", "日期与文件不符"))
    assert now(organization).return_reason == "日期与文件不符"
    with pytest.raises(ValueError, match="needs the state"):
        move_record(factories.make_enterprise(enterprise.office, state="voided"), "unmerge", actor=cast.owner)


@pytest.mark.parametrize("state", STATES)
def test_nobody_is_offered_the_moves_of_a_merger(state):
    assert not {"merge", "unmerge"} & set(allowed_moves(state))


# ---------- who confirms ----------


@pytest.mark.parametrize(
    "who", ["reviewer", "upper", "hq_reviewer"], ids=["its prefecture", "its province", "HQ"]
)
def test_reviewers_above_confirm(submitted, cast, who):
    records.confirm_record(actor=getattr(cast, who), ref=ref(submitted))
    assert now(submitted).state == "confirmed"
    assert submitted.confirmed_by == getattr(cast, who)


@pytest.mark.parametrize(
    "who",
    ["owner", "colleague", "viewer", "neighbour", "upper_clerk", "stranger", "foreign_reviewer", "hq_leader", "hq_clerk",
     "office_admin", "expert", "auditor", "sysadmin", "disabled"],
)  # fmt: skip
@pytest.mark.parametrize("act", ["confirm", "return", "void"])
def test_nobody_else_confirms_returns_or_voids(enterprise, cast, who, act):
    record = factories.make_organization(enterprise, state="confirmed" if act == "void" else "submitted")
    events = AuditEvent.objects.count()
    with pytest.raises(NotAllowed):
        ACTS[act](getattr(cast, who), record)
    assert now(record).version == 1
    assert AuditEvent.objects.count() == events


ACTS = {
    "confirm": lambda actor, record: records.confirm_record(actor=actor, ref=ref(record)),
    "return": lambda actor, record: records.return_record(
        actor=actor, ref=ref(record), reason_code="incomplete"
    ),
    "void": lambda actor, record: records.void_record(actor=actor, ref=ref(record), reason="登记有误"),
}


def test_county_reviewer_is_below_the_plans_level(submitted, tree):
    reviewer = factories.make_person("county-reviewer", tree.tianhe, "reviewer")
    with pytest.raises(NotAllowed, match="须由市级或以上科协确认"):
        records.confirm_record(actor=reviewer, ref=ref(submitted))


def test_county_directly_below_the_province_is_confirmed_there(cast, tree):
    clerk = factories.make_person("dongcheng", tree.dongcheng, "clerk")
    reviewer = factories.make_person("beijing", tree.beijing, "reviewer")
    record = factories.make_organization(
        factories.make_enterprise(tree.dongcheng), state="submitted", actor=clerk
    )
    records.confirm_record(actor=reviewer, ref=ref(record))
    assert now(record).state == "confirmed"


# ---------- four eyes ----------


@pytest.mark.parametrize("hand", ["created", "edited", "submitted", "withdrew and submitted"])
@pytest.mark.parametrize("act", ["confirm", "return"])
def test_who_had_a_hand_in_the_version_does_not_judge_it(enterprise, cast, hand, act):
    both, other = cast.reviewer_and_clerk, cast.owner
    record = factories.make_organization(
        enterprise, state="draft", actor=both if hand == "created" else other
    )
    if hand == "edited":
        values = {"name": record.name, "established_on": dt.date(2014, 9, 2), "chair": "陈示例"}
        edit_organization(actor=both, organization_id=record.pk, version=record.version, values=values)
    submitter = both if hand == "submitted" else other
    records.submit_record(actor=submitter, ref=ref(now(record)))
    if hand == "withdrew and submitted":
        records.withdraw_record(actor=both, ref=ref(now(record)))
        records.submit_record(actor=other, ref=ref(now(record)))
    with pytest.raises(NotAllowed, match="请由另一位审核人员办理"):
        ACTS[act](both, now(record))
    ACTS[act](cast.reviewer, now(record))


def test_a_provinces_own_entry_is_confirmed_by_a_second_person_there(cast, tree):
    both = factories.make_person("province-both", tree.guangdong, "clerk", "reviewer")
    record = factories.make_organization(
        factories.make_enterprise(tree.guangdong), state="submitted", actor=both
    )
    with pytest.raises(NotAllowed):
        records.confirm_record(actor=both, ref=ref(record))
    records.confirm_record(actor=cast.second_upper, ref=ref(record))
    assert now(record).state == "confirmed"


def test_own_entry_among_many_is_left_out_with_its_reason(enterprise, cast, tree):
    own = factories.make_organization(enterprise, state="submitted", actor=cast.reviewer_and_clerk)
    others = factories.make_organization(
        factories.make_enterprise(tree.panyu), state="submitted", actor=cast.neighbour
    )
    outcomes = records.confirm_records(actor=cast.reviewer_and_clerk, refs=[ref(own), ref(others)])
    assert [bool(outcome.refusal) for outcome in outcomes] == [True, False]
    assert (now(own).state, now(others).state) == ("submitted", "confirmed")


def test_returned_version_may_be_judged_by_its_first_reviewer_again(submitted, cast):
    records.return_record(actor=cast.reviewer, ref=ref(submitted), reason_code="no_approval", text="见附件")
    assert now(submitted).return_reason == "缺批复文件或文号有误：见附件"
    records.submit_record(actor=cast.colleague, ref=ref(now(submitted)))
    records.confirm_record(actor=cast.reviewer, ref=ref(now(submitted)))
    assert not submitted.contributors.exists()


# ---------- parks ----------


@pytest.mark.parametrize(("grade", "who", "allowed"), [
    ("other", "reviewer", False),
    ("other", "upper", True),
    ("provincial", "upper", True),
    ("national", "upper", False),
    ("national", "hq_reviewer", True),
])  # fmt: skip
def test_parks_are_confirmed_at_the_province_national_ones_by_hq(tree, cast, grade, who, allowed):
    park = factories.make_park(tree.tianhe, state="submitted", grade=grade)
    if allowed:
        records.confirm_record(actor=getattr(cast, who), ref=ref(park))
        assert now(park).state == "confirmed"
    else:
        with pytest.raises(NotAllowed):
            records.confirm_record(actor=getattr(cast, who), ref=ref(park))


# ---------- hosts move along ----------


def test_host_goes_up_is_returned_and_confirmed_with_its_organization(tree, cast):
    host = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    record = factories.make_organization(host, state="draft", actor=cast.owner)
    records.submit_record(actor=cast.owner, ref=ref(record))
    assert now(host).state == "submitted"
    records.return_record(actor=cast.reviewer, ref=ref(now(record)), reason_code="incomplete")
    assert (now(record).state, now(host).state) == ("returned", "returned")
    records.submit_record(actor=cast.owner, ref=ref(now(record)))
    records.confirm_record(actor=cast.reviewer, ref=ref(now(record)))
    assert (now(record).state, now(host).state) == ("confirmed", "confirmed")


def test_host_stays_up_while_another_record_waits_there(tree, cast):
    host = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner)
    record = factories.make_organization(host, state="submitted", actor=cast.owner)
    factories.make_contact(host, state="submitted", actor=cast.owner)
    records.withdraw_record(actor=cast.owner, ref=ref(record))
    assert now(host).state == "submitted"


def test_who_entered_the_host_does_not_confirm_its_organization(tree, cast):
    host = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.reviewer_and_clerk)
    record = factories.make_organization(host, state="submitted", actor=cast.owner)
    with pytest.raises(NotAllowed):
        records.confirm_record(actor=cast.reviewer_and_clerk, ref=ref(record))
    assert (now(record).state, now(host).state) == ("submitted", "submitted")


# ---------- stale, dated, deleted ----------


@pytest.mark.parametrize("act", ["submit", "withdraw", "confirm", "return"])
def test_act_on_an_older_version_is_refused(enterprise, cast, act):
    record = factories.make_organization(
        enterprise, state="draft" if act == "submit" else "submitted", version=3
    )
    stale = RecordRef("organization", record.pk, 2)
    with pytest.raises(StaleVersion, match="由他人改过"):
        {
            "submit": lambda: records.submit_record(actor=cast.owner, ref=stale),
            "withdraw": lambda: records.withdraw_record(actor=cast.owner, ref=stale),
            "confirm": lambda: records.confirm_record(actor=cast.reviewer, ref=stale),
            "return": lambda: records.return_record(actor=cast.reviewer, ref=stale, reason_code="incomplete"),
        }[act]()
    assert now(record).version == 3


def test_founding_in_the_future_is_not_confirmed(enterprise, cast):
    record = factories.make_organization(enterprise, state="submitted", established_on=dt.date(2014, 10, 16))
    with pytest.raises(DomainError, match="晚于今天（2014-10-15）"):
        records.confirm_record(actor=cast.reviewer, ref=ref(record))


def test_host_with_records_is_not_voided(enterprise, cast):
    factories.make_organization(enterprise)
    with pytest.raises(DomainError, match="名下还有 1 条"):
        records.void_record(actor=cast.reviewer, ref=ref(enterprise), reason="登记有误")


def test_voiding_needs_a_reason(enterprise, cast):
    record = factories.make_organization(enterprise)
    with pytest.raises(DomainError, match="请写明作废原因"):
        records.void_record(actor=cast.reviewer, ref=ref(record), reason=" ")


@pytest.mark.parametrize(("code", "text"), [("nonsense", ""), ("other", " "), ("other", "长" * 301)])
def test_return_reason_is_from_the_list_and_other_needs_words(submitted, cast, code, text):
    with pytest.raises(DomainError):
        records.return_record(actor=cast.reviewer, ref=ref(submitted), reason_code=code, text=text)
    assert now(submitted).state == "submitted"


def test_draft_is_deleted_and_its_trail_stays(enterprise, cast):
    record = factories.make_organization(enterprise, state="draft", actor=cast.owner)
    pk = record.pk
    records.delete_draft(actor=cast.owner, ref=ref(record))
    assert AuditEvent.objects.get(target_id=pk, action="organization.delete_draft").actor == cast.owner
    with pytest.raises(ClosedByState):
        records.delete_draft(actor=cast.owner, ref=ref(factories.make_organization(enterprise)))


def test_every_move_is_in_the_trail_with_its_unit(submitted, cast):
    records.confirm_record(actor=cast.reviewer, ref=ref(submitted))
    event = AuditEvent.objects.of(submitted).get()
    assert (event.action, event.actor_unit) == ("organization.confirm", "广州市科协")
    assert (event.before, event.after) == ({"state": "待确认"}, {"state": "已确认"})


# ---------- national parks are HQ's, whatever stands at them ----------


@pytest.mark.parametrize(
    ("act", "state"), [("withdraw", "submitted"), ("submit", "draft"), ("delete", "draft")]
)
def test_the_county_does_not_move_a_national_park_it_holds(cast, tree, act, state):
    park = factories.make_park(tree.tianhe, state=state, grade="national", actor=cast.hq_clerk)
    acts = {
        "withdraw": records.withdraw_record,
        "submit": records.submit_record,
        "delete": records.delete_draft,
    }
    with pytest.raises(NotAllowed, match="国家级园区只由中国科协"):
        acts[act](actor=cast.owner, ref=ref(park))
    assert now(park).state == state
    assert not offered_acts(actor=cast.owner, record=park, today=TODAY)
    assert act in offered_acts(actor=cast.hq_clerk, record=park, today=TODAY)


def test_nor_by_submitting_or_withdrawing_its_organisation(cast, tree):
    drafted = factories.make_park(tree.tianhe, state="draft", grade="national", actor=cast.hq_clerk)
    with pytest.raises(NotAllowed):
        records.submit_record(actor=cast.owner, ref=ref(factories.make_organization(drafted, state="draft")))
    waiting = factories.make_park(tree.tianhe, state="submitted", grade="national", actor=cast.hq_clerk)
    organization = factories.make_organization(waiting, state="submitted", actor=cast.owner)
    records.withdraw_record(actor=cast.owner, ref=ref(organization))
    assert (now(drafted).state, now(waiting).state, now(organization).state) == (
        "draft",
        "submitted",
        "draft",
    )


# ---------- record and host are judged together ----------


@pytest.mark.parametrize("act", ["confirm", "return"])
def test_who_may_not_judge_the_waiting_park_does_not_judge_its_organisation(cast, tree, act):
    park = factories.make_park(tree.tianhe, state="submitted", grade="provincial", actor=cast.owner)
    organization = factories.make_organization(park, state="submitted", actor=cast.owner)
    with pytest.raises(NotAllowed, match="须由省级或以上科协确认"):
        ACTS[act](cast.reviewer, organization)
    assert act not in offered_acts(actor=cast.reviewer, record=organization, today=TODAY)
    assert act in offered_acts(actor=cast.upper, record=organization, today=TODAY)
    ACTS[act](cast.upper, organization)
    assert now(park).state == now(organization).state != "submitted"


@pytest.mark.parametrize("act", ["withdraw", "return"])
def test_a_host_does_not_go_back_from_under_what_waits_there(cast, tree, act):
    host = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner)
    factories.make_contact(host, state="submitted", actor=cast.owner)
    who = cast.owner if act == "withdraw" else cast.reviewer
    acts = {
        "return": ACTS["return"],
        "withdraw": lambda actor, row: records.withdraw_record(actor=actor, ref=ref(row)),
    }
    with pytest.raises(DomainError, match="名下有待确认的记录"):
        acts[act](who, host)
    assert now(host).state == "submitted"
    assert act not in offered_acts(actor=who, record=host, today=TODAY)


# ---------- deleting what others name ----------


def test_a_park_with_enterprises_is_not_deleted(cast, tree):
    park = factories.make_park(tree.tianhe, state="draft", actor=cast.owner)
    factories.make_enterprise(tree.tianhe, park=park)
    with pytest.raises(DomainError, match="名下还有记录"):
        records.delete_draft(actor=cast.owner, ref=ref(park))
    assert "delete" not in offered_acts(actor=cast.owner, record=park, today=TODAY)


def test_an_enterprise_somebody_reported_about_is_not_deleted(cast, tree):
    enterprise = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    HolderReport.objects.create(
        enterprise=enterprise,
        from_office=tree.xihu,
        text="名称已变更",
        created_by=cast.stranger,
        created_at=factories.AT,
    )
    with pytest.raises(DomainError, match="名下还有记录"):
        records.delete_draft(actor=cast.owner, ref=ref(enterprise))
    assert "delete" not in offered_acts(actor=cast.owner, record=enterprise, today=TODAY)


def test_one_that_has_gone_meanwhile_stops_no_other(enterprise, cast):
    gone = factories.make_organization(enterprise, state="draft")
    gone_ref = ref(gone)
    gone.delete()
    other = factories.make_organization(enterprise, state="submitted")
    outcomes = records.confirm_records(actor=cast.reviewer, refs=[gone_ref, ref(other)])
    assert [bool(outcome.refusal) for outcome in outcomes] == [True, False]
