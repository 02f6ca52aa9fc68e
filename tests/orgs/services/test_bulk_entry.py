"""Many records at once: the rows and the trail of the single services, and what the apps above hear."""

import datetime as dt

import pytest
from django.db import transaction

from core.models import AuditEvent
from orgs.changes import RegistryChange
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.reach import forget_reach
from orgs.services import bulk_entry
from orgs.services.bulk_entry import register_in_bulk
from orgs.services.bulk_rows import ContactEntry, OrganizationEntry, ParkEntry
from orgs.services.contacts import create_contact
from orgs.services.enterprises import create_enterprise
from orgs.services.organizations import create_organization
from orgs.services.parks import create_park
from orgs.services.records import RecordRef, confirm_record, return_record, submit_record, void_record
from tests import factories
from tests.support.bulk import (
    AT,
    HOUR,
    REASON,
    code,
    contact_values,
    enterprise_values,
    organization_values,
)


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


@pytest.fixture
def host(tree):
    """A confirmed enterprise of Tianhe."""
    return factories.make_enterprise(tree.tianhe)


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
