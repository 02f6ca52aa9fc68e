"""Enterprises and parks of a batch: what breaks a rule comes back with its reasons and is not written."""

import datetime as dt

import pytest

from core.models import AuditEvent
from orgs.models import Enterprise, Park
from orgs.services import bulk_book, bulk_entry
from orgs.services.bulk_entry import register_in_bulk
from orgs.services.bulk_rows import Act, OrganizationEntry, ParkEntry
from tests import factories
from tests.support.bulk import (
    AT,
    SHANGHAI,
    code,
    enterprise_values,
    organization_values,
    reasons,
)


def _with(**values):
    return {"values": enterprise_values(**values)}


HOST_REFUSALS = [
    (_with(organization_code="XN0000017"), "organization_code", "最后一位"),
    (_with(name="短"), "name", "至少 4 个字"),
    (_with(name="长" * 101), "name", "不能超过 100 个字"),
    (_with(size="huge"), "size", "没有“huge”这一项"),
    (_with(established_on=dt.date(2014, 12, 1)), "established_on", "不能晚于今天"),
    (_with(is_private=False), "types", "至少选一项"),
    (_with(technicians=90), "technicians", "不能多于职工人数"),
]


@pytest.mark.parametrize(("changed", "field", "words"), HOST_REFUSALS)
def test_enterprise_that_breaks_a_rule_is_not_written(changed, field, words, acts, at_tianhe):
    row = at_tianhe(acts(), OrganizationEntry("2", organization_values(), acts()), **changed)
    good = at_tianhe(
        acts(), key="3", values=enterprise_values(name="广州示范丙午轴承有限公司", organization_code=code(3))
    )
    report = register_in_bulk(entries=[row, good])
    refused = reasons(report)
    assert set(refused) == {"1", "2"}
    assert any(name == field and words in text for name, text in refused["1"])
    assert "依托单位" in refused["2"][0][1]
    assert list(Enterprise.objects.values_list("name", flat=True)) == ["广州示范丙午轴承有限公司"]
    assert not AuditEvent.objects.filter(target_label__contains="甲辰").exists()


def test_all_reasons_of_a_row_come_at_once(acts, at_tianhe):
    report = register_in_bulk(
        entries=[at_tianhe(acts(), values=enterprise_values(organization_code="XN1", technicians=90))]
    )
    assert {field for field, _ in reasons(report)["1"]} == {"organization_code", "technicians"}
    assert "职工人数" in report.refusals[0].reason


def test_code_of_a_registered_enterprise(acts, at_tianhe, tree):
    factories.make_enterprise(tree.tianhe, organization_code=code(1), name="广州样例己亥光伏有限公司")
    report = register_in_bulk(entries=[at_tianhe(acts())])
    ((field, text),) = reasons(report)["1"]
    assert field == "organization_code"
    assert "广州样例己亥光伏有限公司" in text


def test_code_of_a_voided_enterprise_is_free(acts, at_tianhe, tree):
    factories.make_enterprise(tree.tianhe, organization_code=code(1), state="voided")
    assert not register_in_bulk(entries=[at_tianhe(acts())]).refusals


@pytest.mark.parametrize("chunk", [1, 10])
def test_same_code_twice_in_a_batch(chunk, acts, at_tianhe):
    rows = [at_tianhe(acts(), key=key) for key in ("1", "2")]
    report = register_in_bulk(entries=rows, chunk=chunk)
    assert list(reasons(report)) == ["2"]
    assert Enterprise.objects.count() == 1


def test_somebody_enters_the_same_code_meanwhile(acts, at_tianhe, tree, monkeypatch):
    """What the check did not see yet, the database refuses; judged again, the row is refused in words."""
    factories.make_enterprise(tree.tianhe, organization_code=code(1))
    blind = []

    class Late(bulk_book.Taken):
        def __init__(self, enterprises, parks):
            super().__init__(enterprises, parks)
            if not blind:
                self.registered.clear()
                blind.append(True)

    monkeypatch.setattr(bulk_entry, "Taken", Late)
    good = at_tianhe(
        acts(), key="2", values=enterprise_values(name="广州示范丙午轴承有限公司", organization_code=code(3))
    )
    report = register_in_bulk(entries=[at_tianhe(acts()), good])
    assert list(reasons(report)) == ["1"]
    assert list(report.written["enterprise"]) == ["2"]
    assert AuditEvent.objects.filter(action="enterprise.create").count() == 1


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("viewer", "不在您单位的范围内"),
        ("neighbour", "不在您单位的范围内"),
        ("stranger", "不在您单位的范围内"),
        ("disabled", "不在您单位的范围内"),
        ("auditor", "不在您单位的范围内"),
    ],
)
def test_who_may_not_enter_there(who, words, cast, acts, at_tianhe):
    report = register_in_bulk(entries=[at_tianhe(acts("draft", clerk=getattr(cast, who)))])
    assert words in reasons(report)["1"][0][1]


