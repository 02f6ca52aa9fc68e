"""Two registrations of one enterprise made one: what moves, what is chosen, what gives way, who may. docs/concepts.md, 合并."""

import datetime as dt

import pytest

from core.exceptions import ClosedByState, DomainError, DomainErrors, NotAllowed, StaleVersion
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
from orgs.services.merging import Choices, merge_enterprises
from orgs.services.records import RecordRef, confirm_record, delete_draft
from quotas.models import Snapshot
from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.conftest import TODAY
from tests.support.bulk import code
from tests.support.merging import NAME, all_rows, merge, unmerge

OTHER_NAME = NAME.replace("有限公司", "有限责任公司")


def now(row):
    """The row as it stands."""
    row.refresh_from_db()
    return row


def refusals(error) -> dict[str, str]:
    """Field → message of collected refusals."""
    return {one.field: one.message for one in error.value.errors}


@pytest.fixture
def kept(tree):
    """A confirmed enterprise of Tianhe."""
    return factories.make_enterprise(tree.tianhe, name=NAME, employees=80)


@pytest.fixture
def absorbed(tree):
    """The same enterprise in Panyu, with a code of its own."""
    return factories.make_enterprise(
        tree.panyu, name=OTHER_NAME, organization_code=code(3), employees=120, size="small"
    )


# ---------- what moves ----------


def test_everything_hanging_on_the_absorbed_one_hangs_on_the_kept_one(cast, tree, kept, absorbed):
    organization = factories.make_organization(absorbed, established_on=dt.date(2013, 5, 1))
    contact = factories.make_contact(absorbed)
    voided = factories.make_contact(absorbed, state="voided")
    report = HolderReport.objects.create(
        enterprise=absorbed,
        from_office=tree.foshan,
        text="已迁走",
        created_by=cast.stranger,
        created_at=factories.AT,
    )
    merge(cast.reviewer, kept, absorbed)
    for row in (organization, contact, voided):
        assert (now(row).enterprise, row.office, row.version) == (kept, tree.tianhe, 2)
    assert now(report).enterprise == kept
    assert (organization.state, contact.state, voided.state) == ("confirmed", "confirmed", "voided")
    assert (contact.established_on, organization.established_on) == (
        dt.date(2014, 8, 1),
        dt.date(2013, 5, 1),
    )


def test_the_absorbed_one_is_voided_names_the_kept_one_and_frees_its_codes(cast, tree, kept, absorbed):
    merge(cast.reviewer, kept, absorbed)
    assert (now(absorbed).state, absorbed.version) == ("voided", 2)
    assert absorbed.return_reason == f"与“{NAME}”（天河区科协持有）重复，已并入"
    assert absorbed.organization_code == code(3)
    assert (now(kept).organization_code, kept.version) == (code(3), 2)


def test_filled_beats_empty_and_kept_beats_absorbed_unless_somebody_chooses(cast, kept, absorbed):
    merge(cast.reviewer, kept, absorbed)
    assert (now(kept).name, kept.employees, kept.size, kept.organization_code) == (NAME, 80, "small", code(3))


def test_each_value_can_be_taken_from_either_side(cast, kept, absorbed):
    choices = {"name": absorbed, "employees": absorbed, "size": kept, "organization_code": kept}
    merge(cast.reviewer, kept, absorbed, values=choices)
    row = now(kept)
    assert (row.name, row.employees, row.size, row.organization_code) == (OTHER_NAME, 120, "", None)


def test_types_are_chosen_together(cast, tree, kept):
    other = factories.make_enterprise(tree.tianhe, name=NAME, is_private=False, is_state_owned=True)
    merge(cast.reviewer, kept, other, values={"types": other})
    assert (now(kept).is_private, kept.is_state_owned) == (False, True)


def test_the_holder_is_the_kept_ones_and_the_address_only_one_it_may_hold(cast, tree, kept, absorbed):
    merge(cast.reviewer, kept, absorbed, values={"division": absorbed, "office": absorbed})
    assert (now(kept).office, kept.division) == (tree.tianhe, tree.tianhe.division)
    above = factories.make_enterprise(tree.guangzhou, name=NAME)
    merge(cast.upper, above, kept, values={"division": kept})
    assert (now(above).office, above.division) == (tree.guangzhou, tree.tianhe.division)


