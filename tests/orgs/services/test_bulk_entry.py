"""Many records at once: the rows, the trail and the refusals of the single services."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from core.models import AuditEvent
from orgs.changes import RegistryChange
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.reach import forget_reach
from orgs.services import bulk_book, bulk_entry
from orgs.services.bulk_entry import register_in_bulk
from orgs.services.bulk_rows import Act, ContactEntry, EnterpriseEntry, OrganizationEntry, ParkEntry
from orgs.services.contacts import create_contact
from orgs.services.enterprises import create_enterprise
from orgs.services.organizations import create_organization
from orgs.services.parks import create_park
from orgs.services.records import RecordRef, confirm_record, return_record, submit_record, void_record
from orgs.validators.organization_code import check_character
from tests import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = dt.datetime(2014, 10, 13, 9, 30, tzinfo=SHANGHAI)
HOUR = dt.timedelta(hours=1)
FOUNDED = dt.date(2014, 9, 8)
REASON = "内容不全：请补主席"


def code(number: int) -> str:
    """A right organisation code."""
    body = f"XN{number:06d}"
    return body + check_character(body)


def enterprise_values(**values):
    """An enterprise's values, valid by default."""
    return {
        "name": "广州示范甲辰精密机械有限公司",
        "organization_code": code(1),
        "established_on": dt.date(2001, 3, 1),
        "is_private": True,
        "size": "small",
        "employees": 80,
        "technicians": 0,
        **values,
    }


def organization_values(**values):
    """An organisation's values, valid by default."""
    return {
        "established_on": FOUNDED,
        "chair": "陈示例",
        "members": 30,
        "approval_number": "示例〔2014〕3号",
        **values,
    }


def contact_values(**values):
    """A contact's values, valid by default."""
    return {"name": "林示例", "mobile": "14000000001", "established_on": FOUNDED, **values}


@pytest.fixture
def acts(cast):
    """The acts that lead to a state: the owner enters and submits, Guangzhou's reviewer decides, an hour between them."""
    ways = {
        "draft": (),
        "submitted": ("submit",),
        "returned": ("submit", "return"),
        "confirmed": ("submit", "confirm"),
        "voided": ("submit", "confirm", "void"),
    }

    def make(state="confirmed", *, clerk=cast.owner, reviewer=cast.reviewer):
        made = [Act("create", clerk, AT)]
        for number, action in enumerate(ways[state], start=1):
            actor = clerk if action == "submit" else reviewer
            reason = REASON if action in ("return", "void") else ""
            made.append(Act(action, actor, AT + number * HOUR, reason=reason))
        return tuple(made)

    return make


@pytest.fixture
def at_tianhe(division):
    """A row for an enterprise of Tianhe."""

    def make(acts, *dependents, key="1", values=None, **more):
        place = more.pop("division", None) or division("440106")
        return EnterpriseEntry(key, values or enterprise_values(), place, acts, dependents=dependents, **more)

    return make


def reasons(report):
    """Key of each refused row → field and first words of its reasons."""
    return {
        refusal.key: [(error.field, error.message) for error in refusal.errors] for refusal in report.refusals
    }


# ---------- the same as one by one ----------


def _image():
    """The register and its trail without keys and moments, which differ from run to run."""
    moments = ("created_at", "updated_at", "submitted_at", "confirmed_at")
    rows = {}
    for model in (Enterprise, Park, CastOrganization, ContactPerson):
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.name not in ("id", "enterprise", "park", *moments)
        ]
        rows[model] = [
            {
                **{name: getattr(row, name) for name in names},
                "host": str(getattr(row, "enterprise", "") or getattr(row, "park", "") or ""),
                "moments": [getattr(row, name) is not None for name in moments],
                "contributors": sorted(row.contributors.values_list("username", flat=True)),
            }
            for row in model._default_manager.order_by("pk")
        ]
    events = AuditEvent.objects.exclude(target_type="quotas.plan").order_by("pk")
    columns = (
        "actor",
        "actor_label",
        "actor_unit",
        "action",
        "target_type",
        "target_label",
        "before",
        "after",
        "reason",
    )
    trail = [tuple(str(getattr(event, name)) for name in columns) for event in events]
    return rows, sorted(trail)


