"""Taking a merger back: everything as it was, while nothing was built on it. docs/concepts.md, 合并."""

import datetime as dt
import itertools
import random

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import AuditEvent
from orgs.models import (
    CastOrganization,
    ContactPerson,
    DistinctPair,
    Enterprise,
    FormerName,
    HolderReport,
    Merger,
)
from orgs.selectors.comparison import compare
from orgs.services.contacts import create_contact
from orgs.services.merging import Choices, merge_enterprises
from orgs.services.organizations import edit_organization
from orgs.services.records import RecordRef, confirm_record, void_record
from orgs.services.unmerging import unmerge_enterprises
from quotas.models import Tally
from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.conftest import TODAY
from tests.support.bulk import code, contact_values
from tests.support.merging import NAME, all_rows, merge, unmerge
from tests.support.properties import deterministic


def now(row):
    """The row as it stands."""
    row.refresh_from_db()
    return row


@pytest.fixture
def kept(tree):
    """A confirmed enterprise of Tianhe."""
    return factories.make_enterprise(tree.tianhe, name=NAME, employees=80)


@pytest.fixture
def absorbed(tree):
    """The same enterprise in Panyu under its former name, with a code of its own."""
    return factories.make_enterprise(
        tree.panyu, name="广州示范旧称机械厂", organization_code=code(3), employees=120
    )


@pytest.fixture
def full(cast, tree, kept, absorbed):
    """Both with everything that can hang on an enterprise; the organisations clash, and so do two contacts."""
    mine = factories.make_organization(kept)
    factories.make_organization(absorbed, established_on=dt.date(2013, 5, 1))
    factories.make_contact(kept, mobile="13800001111")
    factories.make_contact(absorbed, mobile="13800001111", established_on=dt.date(2014, 5, 1))
    factories.make_contact(absorbed, state="returned", actor=cast.neighbour)
    HolderReport.objects.create(
        enterprise=absorbed,
        from_office=tree.foshan,
        text="已迁走",
        created_by=cast.stranger,
        created_at=factories.AT,
    )
    FormerName.objects.create(
        enterprise=absorbed,
        name="广州示范更早机械厂",
        name_key="广州示范更早机械厂",
        recorded_at=factories.AT,
    )
    third = factories.make_enterprise(tree.panyu)
    DistinctPair.objects.create(
        first=absorbed, second=third, declared_at=factories.AT, declared_by=cast.reviewer
    )
    return f"organization-{mine.pk}"


def test_every_row_is_as_it_was_but_for_version_and_time(cast, kept, absorbed, full):
    before = all_rows()
    merger = merge(
        cast.reviewer,
        kept,
        absorbed,
        values={"name": absorbed, "employees": absorbed},
        stays={full: absorbed},
    )
    unmerge(cast.reviewer, merger)
    assert all_rows() == before
    assert (now(kept).version, now(absorbed).version) == (3, 3)
    assert (now(merger).undone_by, merger.undone_at) == (cast.reviewer, kept.updated_at)


def test_the_trail_tells_of_the_undoing_too(cast, kept, absorbed):
    organization = factories.make_organization(absorbed)
    unmerge(cast.upper, merge(cast.reviewer, kept, absorbed, values={"employees": absorbed}))
    assert [
        list(AuditEvent.objects.of(row).values_list("action", "actor_label")[:1])
        for row in (kept, absorbed, organization)
    ] == [
        [("enterprise.unmerge", "示例upper")],
        [("enterprise.unmerge", "示例upper")],
        [("organization.move", "示例upper")],
    ]
    event = AuditEvent.objects.of(kept).first()
    assert (event.before["职工人数"], event.after["职工人数"]) == ("120", "80")


def test_hands_taken_over_are_given_back(cast, tree):
    kept, absorbed = (
        factories.make_enterprise(tree.tianhe, state="submitted", actor=actor, name=NAME, employees=number)
        for actor, number in ((cast.owner, 1), (cast.colleague, 2))
    )
    merger = merge(cast.reviewer, kept, absorbed, values={"employees": absorbed})
    unmerge(cast.reviewer, merger)
    assert (set(kept.contributors.all()), set(absorbed.contributors.all())) == (
        {cast.owner},
        {cast.colleague},
    )


