"""The invented registry, at a tiny scale: consistent, the same each time, and counted alike by engine and bare SQL."""

import pytest
from django.db import connection

from benchmarks import snapshots
from benchmarks.world import TODAY, Sizes, write_waiting_organizations, write_world
from orgs.choices import OfficeLevel
from orgs.models import CastOrganization, ContactPerson, Enterprise, Office, Park
from quotas.models import Snapshot, Tally
from quotas.selectors.facts import own_counts
from quotas.services.snapshots import compute_snapshot

SCALE = 0.001


@pytest.fixture
def world(plan) -> Sizes:
    return write_world(SCALE)


def figures() -> dict[int, tuple[int, int]]:
    counts = own_counts(year=2014, day=TODAY)
    return {
        office: (counts["enterprises"].get(office, 0), counts["orgs_total"].get(office, 0))
        for office in Office.objects.values_list("pk", flat=True)
    }


def test_it_has_the_rows_its_scale_says(world) -> None:
    assert Enterprise.objects.count() == world.enterprises == 344
    assert Park.objects.count() == 1600
    assert CastOrganization.objects.in_parks().count() == world.park_organizations
    assert ContactPerson.objects.count() == world.contacts
    states = set(CastOrganization.objects.in_enterprises().values_list("state", flat=True))
    assert states == {"confirmed", "submitted", "returned", "draft"}


def test_every_organisation_is_held_where_its_host_is(world) -> None:
    for record in CastOrganization.objects.select_related("enterprise", "park"):
        assert record.office_id == record.host.office_id


def test_the_full_size_is_that_of_the_goals() -> None:
    sizes = Sizes.at(1)
    assert sizes.enterprises == 344_000
    assert sizes.old + sizes.new + sizes.park_organizations + sizes.others == 27_000
    assert sizes.contacts == 15_000


def test_the_same_scale_is_the_same_world(world) -> None:
    first = figures()
    for model in (ContactPerson, CastOrganization, Enterprise, Park):
        model.objects.all().delete()
    Office.objects.get(level=OfficeLevel.HQ).posts.all().delete()
    Office.objects.get(code="440000").posts.all().delete()
    from accounts.models import User  # noqa: PLC0415 - only here

    User.objects.all().delete()
    write_world(SCALE)
    assert figures() == first


def test_bare_sql_and_engine_count_the_same_stock(world) -> None:
    enterprises, organizations, _, parks, _ = snapshots.bare_statements(2014, TODAY)
    counts = own_counts(year=2014, day=TODAY)
    for statement, measure in (
        (enterprises, "enterprises"),
        (organizations, "orgs_total"),
        (parks, "parks"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            bare = {office: count for office, count, *_ in cursor.fetchall()}
        assert bare == {office: count for office, count in counts[measure].items() if count}


def test_the_raw_write_of_the_baseline_writes_the_same_rows(world, plan) -> None:
    real = compute_snapshot(plan=plan, on=TODAY)
    rows = list(Tally.objects.filter(snapshot=real).values_list(*snapshots.COLUMNS[1:]).order_by("office_id"))
    copy = Snapshot.objects.create(
        plan=plan, on=TODAY.replace(day=1), state="live", started_at=real.started_at
    )
    snapshots.write_raw([(copy.pk, *row) for row in rows])
    written = Tally.objects.filter(snapshot=copy).values_list(*snapshots.COLUMNS[1:]).order_by("office_id")
    assert list(written) == rows


def test_waiting_organisations_can_be_confirmed(world) -> None:
    keys = write_waiting_organizations(3)
    rows = CastOrganization.objects.filter(pk__in=keys)
    assert {row.state for row in rows} == {"submitted"}
    assert all(row.enterprise.state == "confirmed" and row.established_on <= TODAY for row in rows)