def test_holder_is_the_nearest_or_the_chosen_one(cast, acts, at_tianhe, tree):
    upper = acts("draft", clerk=cast.upper_clerk)
    rows = [
        at_tianhe(upper, key="1"),
        at_tianhe(upper, key="2", office=tree.guangzhou, values=enterprise_values(organization_code=code(2))),
        at_tianhe(upper, key="3", office=tree.panyu, values=enterprise_values(organization_code=code(3))),
        at_tianhe(upper, key="4", office=tree.guangdong, values=enterprise_values(organization_code=code(4))),
    ]
    report = register_in_bulk(entries=rows)
    assert list(Enterprise.objects.order_by("pk").values_list("office__code", flat=True)) == [
        "440106",
        "440100",
    ]
    assert {key: texts[0][0] for key, texts in reasons(report).items()} == {"3": "office", "4": "office"}


@pytest.mark.parametrize(
    ("reviewer", "words"),
    [
        ("owner", "您不是持有单位或其上级科协的审核"),
        ("foreign_reviewer", "您不是持有单位或其上级科协的审核"),
    ],
)
def test_who_may_not_confirm(reviewer, words, cast, acts, at_tianhe):
    report = register_in_bulk(entries=[at_tianhe(acts("confirmed", reviewer=getattr(cast, reviewer)))])
    assert words in reasons(report)["1"][0][1]
    assert not Enterprise.objects.exists()


def test_nobody_confirms_the_own_entry(cast, acts, at_tianhe):
    both = cast.reviewer_and_clerk
    report = register_in_bulk(entries=[at_tianhe(acts("confirmed", clerk=both, reviewer=both))])
    assert "不能自己确认" in reasons(report)["1"][0][1]


def test_before_the_plan_the_province_confirms(cast, at_tianhe):
    """The level is that of the day of confirming: prefectures confirm from 2014 on."""
    december = dt.datetime(2013, 12, 20, 10, tzinfo=SHANGHAI)
    course = (
        Act("create", cast.owner, december),
        Act("submit", cast.owner, december),
        Act("confirm", cast.reviewer, december),
    )
    assert "须由省级" in reasons(register_in_bulk(entries=[at_tianhe(course)]))["1"][0][1]
    course = (*course[:2], Act("confirm", cast.upper, december))
    assert not register_in_bulk(entries=[at_tianhe(course)]).refusals


def test_business_day_decides_not_the_machines(cast, at_tianhe):
    """With a pinned date the trail keeps the machine's moment and the rules count with the business day."""
    later = dt.datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    course = (Act("create", cast.owner, later, day=dt.date(2014, 10, 15)),)
    row = at_tianhe(course, values=enterprise_values(established_on=dt.date(2015, 1, 1)))
    assert "今天（2014-10-15）" in reasons(register_in_bulk(entries=[row]))["1"][0][1]


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (("confirm",), "不能确认"),
        (("submit", "confirm", "confirm"), "不能确认"),
        (("submit", "confirm", "submit"), "不能提交"),
        (("submit", "return"), "必须写明原因"),
    ],
)
def test_acts_follow_the_table_of_states(actions, words, cast, at_tianhe):
    people = {"submit": cast.owner}
    course = [
        Act("create", cast.owner, AT),
        *(Act(act, people.get(act, cast.reviewer), AT) for act in actions),
    ]
    assert words in reasons(register_in_bulk(entries=[at_tianhe(tuple(course))]))["1"][0][1]


def test_withdrawn_and_submitted_again(cast, at_tianhe):
    course = tuple(Act(act, cast.owner, AT) for act in ("create", "submit", "withdraw", "submit"))
    assert not register_in_bulk(entries=[at_tianhe(course)]).refusals
    row = Enterprise.objects.get()
    assert (row.state, row.version, row.return_reason) == ("submitted", 4, "")
    assert list(row.contributors.all()) == [cast.owner]


def park_row(acts, division, key="1", **values):
    """A row for a park in Tianhe."""
    wanted = {"name": "广州示范产业园区", "kind": "other", "grade": "provincial", **values}
    return ParkEntry(key, wanted, division("440106"), acts)


def test_park_is_confirmed_by_the_province(cast, acts, division):
    report = register_in_bulk(entries=[park_row(acts(), division)])
    assert "须由省级" in reasons(report)["1"][0][1]
    assert not register_in_bulk(entries=[park_row(acts(reviewer=cast.upper), division)]).refusals


def test_national_park_is_entered_by_hq_alone(cast, acts, division):
    values = {"kind": "hitech", "grade": "national"}
    report = register_in_bulk(entries=[park_row(acts("draft"), division, **values)])
    assert "国家级园区只由中国科协" in reasons(report)["1"][0][1]
    course = acts(clerk=cast.hq_clerk, reviewer=cast.hq_reviewer)
    assert not register_in_bulk(entries=[park_row(course, division, **values)]).refusals


def test_park_name_once_in_a_division(acts, division):
    rows = [park_row(acts("draft"), division, key=key) for key in ("1", "2")]
    assert reasons(register_in_bulk(entries=rows))["2"][0][0] == "name"
    assert reasons(register_in_bulk(entries=rows[1:]))["2"][0][0] == "name"
    assert Park.objects.count() == 1