def test_a_report_that_was_settled_meanwhile_goes_back_with_its_answer(cast, tree, kept, absorbed):
    report = HolderReport.objects.create(
        enterprise=absorbed, from_office=tree.foshan, text="已迁走", created_by=cast.stranger, created_at=factories.AT
    )  # fmt: skip
    merger = merge(cast.reviewer, kept, absorbed)
    HolderReport.objects.update(answer="已核对", settled_at=factories.AT, settled_by=cast.owner)
    unmerge(cast.reviewer, merger)
    assert (now(report).enterprise, report.answer) == (absorbed, "已核对")


def test_mergers_are_taken_back_last_first(cast, tree, kept, absorbed):
    third = factories.make_enterprise(tree.tianhe, name=NAME, employees=9)
    factories.make_organization(absorbed)
    factories.make_contact(third)
    before = all_rows()
    first = merge(cast.reviewer, kept, absorbed, values={"employees": absorbed})
    second = merge(cast.reviewer, kept, third)
    with pytest.raises(ClosedByState, match=f"“{NAME}”在合并后由广州市科协 示例reviewer合并"):
        unmerge(cast.reviewer, first)
    unmerge(cast.reviewer, second)
    unmerge(cast.reviewer, first)
    assert all_rows() == before


def test_a_chain_is_taken_back_last_first(cast, tree, kept, absorbed):
    top = factories.make_enterprise(tree.guangzhou, name=NAME)
    factories.make_organization(absorbed)
    before = all_rows()
    first, second = merge(cast.upper, kept, absorbed), merge(cast.upper, top, kept)
    with pytest.raises(ClosedByState):
        unmerge(cast.upper, first)
    unmerge(cast.upper, second)
    unmerge(cast.upper, first)
    assert all_rows() == before


# ---------- what is in the way ----------


def test_it_is_taken_back_once(cast, kept, absorbed):
    merger = merge(cast.reviewer, kept, absorbed)
    unmerge(cast.reviewer, merger)
    with pytest.raises(ClosedByState, match="已经撤销"):
        unmerge(cast.reviewer, merger)


def test_a_record_registered_since_is_in_the_way_until_it_is_voided(cast, kept, absorbed):
    merger = merge(cast.reviewer, kept, absorbed)
    contact = create_contact(actor=cast.owner, enterprise=kept, values=contact_values())
    with pytest.raises(ClosedByState, match=f"合并后登记了联系人“{NAME}的联系人”"):
        unmerge(cast.reviewer, merger)
    ContactPerson.objects.filter(pk=contact.pk).update(state="confirmed", confirmed_at=factories.AT)
    contact.contributors.clear()
    void_record(actor=cast.reviewer, ref=RecordRef("contact", contact.pk), reason="登记有误")
    unmerge(cast.reviewer, merger)


def test_a_moved_record_that_was_confirmed_since_is_in_the_way(cast, kept, absorbed):
    organization = factories.make_organization(absorbed, state="submitted", actor=cast.neighbour)
    merger = merge(cast.reviewer, kept, absorbed)
    confirm_record(actor=cast.reviewer, ref=RecordRef("organization", organization.pk))
    before = all_rows()
    with pytest.raises(ClosedByState, match=f"“{organization}”在合并后由广州市科协 示例reviewer确认"):
        unmerge(cast.reviewer, merger)
    assert all_rows() == before


def test_a_moved_draft_that_was_edited_or_deleted_since_is_in_the_way(cast, tree, absorbed):
    kept, absorbed = (
        factories.make_enterprise(office, state="draft", name=NAME) for office in (tree.tianhe, tree.panyu)
    )
    draft = factories.make_organization(absorbed, state="draft", actor=cast.neighbour)
    merger = merge(cast.upper_clerk, kept, absorbed)
    edit_organization(
        actor=cast.owner,
        organization_id=draft.pk,
        version=now(draft).version,
        values={"name": draft.name, "established_on": draft.established_on, "chair": "王示例"},
    )
    with pytest.raises(ClosedByState, match="天河区科协 示例owner修改"):
        unmerge(cast.upper_clerk, merger)
    draft.delete()
    with pytest.raises(ClosedByState, match="转入的一条科协组织已被删除"):
        unmerge(cast.upper_clerk, merger)


def test_a_kept_one_that_was_confirmed_since_is_in_the_way(cast, tree):
    kept, absorbed = (
        factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner, name=NAME)
        for _ in range(2)
    )
    merger = merge(cast.reviewer, kept, absorbed)
    confirm_record(actor=cast.upper, ref=RecordRef("enterprise", kept.pk))
    with pytest.raises(ClosedByState, match="广东省科协 示例upper确认"):
        unmerge(cast.reviewer, merger)