def _single(state, cast, division, kind):
    """The same through the services of one record at a time."""
    if kind == "park":
        host = create_park(
            actor=cast.province_clerk,
            values={
                "name": "广州示范产业园区",
                "kind": "other",
                "grade": "provincial",
                "established_year": 2005,
            },
            division=division("440106"),
        )
    else:
        host = create_enterprise(actor=cast.owner, values=enterprise_values(), division=division("440106"))
    if kind == "contact":
        record = create_contact(actor=cast.owner, enterprise=host, values=contact_values())
    else:
        actor = cast.province_clerk if kind == "park" else cast.owner
        record = create_organization(actor=actor, host=host, values=organization_values())
    ref = RecordRef("contact" if kind == "contact" else "organization", record.pk)
    clerk, reviewer = (cast.province_clerk, cast.upper) if kind == "park" else (cast.owner, cast.reviewer)
    if state != "draft":
        submit_record(actor=clerk, ref=ref)
    if state == "returned":
        return_record(actor=reviewer, ref=ref, reason_code="incomplete", text="请补主席")
    if state in ("confirmed", "voided"):
        confirm_record(actor=reviewer, ref=ref)
    if state == "voided":
        void_record(actor=reviewer, ref=ref, reason=REASON)


@pytest.mark.parametrize("kind", ["organization", "contact", "park"])
@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "confirmed", "voided"])
def test_rows_and_trail_are_those_of_the_single_services(state, kind, cast, division, acts, at_tianhe):
    with transaction.atomic():
        _single(state, cast, division, kind)
        expected = _image()
        transaction.set_rollback(True)
    people = {"clerk": cast.province_clerk, "reviewer": cast.upper} if kind == "park" else {}
    course = acts(state, **people)
    # Voiding a record leaves its host confirmed.
    host_course = acts("confirmed" if state == "voided" else state, **people)
    if kind == "park":
        entry = ParkEntry(
            "1",
            {"name": "广州示范产业园区", "kind": "other", "grade": "provincial", "established_year": 2005},
            division("440106"),
            host_course,
            dependents=(OrganizationEntry("2", organization_values(), course),),
        )
    elif kind == "contact":
        entry = at_tianhe(host_course, ContactEntry("2", contact_values(), course))
    else:
        entry = at_tianhe(host_course, OrganizationEntry("2", organization_values(), course))
    report = register_in_bulk(entries=[entry])
    assert not report.refusals
    assert report.count == 2
    assert _image() == expected


def test_moments_are_those_of_the_acts(acts, at_tianhe):
    register_in_bulk(entries=[at_tianhe(acts("confirmed"))])
    record = Enterprise.objects.get()
    assert (record.created_at, record.submitted_at, record.confirmed_at) == (AT, AT + HOUR, AT + 2 * HOUR)
    events = AuditEvent.objects.of(record).order_by("pk")
    assert [(event.action, event.at) for event in events] == [
        ("enterprise.create", AT),
        ("enterprise.submit", AT + HOUR),
        ("enterprise.confirm", AT + 2 * HOUR),
    ]


def test_keys_are_reported_and_later_entries_get_others(acts, at_tianhe, cast, division):
    organization = OrganizationEntry("row 2", organization_values(), acts())
    report = register_in_bulk(entries=[at_tianhe(acts(), organization, key="row 1")])
    assert Enterprise.objects.get().pk == report.written["enterprise"]["row 1"]
    assert CastOrganization.objects.get().pk == report.written["organization"]["row 2"]
    later = create_enterprise(
        actor=cast.owner,
        values=enterprise_values(name="广州示范乙巳光电有限公司", organization_code=code(2)),
        division=division("440106"),
    )
    assert later.pk > report.written["enterprise"]["row 1"]


