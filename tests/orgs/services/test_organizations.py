"""Entering and editing organisations: one at a time at a host, in the service and in the database."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.exceptions import ClosedByState, DomainError, NotAllowed, StaleVersion
from core.models import AuditEvent
from orgs.models import CastOrganization, Enterprise
from orgs.services.entry import NewHost, confirming_office, enter_organization
from orgs.services.organizations import create_organization, edit_organization
from tests import factories

VALUES = {"name": "", "established_on": dt.date(2014, 9, 8), "chair": "陈示例"}


@pytest.fixture
def enterprise(tree):
    """A confirmed enterprise of Tianhe, founded on 1 March 2001."""
    return factories.make_enterprise(tree.tianhe, name="示范精密工业有限公司")


def test_organization_is_a_draft_of_its_hosts_holder(cast, enterprise, tree):
    record = create_organization(actor=cast.owner, host=enterprise, values=VALUES)
    assert (record.state, record.office, record.name) == (
        "draft",
        tree.tianhe,
        "示范精密工业有限公司科学技术协会",
    )
    event = AuditEvent.objects.of(record).get()
    assert (event.action, event.after["成立日期"], event.actor_unit) == (
        "organization.create",
        "2014-09-08",
        "天河区科协",
    )


@pytest.mark.parametrize(
    "who", ["viewer", "neighbour", "reviewer", "stranger", "auditor", "sysadmin", "disabled"]
)
def test_only_clerks_of_the_holder_or_above_enter(cast, enterprise, who):
    with pytest.raises(NotAllowed):
        create_organization(actor=getattr(cast, who), host=enterprise, values=VALUES)
    assert not CastOrganization.objects.exists()


# Periods of an organisation that stands, and of a second one: from, until (exclusive), whether both fit.
PERIODS = [
    ("2010-01-01", None, "2014-09-08", None, False),
    ("2010-01-01", "2014-09-08", "2014-09-08", None, True),
    ("2010-01-01", "2014-09-09", "2014-09-08", None, False),
    ("2010-01-01", "2012-01-01", "2011-06-01", "2011-07-01", False),
    ("2010-01-01", "2012-01-01", "2009-01-01", "2010-01-01", True),
    ("2010-01-01", "2012-01-01", "2009-01-01", "2010-01-02", False),
]


def day(text):
    """A day, or None."""
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(("first", "first_end", "second", "second_end", "fits"), PERIODS)
@pytest.mark.parametrize("state", ["submitted", "confirmed", "draft", "voided"])
def test_periods_at_one_host_do_not_overlap(
    cast, enterprise, state, first, first_end, second, second_end, fits
):
    factories.make_organization(
        enterprise, state=state, established_on=day(first), dissolved_on=day(first_end)
    )
    values = VALUES | {"established_on": day(second), "dissolved_on": day(second_end)}
    if fits or state in ("draft", "voided"):
        create_organization(actor=cast.owner, host=enterprise, values=values)
    else:
        with pytest.raises(DomainError, match="同一时期不能再登记一个") as refusal:
            create_organization(actor=cast.owner, host=enterprise, values=values)
        assert refusal.value.field == "enterprise"


@pytest.mark.parametrize(
    "states", [("submitted", "confirmed"), ("confirmed", "confirmed"), ("submitted", "submitted")]
)
def test_database_refuses_a_second_standing_one(enterprise, states):
    factories.make_organization(enterprise, state=states[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_organization(enterprise, state=states[1])


def test_two_drafts_for_one_host_and_only_one_goes_up(cast, enterprise):
    from orgs.services.records import RecordRef, submit_record  # noqa: PLC0415 - named beside its use

    first = create_organization(actor=cast.owner, host=enterprise, values=VALUES)
    second = create_organization(actor=cast.colleague, host=enterprise, values=VALUES)
    submit_record(actor=cast.owner, ref=RecordRef("organization", first.pk, 1))
    with pytest.raises(DomainError, match="同一时期不能再登记一个"):
        submit_record(actor=cast.colleague, ref=RecordRef("organization", second.pk, 1))


def test_voided_host_takes_no_organization(cast, tree):
    with pytest.raises(ClosedByState, match="登记已作废"):
        create_organization(
            actor=cast.owner, host=factories.make_enterprise(tree.tianhe, state="voided"), values=VALUES
        )


def test_edit_of_a_stale_version_or_a_confirmed_record_changes_nothing(cast, enterprise):
    record = factories.make_organization(enterprise, state="draft", version=2)
    with pytest.raises(StaleVersion):
        edit_organization(actor=cast.owner, organization_id=record.pk, version=1, values=VALUES)
    record.state, record.confirmed_at = "confirmed", factories.AT
    record.save()
    with pytest.raises(ClosedByState, match="不能直接修改"):
        edit_organization(actor=cast.owner, organization_id=record.pk, version=2, values=VALUES)
    record.refresh_from_db()
    assert (record.version, record.chair) == (2, "陈示例")
    assert not AuditEvent.objects.of(record).exists()


def test_edit_keeps_only_what_changed_in_the_trail(cast, enterprise):
    record = create_organization(actor=cast.owner, host=enterprise, values=VALUES)
    edit_organization(
        actor=cast.colleague,
        organization_id=record.pk,
        version=1,
        values=VALUES | {"name": record.name, "chair": "黄示例"},
    )
    event = AuditEvent.objects.of(record).first()
    assert (event.before, event.after) == ({"主席": "陈示例"}, {"主席": "黄示例"})
    assert set(record.contributors.all()) == {cast.owner, cast.colleague}


# ---------- with a new enterprise in the same step ----------


def new_enterprise(division, **values):
    """A typed enterprise."""
    return NewHost(
        Enterprise, {"name": "示范量子仪器有限公司", "is_private": True, **values}, division("440106")
    )


def test_refused_organization_leaves_no_enterprise(cast, division):
    with pytest.raises(DomainError):
        enter_organization(
            actor=cast.owner,
            kind="enterprise",
            host=new_enterprise(division),
            values=VALUES | {"chair": ""},
            submit=True,
        )
    assert not Enterprise.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="enterprise").exists()


def test_all_refusals_of_both_come_together(cast, division):
    with pytest.raises(DomainError) as refusal:
        enter_organization(
            actor=cast.owner,
            kind="enterprise",
            host=new_enterprise(division, name="甲", is_private=False, credit_code="1"),
            values={"established_on": dt.date(2014, 10, 16), "phone": "1"},
            submit=True,
        )
    assert {error.field for error in refusal.value.errors} == {
        "host.name", "host.types", "host.credit_code", "established_on", "chair", "phone",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        ("tianhe", "guangzhou"),
        ("guangzhou", "guangzhou"),
        ("guangdong", "guangdong"),
        ("dongcheng", "beijing"),
        ("shihezi", "xpcc"),
    ],
)
def test_nearest_confirming_office(tree, plan, office, expected):
    assert confirming_office(CastOrganization(kind="enterprise"), holder=getattr(tree, office)) == getattr(
        tree, expected
    )


@pytest.mark.parametrize(("grade", "expected"), [("other", "guangdong"), ("national", "hq")])
def test_organization_of_an_unconfirmed_park_goes_up_to_the_parks_level(tree, plan, grade, expected):
    park = factories.make_park(tree.tianhe, state="draft", grade=grade)
    trial = CastOrganization(kind="park", park=park)
    assert confirming_office(trial, holder=tree.tianhe) == getattr(tree, expected)


@pytest.mark.parametrize(
    ("dissolved_on", "fits"),
    [
        (None, False),
        (dt.date(2014, 10, 2), False),
        (dt.date(2014, 10, 1), True),
        (dt.date(2014, 9, 20), True),
    ],
)
def test_organization_does_not_outlive_its_host(cast, tree, dissolved_on, fits):
    gone = factories.make_enterprise(tree.tianhe, dissolved_on=dt.date(2014, 10, 1))
    values = VALUES | {"dissolved_on": dissolved_on}
    if fits:
        create_organization(actor=cast.owner, host=gone, values=values)
    else:
        with pytest.raises(DomainError, match="随之撤销") as refusal:
            create_organization(actor=cast.owner, host=gone, values=values)
        assert [error.field for error in refusal.value.errors] == ["dissolved_on"]
    assert CastOrganization.objects.count() == fits
