"""Two registrations of one enterprise made one, and taken apart again."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exceptions import ClosedByState, DomainError, NotAllowed, StaleVersion
from core.models import AuditEvent
from orgs.choices import RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, FormerName, Merger
from orgs.selectors.duplicates import find_duplicates
from orgs.services.merging import declare_distinct, merge_enterprises, undo_merger
from tests import factories
from tests.support.bulk import code

NAME = "广州示范甲辰精密机械有限公司"
MODELS = (Enterprise, CastOrganization, ContactPerson, FormerName)
GROWING = ("version", "updated_at")


def rows():
    """Every row, but for what grows with each save."""
    return {
        model: [
            {name: value for name, value in row.items() if name not in GROWING}
            for row in model.objects.order_by("pk").values()
        ]
        for model in MODELS
    }


def merge(actor, kept, absorbed, **more):
    return merge_enterprises(
        actor=actor,
        kept_id=kept.pk,
        absorbed_id=absorbed.pk,
        kept_version=kept.version,
        absorbed_version=absorbed.version,
        **more,
    )


@pytest.fixture
def pair(cast, tree):
    """The same enterprise in Tianhe and in Panyu, the second with organisation, contact and a code of its own."""
    kept = factories.make_enterprise(tree.tianhe, name=NAME, employees=80)
    absorbed = factories.make_enterprise(
        tree.panyu, name=NAME.replace("有限公司", "有限责任公司"), organization_code=code(3), employees=120
    )
    factories.make_organization(absorbed)
    factories.make_contact(absorbed, established_on=dt.date(2014, 8, 1))
    return kept, absorbed


def test_everything_moves_and_the_absorbed_one_counts_no_more(pair, cast, tree):
    kept, absorbed = pair
    merge(cast.reviewer, kept, absorbed, take=frozenset({"organization_code"}))
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (absorbed.state, absorbed.return_reason) == (
        RecordState.VOIDED,
        f"与“{NAME}”是同一家企业，已并入",
    )
    assert (kept.state, kept.organization_code, kept.employees) == (RecordState.CONFIRMED, code(3), 80)
    organization, contact = CastOrganization.objects.get(), ContactPerson.objects.get()
    assert (organization.enterprise, organization.office) == (kept, tree.tianhe)
    assert (contact.enterprise, contact.office) == (kept, tree.tianhe)


def test_both_trails_tell_of_it(pair, cast):
    kept, absorbed = pair
    merge(cast.reviewer, kept, absorbed)
    assert list(
        AuditEvent.objects.filter(target_type__startswith="orgs.")
        .order_by("pk")
        .values_list("action", "target_id", "actor")
    ) == [
        ("enterprise.merge", absorbed.pk, cast.reviewer.pk),
        ("organization.move", CastOrganization.objects.get().pk, cast.reviewer.pk),
        ("contact.move", ContactPerson.objects.get().pk, cast.reviewer.pk),
        ("enterprise.merge", kept.pk, cast.reviewer.pk),
    ]


def test_undoing_puts_every_row_back(pair, cast):
    before = rows()
    merger = merge(cast.reviewer, *pair, take=frozenset({"organization_code", "employees", "name"}))
    undo_merger(actor=cast.reviewer, merger_id=merger.pk)
    assert rows() == before
    assert Merger.objects.get().undone_by == cast.reviewer


def test_what_was_changed_since_keeps_it_from_being_undone(pair, cast):
    merger = merge(cast.reviewer, *pair)
    organization = CastOrganization.objects.get()
    CastOrganization.objects.update(version=organization.version + 1)
    with pytest.raises(ClosedByState, match=f"合并之后“{organization}”又有改动，不能撤销合并。"):
        undo_merger(actor=cast.reviewer, merger_id=merger.pk)


def test_two_organizations_of_one_time_need_a_choice(pair, cast):
    kept, absorbed = pair
    own = factories.make_organization(kept)
    other = CastOrganization.objects.get(enterprise=absorbed)
    with pytest.raises(DomainError, match="两边的科协组织时间重叠"):
        merge(cast.reviewer, kept, absorbed)
    before = rows()
    merger = merge(cast.reviewer, kept, absorbed, drop=frozenset({("organization", own.pk)}))
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, other.state, other.enterprise) == (RecordState.VOIDED, RecordState.CONFIRMED, kept)
    undo_merger(actor=cast.reviewer, merger_id=merger.pk)
    assert rows() == before


def test_the_one_further_on_its_way_is_kept(cast, tree):
    draft = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner, name=NAME)
    confirmed = factories.make_enterprise(tree.tianhe, name=NAME)
    with pytest.raises(DomainError, match="请保留办理得更远的一条"):
        merge(cast.reviewer, draft, confirmed)


@pytest.mark.parametrize(
    "part", ["owner", "upper_clerk", "viewer", "stranger", "foreign_reviewer", "office_admin"]
)
def test_confirmed_ones_are_merged_by_a_reviewer_of_both_alone(pair, cast, part):
    before = rows()
    with pytest.raises(NotAllowed):
        merge(getattr(cast, part), *pair)
    assert rows() == before


def test_two_drafts_are_merged_by_a_clerk_of_both(cast, tree):
    a = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner, name=NAME)
    b = factories.make_enterprise(tree.panyu, state="draft", actor=cast.neighbour, name=NAME)
    with pytest.raises(NotAllowed):
        merge(cast.owner, a, b)
    merge(cast.upper_clerk, a, b)
    b.refresh_from_db()
    assert b.state == RecordState.VOIDED


def test_a_stale_page_is_refused(pair, cast):
    kept, absorbed = pair
    Enterprise.objects.filter(pk=absorbed.pk).update(version=7)
    with pytest.raises(StaleVersion):
        merge(cast.reviewer, kept, absorbed)


def test_groups_are_found_by_name_in_one_prefecture_until_declared_distinct(pair, cast, tree):
    factories.make_enterprise(tree.xihu, name=NAME)
    assert [group.pks for group in find_duplicates(cast.reviewer).groups] == [
        tuple(sorted(one.pk for one in pair))
    ]
    assert find_duplicates(cast.owner).groups == []
    declare_distinct(actor=cast.reviewer, a=pair[1], b=pair[0])
    assert find_duplicates(cast.reviewer).groups == []


def test_a_former_name_makes_a_group(cast, tree):
    a = factories.make_enterprise(tree.tianhe, name="广州示范新名机械有限公司")
    b = factories.make_enterprise(tree.panyu, name=NAME)
    FormerName.objects.create(
        enterprise=a, name=NAME, name_key=b.name_key, recorded_at=factories.AT, recorded_by=cast.owner
    )
    assert [group.pks for group in find_duplicates(cast.reviewer).groups] == [(a.pk, b.pk)]


_STATES = st.sampled_from(["draft", "submitted", "confirmed"])


def test_merging_and_undoing_is_as_if_nothing_had_been(cast, tree):
    @settings(max_examples=25, derandomize=True, deadline=None, database=None)
    @given(
        state=_STATES,
        organizations=st.lists(st.integers(0, 3), max_size=3, unique=True),
        contacts=st.integers(0, 3),
        take=st.sets(st.sampled_from(["name", "employees", "types", "organization_code", "size"])),
    )
    def once(state, organizations, contacts, take):
        with transaction.atomic():
            _merge_and_undo(cast, tree, state, organizations, contacts, take)
            transaction.set_rollback(True)

    once()


def _merge_and_undo(cast, tree, state, organizations, contacts, take):
    kept = factories.make_enterprise(tree.tianhe, state=state, name=NAME)
    absorbed = factories.make_enterprise(
        tree.panyu,
        state=state,
        name=NAME,
        organization_code=code(5),
        employees=9,
        size="small",
        is_hitech=True,
    )
    below = "confirmed" if state == "confirmed" else "draft"
    for year in organizations:
        start = dt.date(2008 + year, 1, 1)
        ends = start + dt.timedelta(days=200)
        factories.make_organization(absorbed, state=below, established_on=start, dissolved_on=ends)
    for _ in range(contacts):
        factories.make_contact(absorbed, state=below)
    actor = cast.upper_clerk if state == "draft" else cast.reviewer
    before = rows()
    merger = merge(actor, kept, absorbed, take=frozenset(take))
    assert CastOrganization.objects.filter(enterprise=kept).count() == len(organizations)
    assert ContactPerson.objects.filter(enterprise=kept).count() == contacts
    undo_merger(actor=actor, merger_id=merger.pk)
    assert rows() == before
