"""Organisations and contacts of a batch: what breaks a rule comes back, and hosts move along."""

import datetime as dt

import pytest

from orgs.models import CastOrganization, ContactPerson
from orgs.services.bulk_entry import register_in_bulk
from orgs.services.bulk_rows import ContactEntry, OrganizationEntry
from tests import factories
from tests.support.bulk import (
    contact_values,
    organization_values,
    reasons,
)


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