def test_the_code_inside_comes_with_the_credit_code(cast, tree, kept):
    from stdnum.cn import uscc  # noqa: PLC0415 - to make a code that is visibly invented

    body = "91440106" + code(8)
    other = factories.make_enterprise(
        tree.tianhe,
        name=NAME,
        credit_code=body + uscc.calc_check_digit(body),
        organization_code=code(8),
    )
    Enterprise.objects.filter(pk=kept.pk).update(organization_code=code(9))
    merge(cast.reviewer, kept, other)
    assert (now(kept).credit_code, kept.organization_code) == (other.credit_code, code(8))


def test_the_kept_one_is_known_by_every_name_either_had(cast, tree, kept):
    other = factories.make_enterprise(tree.tianhe, name="广州示范旧称机械厂")
    FormerName.objects.create(
        enterprise=other, name="广州示范更早机械厂", name_key="广州示范更早机械厂", recorded_at=factories.AT
    )
    merge(cast.reviewer, kept, other)
    assert list(kept.former_names.values_list("name", flat=True)) == [
        "广州示范更早机械厂",
        "广州示范旧称机械厂",
    ]
    assert other.former_names.count() == 1


def test_the_name_given_up_is_a_former_name_and_one_written_otherwise_is_none(cast, tree, kept, absorbed):
    merge(cast.reviewer, kept, absorbed)
    assert not kept.former_names.exists()
    third = factories.make_enterprise(tree.tianhe, name="广州示范新称机械厂")
    merge(cast.reviewer, kept, third, values={"name": third})
    assert (now(kept).name, kept.former_names.get().name) == ("广州示范新称机械厂", NAME)


def test_who_was_declared_another_stays_another(cast, tree, kept, absorbed):
    third = factories.make_enterprise(tree.panyu, name=NAME)
    DistinctPair.objects.create(
        first=absorbed, second=third, declared_at=factories.AT, declared_by=cast.reviewer
    )
    merge(cast.reviewer, kept, absorbed)
    assert DistinctPair.objects.filter(first=kept, second=third).exists()


# ---------- the trail ----------


def test_both_trails_and_those_of_moved_records_tell_of_it(cast, kept, absorbed):
    organization = factories.make_organization(absorbed)
    merge(cast.reviewer, kept, absorbed, values={"employees": absorbed})
    events = AuditEvent.objects.filter(target_type__startswith="orgs.").order_by("pk")
    events = events.values_list("action", "target_id", "actor_label", "actor_unit", "reason")
    assert list(events) == [
        (
            "enterprise.merge",
            absorbed.pk,
            "示例reviewer",
            "广州市科协",
            f"与“{NAME}”（天河区科协持有）重复，已并入",
        ),
        ("organization.move", organization.pk, "示例reviewer", "广州市科协", "随企业合并转入"),
        ("enterprise.merge", kept.pk, "示例reviewer", "广州市科协", ""),
    ]
    there, here = (f"{row.name}（{row.office}持有，登记编号 {row.pk}）" for row in (absorbed, kept))
    assert AuditEvent.objects.of(organization).get().before == {"依托企业": there}
    assert AuditEvent.objects.of(organization).get().after == {"依托企业": here}
    assert AuditEvent.objects.of(kept).get().before == {"职工人数": "80"}
    assert AuditEvent.objects.of(kept).get().after == {
        "职工人数": "120",
        "规模": "小型",
        "组织机构代码": code(3),
        "并入的登记": there,
    }
    assert AuditEvent.objects.of(absorbed).get().before == {"state": "已确认"}


# ---------- what cannot stand together ----------


def test_two_organizations_of_one_time_need_a_choice_and_nothing_is_done_without(cast, kept, absorbed):
    mine = factories.make_organization(kept)
    factories.make_organization(absorbed)
    before = all_rows()
    with pytest.raises(DomainErrors) as refused:
        merge(cast.reviewer, kept, absorbed)
    assert refusals(refused) == {f"organization-{mine.pk}": "请选择保留哪一边的科协组织。"}
    assert all_rows() == before
    assert not Merger.objects.exists()