def test_a_key_once_used_is_not_used_again(acts, at_tianhe):
    first = register_in_bulk(entries=[at_tianhe(acts("draft"))]).written["enterprise"]["1"]
    row = Enterprise.objects.get()
    row.contributors.clear()
    row.delete()
    second = register_in_bulk(entries=[at_tianhe(acts("draft"))]).written["enterprise"]["1"]
    assert second > first


# ---------- refusals ----------


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


# ---------- what stands at a host ----------


@pytest.fixture
def host(tree):
    """A confirmed enterprise of Tianhe, founded on 1 March 2001."""
    return factories.make_enterprise(tree.tianhe, name="广州样例戊戌钢构有限公司")


def test_dependents_of_a_registered_host(host, acts, tree):
    rows = [
        ContactEntry("1", contact_values(), acts(), host),
        OrganizationEntry("2", organization_values(established_on=dt.date(2014, 10, 1)), acts(), host),
    ]
    assert not register_in_bulk(entries=rows).refusals
    organization = CastOrganization.objects.get()
    assert (organization.name, organization.office, organization.enterprise) == (
        "广州样例戊戌钢构有限公司科学技术协会",
        tree.tianhe,
        host,
    )
    assert ContactPerson.objects.get().enterprise == host


DEPENDENT_REFUSALS = [
    (
        OrganizationEntry,
        organization_values(established_on=dt.date(2000, 1, 1)),
        "established_on",
        "不能早于企业成立",
    ),
    (
        OrganizationEntry,
        organization_values(established_on=dt.date(2014, 10, 14)),
        "established_on",
        "不能晚于今天",
    ),
    (
        OrganizationEntry,
        organization_values(dissolved_on=dt.date(2014, 9, 7)),
        "dissolved_on",
        "不能早于成立日期",
    ),
    (OrganizationEntry, organization_values(chair=""), "chair", "主席"),
    (OrganizationEntry, organization_values(phone="1400"), "phone", "11 位"),
    (ContactEntry, contact_values(mobile="123"), "mobile", "11 位"),
    (ContactEntry, contact_values(left_on=dt.date(2014, 9, 1)), "left_on", "不能早于建立日期"),
    (ContactEntry, contact_values(email="x" * 255), "email", "不能超过 254 个字"),
]


@pytest.mark.parametrize(("kind", "values", "field", "words"), DEPENDENT_REFUSALS)
def test_dependent_that_breaks_a_rule_is_not_written(kind, values, field, words, host, acts):
    report = register_in_bulk(entries=[kind("1", values, acts(), host)])
    assert any(name == field and words in text for name, text in reasons(report)["1"])
    assert not CastOrganization.objects.exists()
    assert not ContactPerson.objects.exists()


@pytest.mark.parametrize("in_batch", [True, False])
def test_one_organization_at_a_time(in_batch, host, acts):
    rows = []
    if in_batch:
        rows.append(
            OrganizationEntry("1", organization_values(established_on=dt.date(2014, 3, 1)), acts(), host)
        )
    else:
        factories.make_organization(host, established_on=dt.date(2014, 3, 1))
    rows.append(OrganizationEntry("2", organization_values(), acts(), host))
    ((field, text),) = reasons(register_in_bulk(entries=rows))["2"]
    assert field == "enterprise"
    assert "同一时期不能再登记一个" in text
    assert CastOrganization.objects.count() == 1


def test_one_after_the_other_is_allowed(host, acts):
    former = organization_values(established_on=dt.date(2004, 1, 1), dissolved_on=dt.date(2010, 1, 1))
    rows = [
        OrganizationEntry("1", former, acts(), host),
        OrganizationEntry("2", organization_values(), acts(), host),
    ]
    assert not register_in_bulk(entries=rows).refusals


def test_contact_beside_an_organization(host, acts):
    factories.make_organization(host, established_on=dt.date(2014, 3, 1))
    ((field, text),) = reasons(register_in_bulk(entries=[ContactEntry("1", contact_values(), acts(), host)]))[
        "1"
    ]
    assert field == "enterprise"
    assert "联系人制度只用于未建科协的企业" in text


