"""What the registry puts on the first page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from orgs.models import CastOrganization, HolderReport, ImportBatch
from orgs.selectors.todo import registry_todo
from orgs.services.records import RecordRef, return_record
from tests import factories
from tests.conftest import TODAY


def owed(user) -> list:
    return registry_todo(user=user, today=TODAY)


def submitted(office, actor):
    return factories.make_organization(factories.make_enterprise(office), state="submitted", actor=actor)


def test_returned_record_says_why_and_by_whom(cast, tree):
    record = submitted(tree.tianhe, cast.owner)
    ref = RecordRef("organization", record.pk, record.version)
    return_record(actor=cast.reviewer, ref=ref, reason_code="incomplete", text="缺会员数")
    (item,) = owed(cast.colleague)
    assert item.title == f"{record.name} 被退回"
    assert item.why.startswith("内容不全：缺会员数（广州市科协 示例reviewer ")
    assert (item.url, item.action, item.count) == (
        reverse("organization_detail", args=[record.pk]),
        "修改",
        1,
    )


def test_more_than_three_returned_records_are_one_item(cast, tree):
    for _ in range(4):
        factories.make_organization(
            factories.make_enterprise(tree.tianhe), state="returned", actor=cast.owner
        )
    (item,) = owed(cast.owner)
    assert (item.title, item.count) == ("4 条科协组织被退回", 4)
    assert item.url == reverse("organization_list") + "?state=returned"


def test_host_returned_with_its_organization_is_not_owed_twice(cast, tree):
    host = factories.make_enterprise(tree.tianhe, state="returned", actor=cast.owner)
    factories.make_organization(host, state="returned", actor=cast.owner)
    assert len(owed(cast.owner)) == 1


def test_drafts_are_one_item_a_kind_with_the_oldest(cast, tree):
    for _ in range(2):
        factories.make_organization(factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner)
    factories.make_contact(factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner)
    items = {item.title: item for item in owed(cast.owner)}
    assert set(items) == {"2 条科协组织草稿没有提交", "1 条联系人草稿没有提交"}
    assert items["2 条科协组织草稿没有提交"].why == "最早的一条录入于 2014-10-10"
    assert items["1 条联系人草稿没有提交"].place == "contact_list"


def test_reviewer_owes_the_queue_without_own_entries(cast, tree):
    submitted(tree.tianhe, cast.owner)
    submitted(tree.tianhe, cast.reviewer_and_clerk)
    (item,) = owed(cast.reviewer_and_clerk)
    assert (item.title, item.count, item.place) == ("1 条记录待您确认", 1, "review_queue")


def test_holder_owes_an_answer_to_another_offices_report(cast, tree):
    report = HolderReport.objects.create(
        enterprise=factories.make_enterprise(tree.tianhe),
        from_office=tree.panyu,
        text="已迁到番禺",
        created_by=cast.neighbour,
        created_at=factories.AT,
    )
    (item,) = owed(cast.owner)
    assert (item.why, item.url) == ("已迁到番禺", reverse("holder_report_detail", args=[report.pk]))
    assert owed(cast.neighbour) == []


@pytest.mark.parametrize(
    "who", ["viewer", "hq_leader", "office_admin", "expert", "auditor", "sysadmin", "stranger"]
)
def test_nobody_owes_what_is_not_theirs(cast, tree, who):
    submitted(tree.tianhe, cast.owner)
    factories.make_organization(factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner)
    factories.make_organization(factories.make_enterprise(tree.tianhe), state="returned", actor=cast.owner)
    assert owed(getattr(cast, who)) == []


def imported(office, actor, state, **values):
    return ImportBatch.objects.create(
        kind="enterprise",
        office=office,
        created_by=actor,
        created_at=factories.AT,
        file_name="天河区企业名单.xlsx",
        file_hash="0" * 64,
        file_format="xlsx",
        state=state,
        **values,
    )


def test_own_imports_wait_for_their_columns_or_for_the_confirmation(cast, tree):
    ready = imported(tree.tianhe, cast.owner, "ready", counts={"new": 1200, "refused": 34})
    columns = imported(tree.tianhe, cast.owner, "columns")
    for state in ("reading", "cancelled", "failed"):
        imported(tree.tianhe, cast.owner, state)
    items = owed(cast.owner)
    assert [(item.title, item.url) for item in items] == [
        ("请核对列：天河区企业名单.xlsx", reverse("import_detail", args=[columns.pk])),
        ("待确认导入：天河区企业名单.xlsx", reverse("import_detail", args=[ready.pk])),
    ]
    assert items[1].why.startswith("企业 1,234 行，10-10 上传")
    assert owed(cast.colleague) == []


def test_more_than_three_open_imports_are_one_item(cast, tree):
    for _ in range(4):
        imported(tree.tianhe, cast.owner, "ready")
    (item,) = owed(cast.owner)
    assert (item.title, item.count, item.url) == ("4 次导入没有办完", 4, reverse("import_list"))


def test_parks_whose_organisation_is_only_in_a_file_are_owed_by_their_holder(cast, tree):
    parks = [
        factories.make_park(tree.tianhe, name=f"示范天河第{n}产业园区", has_reported_organization=True)
        for n in "一二"
    ]
    (item,) = owed(cast.owner)
    assert (item.title, item.url) == ("2 个园区的科协待登记", reverse("park_list") + "?has=reported")
    assert item.why.startswith("示范天河第一产业园区 等 2 个")
    assert owed(cast.neighbour) == []
    factories.make_organization(parks[0])
    assert owed(cast.owner)[0].count == 1


def test_everything_owed_costs_at_most_ten_queries(cast, tree, django_assert_max_num_queries):
    both = cast.reviewer_and_clerk
    for _ in range(3):
        submitted(tree.tianhe, cast.owner)
        for state in ("draft", "returned"):
            factories.make_organization(
                factories.make_enterprise(tree.guangzhou), state=state, actor=cast.owner
            )
            factories.make_contact(factories.make_enterprise(tree.guangzhou), state=state, actor=cast.owner)
    imported(tree.guangzhou, both, "ready")
    factories.make_park(tree.guangzhou, has_reported_organization=True)
    with django_assert_max_num_queries(10):
        # 1 posts, 2 returned, 3 who returned them, 4 drafts, 5 reports, 6 imports, 7 parks, 8 steps due, 9 queue
        assert len(owed(both)) == 11


def test_upper_clerks_are_told_of_their_own_records_only(cast, tree):
    lower = factories.make_enterprise(tree.tianhe)
    for state in ("draft", "returned"):
        factories.make_organization(lower, state=state, actor=cast.owner)
    assert len(owed(cast.owner)) == 2
    assert owed(cast.upper_clerk) == []
    assert owed(cast.hq_clerk) == []
    factories.make_organization(
        factories.make_enterprise(tree.guangzhou), state="draft", actor=cast.upper_clerk
    )
    factories.make_organization(lower, state="returned", actor=cast.upper_clerk)
    assert [item.count for item in owed(cast.upper_clerk)] == [1, 1]


def test_the_day_of_the_return_stays_when_the_record_is_edited_later(cast, tree):
    row = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="submitted", actor=cast.owner
    )
    return_record(
        actor=cast.reviewer, ref=RecordRef("organization", row.pk, row.version), reason_code="duplicate"
    )
    returned_on = timezone.localtime(AuditEvent.objects.get(action="organization.return").at)
    CastOrganization.objects.filter(pk=row.pk).update(updated_at=factories.AT)
    assert owed(cast.owner)[0].why.endswith(f"{cast.reviewer.name} {returned_on:%m-%d}）")