@pytest.mark.parametrize("side", ["kept", "absorbed"])
def test_the_organization_not_chosen_is_voided_as_registered_twice(cast, kept, absorbed, side):
    rows = {
        "kept": factories.make_organization(kept, name="示范甲科协"),
        "absorbed": factories.make_organization(absorbed, name="示范乙科协"),
    }
    key = f"organization-{rows['kept'].pk}"
    merge(cast.reviewer, kept, absorbed, stays={key: kept if side == "kept" else absorbed})
    stays = rows.pop(side)
    (goes,) = rows.values()
    assert (now(stays).state, stays.enterprise) == ("confirmed", kept)
    assert (now(goes).state, goes.enterprise) == ("voided", kept)
    assert goes.return_reason == f"与“{stays}”重复，企业合并时作废"


def test_organizations_one_after_the_other_both_stay(cast, kept, absorbed):
    factories.make_organization(kept, established_on=dt.date(2010, 1, 1), dissolved_on=dt.date(2013, 1, 1))
    factories.make_organization(absorbed, established_on=dt.date(2013, 1, 1))
    merge(cast.reviewer, kept, absorbed)
    assert CastOrganization.objects.filter(enterprise=kept, state="confirmed").count() == 2


def test_one_over_two_is_settled_by_one_choice(cast, kept, absorbed):
    first = factories.make_organization(
        kept, established_on=dt.date(2005, 1, 1), dissolved_on=dt.date(2009, 1, 1)
    )
    second = factories.make_organization(kept, established_on=dt.date(2010, 1, 1))
    over = factories.make_organization(absorbed, established_on=dt.date(2008, 1, 1))
    merge(cast.reviewer, kept, absorbed, stays={f"organization-{first.pk}": absorbed})
    assert [now(row).state for row in (first, second, over)] == ["voided", "voided", "confirmed"]


@pytest.mark.parametrize("state", ["draft", "returned", "submitted"])
def test_what_is_confirmed_does_not_give_way_to_what_is_not(cast, kept, absorbed, state):
    confirmed = factories.make_organization(absorbed)
    waiting = factories.make_organization(kept, state=state, actor=cast.owner)
    key = f"organization-{min(confirmed.pk, waiting.pk)}"
    merge(cast.reviewer, kept, absorbed, stays={key: kept})
    assert (now(confirmed).state, now(waiting).state) == ("confirmed", "voided")


def test_two_drafts_of_organizations_stay_drafts(cast, kept, absorbed):
    rows = [factories.make_organization(row, state="draft", actor=cast.owner) for row in (kept, absorbed)]
    merge(cast.reviewer, kept, absorbed)
    assert [now(row).state for row in rows] == ["draft", "draft"]


def test_of_two_contacts_with_one_mobile_the_earlier_stays(cast, kept, absorbed):
    later = factories.make_contact(kept, mobile="13800001111", established_on=dt.date(2014, 9, 1))
    earlier = factories.make_contact(absorbed, mobile="13800001111", established_on=dt.date(2014, 5, 1))
    other = factories.make_contact(absorbed, mobile="13800002222")
    left = factories.make_contact(absorbed, mobile="13800001111", left_on=dt.date(2014, 9, 3))
    merge(cast.reviewer, kept, absorbed)
    assert [now(row).state for row in (later, earlier, other, left)] == [
        "voided",
        "confirmed",
        "confirmed",
        "confirmed",
    ]
    assert later.return_reason == "与同一手机号的另一条联系人重复，企业合并时作废"


def test_the_later_contact_stays_when_somebody_says_so(cast, kept, absorbed):
    later = factories.make_contact(kept, mobile="13800001111", established_on=dt.date(2014, 9, 1))
    earlier = factories.make_contact(absorbed, mobile="13800001111", established_on=dt.date(2014, 5, 1))
    merge(cast.reviewer, kept, absorbed, stays={f"contact-{later.pk}": kept})
    assert (now(later).state, now(earlier).state) == ("confirmed", "voided")