def test_same_mobile_twice(host, acts):
    rows = [ContactEntry(key, contact_values(), acts(), host) for key in ("1", "2")]
    assert reasons(register_in_bulk(entries=rows))["2"][0][0] == "mobile"


def test_host_that_was_voided(tree, acts):
    host = factories.make_enterprise(tree.tianhe, state="voided")
    report = register_in_bulk(entries=[OrganizationEntry("1", organization_values(), acts(), host)])
    assert "已作废" in reasons(report)["1"][0][1]


def test_no_host(acts):
    report = register_in_bulk(entries=[OrganizationEntry("1", organization_values(), acts())])
    assert "没有找到依托单位" in reasons(report)["1"][0][1]


def test_unconfirmed_host_moves_along(tree, cast, acts):
    host = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner)
    register_in_bulk(entries=[OrganizationEntry("1", organization_values(), acts(), host)])
    host.refresh_from_db()
    assert (host.state, host.confirmed_by) == ("confirmed", cast.reviewer)


def test_host_stays_where_it_is_when_its_record_is_refused(tree, cast, acts):
    """Guangzhou's reviewer entered the host and may not confirm it: the record is refused, the host stays a draft."""
    both = cast.reviewer_and_clerk
    host = factories.make_enterprise(tree.tianhe, state="draft", actor=both)
    rows = [OrganizationEntry("1", organization_values(), acts(reviewer=both), host)]
    assert "不能自己确认" in reasons(register_in_bulk(entries=rows))["1"][0][1]
    host.refresh_from_db()
    assert host.state == "draft"


def test_new_host_must_keep_up(acts, at_tianhe):
    row = at_tianhe(acts("draft"), OrganizationEntry("2", organization_values(), acts("confirmed")))
    report = register_in_bulk(entries=[row])
    assert "须与它名下的记录一起提交和确认" in reasons(report)["2"][0][1]
    assert list(report.written) == ["enterprise"]


# ---------- parks ----------


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


# ---------- what the apps above hear ----------


@pytest.fixture
def told(monkeypatch):
    """What the batch told."""
    changes: list[RegistryChange] = []
    monkeypatch.setattr(bulk_entry, "tell_registry_change", changes.append)
    return changes


def test_told_once_from_the_earliest_day(host, acts, told, at_tianhe):
    rows = [
        ContactEntry("1", contact_values(established_on=dt.date(2014, 8, 1)), acts("submitted"), host),
        OrganizationEntry("2", organization_values(), acts(), host),
        at_tianhe(acts(), key="3", values=enterprise_values(established_on=dt.date(2005, 5, 5))),
        at_tianhe(acts("draft"), key="4", values=enterprise_values(organization_code=code(2))),
    ]
    register_in_bulk(entries=rows, chunk=2)
    assert told == [RegistryChange(effective_on=dt.date(2005, 5, 5), counts_changed=True)]


def test_unknown_start_changes_every_day(acts, told, at_tianhe):
    register_in_bulk(entries=[at_tianhe(acts(), values=enterprise_values(established_on=None))])
    assert told == [RegistryChange(effective_on=None, counts_changed=True)]


@pytest.mark.parametrize(("state", "heard"), [("draft", 0), ("submitted", 1)])
def test_what_only_waits_changes_no_count(state, heard, acts, told, at_tianhe):
    register_in_bulk(entries=[at_tianhe(acts(state))])
    assert told == [RegistryChange(effective_on=None, counts_changed=False)] * heard


def test_queries_do_not_grow_with_the_rows(acts, at_tianhe, django_assert_max_num_queries, cast):
    def rows(first, count):
        return [
            at_tianhe(
                acts(),
                OrganizationEntry(f"o{number}", organization_values(), acts()),
                key=str(number),
                values=enterprise_values(name=f"广州示范第{number}有限公司", organization_code=code(number)),
            )
            for number in range(first, first + count)
        ]

    for first, count in ((100, 1), (200, 50)):
        entries = rows(first, count)
        for person in (cast.owner, cast.reviewer):
            forget_reach(person)
        with django_assert_max_num_queries(30):
            report = register_in_bulk(entries=entries)
        assert report.count == 2 * count