def test_a_code_given_up_and_registered_by_another_since_is_in_the_way(cast, tree, kept, absorbed):
    merger = merge(cast.reviewer, kept, absorbed, values={"organization_code": kept})
    factories.make_enterprise(tree.tianhe, name="示范第三家有限公司", organization_code=code(3))
    before = all_rows()
    with pytest.raises(DomainError, match=r"让出的代码又有人登记.*示范第三家有限公司"):
        unmerge(cast.reviewer, merger)
    assert all_rows() == before


def test_many_things_in_the_way_are_three_and_their_number(cast, kept, absorbed):
    merger = merge(cast.reviewer, kept, absorbed)
    for _ in range(5):
        factories.make_contact(kept)
    with pytest.raises(ClosedByState, match="等 5 项"):
        unmerge(cast.reviewer, merger)


# ---------- who may ----------


@pytest.mark.parametrize(
    ("who", "state", "may"),
    [
        ("reviewer", "confirmed", True),
        ("upper", "confirmed", True),
        ("hq_reviewer", "confirmed", True),
        ("upper_clerk", "confirmed", False),
        ("office_admin", "confirmed", False),
        ("upper_clerk", "draft", True),
        ("reviewer", "draft", False),
    ],
)
def test_who_may_merge_may_take_back(cast, tree, who, state, may):
    pair = [factories.make_enterprise(office, state=state, name=NAME) for office in (tree.tianhe, tree.panyu)]
    merger = merge(cast.upper_clerk if state == "draft" else cast.reviewer, *pair)
    if may:
        unmerge(getattr(cast, who), merger)
    else:
        with pytest.raises(NotAllowed):
            unmerge(getattr(cast, who), merger)
    assert (now(merger).undone_at is not None) is may


@pytest.mark.parametrize("who", ["owner", "neighbour"])
def test_who_sees_one_side_alone_takes_nothing_back(cast, kept, absorbed, who):
    merger = merge(cast.reviewer, kept, absorbed)
    with pytest.raises(Enterprise.DoesNotExist):
        unmerge(getattr(cast, who), merger)


@pytest.mark.parametrize("who", ["stranger", "foreign_reviewer", "expert", "sysadmin"])
def test_who_sees_neither_side_finds_no_merger(cast, kept, absorbed, who):
    merger = merge(cast.reviewer, kept, absorbed)
    with pytest.raises(Merger.DoesNotExist):
        unmerge(getattr(cast, who), merger)


# ---------- for any pair ----------

STATES = ("draft", "returned", "submitted", "confirmed")
# What stands at a host is never further than the host.
STATES_AT = {
    "draft": ("draft", "returned"),
    "returned": ("draft", "returned"),
    "submitted": ("draft", "returned", "submitted"),
    "confirmed": ("draft", "returned", "submitted", "confirmed", "confirmed", "voided"),
}


def random_pair(dice, cast, tree):
    """Two registrations, the first at least as far as the second, with up to four records of each kind."""
    states = sorted((dice.choice(STATES) for _ in range(2)), key=lambda state: -STATES.index(state))
    if states == ["returned", "draft"]:
        dice.shuffle(states)
    pair = []
    for number, state in enumerate(states):
        office = dice.choice((tree.tianhe, tree.panyu, tree.guangzhou))
        row = factories.make_enterprise(
            office,
            state=state,
            actor=dice.choice((cast.owner, cast.neighbour)),
            name=dice.choice((NAME, NAME.replace("有限", "有限责任"), "广州示范旧称机械厂")),
            organization_code=dice.choice((None, code(number + 1))),
            employees=dice.choice((None, 50, 70)),
            technicians=dice.choice((None, 10, 20)),
            size=dice.choice(("", "small", "large")),
            is_hitech=dice.random() < 0.5,
            is_above_scale=dice.random() < 0.5,
            is_private=dice.random() < 0.7,
            is_other_type=True,
            established_on=dice.choice((None, dt.date(1999, 1, 1), dt.date(2000, 1, 1))),
        )
        add_dependents(dice, row, state)
        pair.append(row)
    return pair