def test_a_contact_beside_an_organization_keeps_its_date_and_counts_no_more(cast, kept, absorbed):
    factories.make_organization(kept, established_on=dt.date(2013, 1, 1))
    contact = factories.make_contact(absorbed, established_on=dt.date(2014, 8, 1))
    assert ContactPerson.objects.counting_for(2014, TODAY).count() == 1
    merge(cast.reviewer, kept, absorbed)
    assert (now(contact).state, contact.established_on) == ("confirmed", dt.date(2014, 8, 1))
    assert ContactPerson.objects.counting_for(2014, TODAY).count() == 0


# ---------- the rules of an entry hold for the result ----------


def test_dates_of_the_result_must_hold_what_hangs_on_it(cast, tree, kept):
    other = factories.make_enterprise(tree.tianhe, name=NAME, established_on=dt.date(1990, 1, 1))
    factories.make_organization(other, established_on=dt.date(1999, 1, 1))
    with pytest.raises(DomainErrors) as refused:
        merge(cast.reviewer, kept, other)
    assert refusals(refused) == {
        "established_on": "企业成立日期晚于它的科协组织的成立日期（1999-01-01）。请核对两个日期。"
    }
    merge(cast.reviewer, kept, other, values={"established_on": other})
    assert now(kept).established_on == dt.date(1990, 1, 1)


def test_values_of_two_sides_that_do_not_fit_are_refused_with_their_fields(cast, tree, kept):
    other = factories.make_enterprise(tree.tianhe, name=NAME, employees=900, technicians=500)
    before = all_rows()
    with pytest.raises(DomainErrors) as refused:
        merge(cast.reviewer, kept, other)
    assert refusals(refused) == {"technicians": "科技人员数不能多于职工人数（80 人）。请核对两个人数。"}
    assert all_rows() == before


def test_a_code_that_follows_from_the_choice_and_belongs_to_a_third_is_refused(cast, tree, kept):
    from stdnum.cn import uscc  # noqa: PLC0415 - to make a code that is visibly invented

    body = "91440106" + code(8)
    other = factories.make_enterprise(tree.tianhe, name=NAME, credit_code=body + uscc.calc_check_digit(body))
    factories.make_enterprise(tree.tianhe, name="示范第三家有限公司", organization_code=code(8))
    with pytest.raises(DomainErrors) as refused:
        merge(cast.reviewer, kept, other)
    assert refusals(refused) == {
        "organization_code": "这个组织机构代码已登记为“示范第三家有限公司”（天河区科协持有）。请核对代码。"
    }


# ---------- which one is kept, who may ----------


@pytest.mark.parametrize(
    ("mine", "other"), [("draft", "submitted"), ("returned", "confirmed"), ("submitted", "confirmed")]
)
def test_the_one_that_is_further_is_kept(cast, tree, mine, other):
    rows = [
        factories.make_enterprise(tree.tianhe, state=state, actor=cast.owner, name=NAME)
        for state in (mine, other)
    ]
    with pytest.raises(DomainError, match="应保留"):
        merge(cast.reviewer, *rows)
    merge(cast.reviewer, *reversed(rows))
    assert [now(row).state for row in rows] == ["voided", other]


@pytest.mark.parametrize(
    ("who", "states", "may"),
    [
        ("upper_clerk", ("draft", "draft"), True),
        ("upper_clerk", ("draft", "returned"), True),
        ("province_clerk", ("draft", "draft"), True),
        ("reviewer", ("draft", "draft"), False),
        ("hq_leader", ("draft", "draft"), False),
        ("office_admin", ("draft", "draft"), False),
        ("upper_clerk", ("submitted", "draft"), False),
        ("reviewer", ("submitted", "draft"), True),
        ("reviewer", ("submitted", "submitted"), True),
        ("upper", ("confirmed", "confirmed"), True),
        ("hq_reviewer", ("confirmed", "confirmed"), True),
        ("reviewer_and_clerk", ("confirmed", "confirmed"), True),
        ("upper_clerk", ("confirmed", "confirmed"), False),
        ("office_admin", ("confirmed", "confirmed"), False),
        ("hq_clerk", ("confirmed", "confirmed"), False),
    ],
)
def test_who_may_merge(cast, tree, who, states, may):
    kept = factories.make_enterprise(tree.tianhe, state=states[0], actor=cast.owner, name=NAME)
    absorbed = factories.make_enterprise(tree.panyu, state=states[1], actor=cast.neighbour, name=NAME)
    if may:
        merge(getattr(cast, who), kept, absorbed)
        assert (now(kept).state, now(absorbed).state) == (states[0], "voided")
        return
    events = AuditEvent.objects.count()
    with pytest.raises(NotAllowed):
        merge(getattr(cast, who), kept, absorbed)
    assert (AuditEvent.objects.count(), now(absorbed).state) == (events, states[1])


@pytest.mark.parametrize(
    "who", ["owner", "neighbour", "viewer", "stranger", "foreign_reviewer", "expert", "auditor"]
)
def test_who_does_not_see_both_finds_nothing(cast, kept, absorbed, who):
    with pytest.raises(Enterprise.DoesNotExist):
        merge(getattr(cast, who), kept, absorbed)


def test_a_county_reviewer_is_below_the_confirming_level(cast, tree, kept):
    other = factories.make_enterprise(tree.tianhe, name=NAME)
    with pytest.raises(NotAllowed, match="须由市级或以上科协确认"):
        merge(factories.make_person("county-reviewer", tree.tianhe, "reviewer"), kept, other)


def test_nobody_puts_the_own_unconfirmed_values_into_a_confirmed_one(cast, tree, kept):
    draft = factories.make_enterprise(
        tree.tianhe, state="draft", actor=cast.reviewer_and_clerk, name=NAME, employees=7
    )
    with pytest.raises(NotAllowed, match="请由另一位审核人员合并"):
        merge(cast.reviewer_and_clerk, kept, draft, values={"employees": draft})
    merge(cast.reviewer, kept, draft, values={"employees": draft})
    assert now(kept).employees == 7


def test_merging_confirms_nothing(cast, tree):
    kept = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner, name=NAME)
    absorbed = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.colleague, name=NAME)
    waiting = factories.make_organization(absorbed, state="submitted", actor=cast.colleague)
    merge(cast.reviewer, kept, absorbed)
    assert (now(kept).state, now(waiting).state) == ("submitted", "submitted")


def test_hands_in_either_version_are_hands_in_the_result(cast, tree):
    kept = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner, name=NAME)
    absorbed = factories.make_enterprise(
        tree.tianhe, state="submitted", actor=cast.colleague, name=NAME, employees=5
    )
    merge(cast.reviewer, kept, absorbed, values={"employees": absorbed})
    assert set(kept.contributors.all()) == {cast.owner, cast.colleague, cast.reviewer}
    with pytest.raises(NotAllowed, match="不能自己确认"):
        confirm_record(actor=cast.reviewer, ref=RecordRef("enterprise", kept.pk, now(kept).version))
    confirm_record(actor=cast.upper, ref=RecordRef("enterprise", kept.pk, kept.version))


def test_who_changed_nothing_of_the_kept_one_may_confirm_it(cast, tree):
    kept = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner, name=NAME)
    absorbed = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.colleague, name=NAME)
    merge(cast.reviewer, kept, absorbed)
    confirm_record(actor=cast.reviewer, ref=RecordRef("enterprise", kept.pk, now(kept).version))


# ---------- odd pairs ----------


def test_one_registration_is_no_pair(cast, kept):
    with pytest.raises(DomainError, match="选的是同一条登记"):
        merge(cast.reviewer, kept, kept)


@pytest.mark.parametrize("which", [0, 1])
def test_a_voided_one_is_not_merged(cast, tree, which):
    pair = [
        factories.make_enterprise(tree.tianhe, name=NAME, state="voided" if place == which else "confirmed")
        for place in range(2)
    ]
    with pytest.raises(ClosedByState, match="已作废（内容不全），不能合并"):
        merge(cast.reviewer, *pair)


def test_a_park_is_no_enterprise(cast, tree, kept):
    park = factories.make_park(tree.tianhe, pk=9_999)
    with pytest.raises(Enterprise.DoesNotExist):
        merge_enterprises(
            actor=cast.reviewer,
            kept=RecordRef("enterprise", kept.pk, 1),
            absorbed=RecordRef("enterprise", park.pk, 1),
        )