def add_dependents(dice, row, state):
    day = dt.date(2009, 1, 1) + dt.timedelta(days=dice.randint(0, 900))
    for _ in range(dice.randint(0, 3)):
        ends = None if dice.random() < 0.4 else day + dt.timedelta(days=dice.randint(1, 900))
        factories.make_organization(
            row, state=dice.choice(STATES_AT[state]), established_on=day, dissolved_on=ends
        )
        if ends is None:
            break
        day = ends + dt.timedelta(days=dice.randint(0, 200))
    mobiles = ["13900000001", "13900000002", "13900000003"]
    dice.shuffle(mobiles)
    for mobile in mobiles[: dice.randint(0, 3)]:
        since = dt.date(2013, 10, 1) + dt.timedelta(days=dice.randint(0, 300))
        factories.make_contact(
            row,
            state=dice.choice(STATES_AT[state]),
            mobile=mobile,
            established_on=since,
            left_on=None if dice.random() < 0.7 else since + dt.timedelta(days=30),
        )
    if dice.random() < 0.3:
        FormerName.objects.create(
            enterprise=row, name="广州示范更早机械厂", name_key="广州示范更早机械厂", recorded_at=factories.AT
        )


def random_choices(dice, kept, absorbed) -> Choices:
    pair = compare(kept, absorbed)
    sides = (kept.pk, absorbed.pk)
    return Choices(
        {line.name: dice.choice(sides) for line in pair.fields if dice.random() < 0.5},
        {clash.key: dice.choice(sides) for clash in pair.clashes},
    )


def figures(plan):
    snapshot = compute_snapshot(plan=plan, on=TODAY)
    return {
        tally.office.code: tally.as_counts()
        for tally in Tally.objects.filter(snapshot=snapshot).select_related("office")
    }


def require_sound(kept, absorbed):
    """What must hold after any merger: nothing left behind, one organisation at a time, one holder."""
    assert not CastOrganization.objects.filter(enterprise=absorbed).exists()
    assert not ContactPerson.objects.filter(enterprise=absorbed).exists()
    for model in (CastOrganization, ContactPerson):
        assert not model.objects.filter(enterprise=kept).exclude(office=kept.office).exists()
    live = list(CastOrganization.objects.live().filter(enterprise=kept).order_by("established_on"))
    for one, following in itertools.pairwise(live):
        assert one.dissolved_on is not None
        assert one.dissolved_on <= following.established_on
    serving = (
        ContactPerson.objects.live().filter(enterprise=kept, left_on=None).values_list("mobile", flat=True)
    )
    assert len(set(serving)) == len(serving)


@given(seed=st.integers(0, 10**6))
@settings(deterministic, max_examples=60)
def check_there_and_back(cast, tree, plan, outcomes, seed):
    dice = random.Random(seed)
    with transaction.atomic():
        kept, absorbed = random_pair(dice, cast, tree)
        choices = random_choices(dice, kept, absorbed)
        rows, counted = all_rows(), figures(plan)
        clerk = all(row.is_editable for row in (kept, absorbed))
        try:
            merger = merge_enterprises(
                actor=cast.upper_clerk if clerk else cast.upper,
                kept=RecordRef("enterprise", kept.pk, 1),
                absorbed=RecordRef("enterprise", absorbed.pk, 1),
                choices=choices,
            )
        except DomainError:
            assert all_rows() == rows
            outcomes.append("refused")
        else:
            outcomes.append("merged")
            kept.refresh_from_db()
            require_sound(kept, absorbed)
            merged = figures(plan).get("000000", {})
            for measure in ("enterprises", "orgs_total", "contact_enterprises"):
                assert merged.get(measure, 0) <= 1, "one enterprise counts once"
            # A contact that stood beside an organisation now voided may begin to count; nothing else grows.
            for measure in ("enterprises", "orgs_total", "orgs_new"):
                assert merged.get(measure, 0) <= counted.get("000000", {}).get(measure, 0)
            unmerge_enterprises(actor=cast.upper_clerk if clerk else cast.upper, merger_id=merger.pk)
            assert all_rows() == rows
            assert figures(plan) == counted
        transaction.set_rollback(True)


def test_any_merger_is_sound_and_its_undoing_leaves_rows_and_figures_as_they_were(cast, tree, plan):
    outcomes: list[str] = []
    check_there_and_back(cast, tree, plan, outcomes)
    assert outcomes.count("merged") > 40, "most pairs can be merged, else nothing was tried"