@pytest.mark.parametrize("which", [0, 1])
def test_a_stale_page_is_refused_by_name(cast, kept, absorbed, which):
    row = (kept, absorbed)[which]
    Enterprise.objects.filter(pk=row.pk).update(version=7)
    with pytest.raises(StaleVersion, match=f"“{row}”在您打开本页之后由他人改过"):
        merge_enterprises(
            actor=cast.reviewer,
            kept=RecordRef("enterprise", kept.pk, 1),
            absorbed=RecordRef("enterprise", absorbed.pk, 1),
            choices=Choices(),
        )


def test_choices_of_a_third_enterprise_are_none(cast, tree, kept, absorbed):
    third = factories.make_enterprise(tree.tianhe, employees=5)
    mine, other = factories.make_organization(kept), factories.make_organization(absorbed)
    key = f"organization-{mine.pk}"
    with pytest.raises(DomainErrors, match="请选择保留哪一边"):
        merge(cast.reviewer, kept, absorbed, stays={key: third})
    merge(cast.reviewer, kept, absorbed, values={"employees": third, "nothing": absorbed}, stays={key: kept})
    assert (now(kept).employees, now(other).state) == (80, "voided")


def test_a_draft_something_was_merged_into_is_not_deleted(cast, tree):
    kept, absorbed = (
        factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner, name=NAME) for _ in range(2)
    )
    merger = merge(cast.owner, kept, absorbed)
    with pytest.raises(DomainError, match="并入的登记"):
        delete_draft(actor=cast.owner, ref=RecordRef("enterprise", kept.pk))
    unmerge(cast.owner, merger)
    delete_draft(actor=cast.owner, ref=RecordRef("enterprise", kept.pk))
    delete_draft(actor=cast.owner, ref=RecordRef("enterprise", absorbed.pk))
    assert not Merger.objects.exists()


# ---------- the figures ----------


def test_days_from_the_first_effect_on_are_stale(cast, plan, tree):
    pair = [
        factories.make_enterprise(tree.tianhe, name=NAME, established_on=dt.date(2014, 3, 1))
        for _ in range(2)
    ]
    for day in (dt.date(2014, 2, 28), dt.date(2014, 3, 1)):
        compute_snapshot(plan=plan, on=day)
    merge(cast.reviewer, *pair)
    assert dict(Snapshot.objects.values_list("on", "is_stale")) == {
        dt.date(2014, 2, 28): False,
        dt.date(2014, 3, 1): True,
    }


def test_two_drafts_touch_no_day_but_today(cast, plan, tree):
    pair = [factories.make_enterprise(tree.tianhe, state="draft", name=NAME) for _ in range(2)]
    for day in (dt.date(2014, 3, 1), TODAY):
        compute_snapshot(plan=plan, on=day)
    merge(cast.owner, *pair)
    assert dict(Snapshot.objects.values_list("on", "is_stale")) == {dt.date(2014, 3, 1): False, TODAY: True}


def test_an_enterprise_counted_twice_is_counted_once_at_the_kept_ones_holder(
    cast, plan, tree, kept, absorbed
):
    factories.make_organization(absorbed, established_on=dt.date(2014, 3, 1))
    factories.make_organization(kept, established_on=dt.date(2014, 5, 1))

    def figures():
        snapshot = compute_snapshot(plan=plan, on=TODAY)
        codes = ("000000", "440106", "440113")
        rows = {tally.office.code: tally.as_counts() for tally in snapshot.tallies.select_related("office")}
        return [
            (rows.get(one, {}).get("orgs_new", 0), rows.get(one, {}).get("enterprises", 0)) for one in codes
        ]

    assert figures() == [(2, 2), (1, 1), (1, 1)]
    merge(
        cast.reviewer,
        kept,
        absorbed,
        stays={f"organization-{CastOrganization.objects.order_by('pk')[0].pk}": absorbed},
    )
    assert figures() == [(1, 1), (1, 1), (0, 0)]
