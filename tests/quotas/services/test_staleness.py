"""Which stored days a change makes stale, and how few computations many changes ask for."""

import datetime as dt

import pytest

from core.models import Job
from core.services.jobs import run_job
from orgs.changes import RegistryChange
from orgs.services.records import RecordRef, confirm_record, submit_record, void_record
from quotas.models import Snapshot, Tally
from quotas.services.snapshots import compute_snapshot
from quotas.services.staleness import HISTORY, REFRESH, note_registry_change
from tests import factories
from tests.conftest import TODAY

DAYS = [dt.date(2014, 6, 30), dt.date(2014, 8, 31), dt.date(2014, 9, 30), TODAY]


@pytest.fixture
def stored(tree, plan):
    for day in DAYS:
        compute_snapshot(plan=plan, on=day)
    return tree


def stale_days() -> list[dt.date]:
    return sorted(Snapshot.objects.stale().values_list("on", flat=True))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(RegistryChange(dt.date(2014, 8, 31), True), DAYS[1:], id="from its day of effect on"),
        pytest.param(RegistryChange(dt.date(2014, 9, 1), True), DAYS[2:], id="not the day before"),
        pytest.param(RegistryChange(None, True), DAYS, id="an unknown day touches all"),
        pytest.param(RegistryChange(dt.date(2014, 6, 1), False), [TODAY], id="what only waits touches today"),
        pytest.param(RegistryChange(dt.date(2014, 12, 1), True), [], id="a later day touches none"),
    ],
)
def test_which_days_become_stale(stored, change, expected) -> None:
    note_registry_change(change)
    assert stale_days() == expected
    assert Job.objects.filter(kind=REFRESH).count() == 1


def test_confirming_and_voiding_make_the_days_since_the_founding_stale(stored, cast) -> None:
    organization = factories.make_organization(
        factories.make_enterprise(stored.tianhe), state="submitted", actor=cast.owner
    )
    confirm_record(actor=cast.reviewer, ref=RecordRef("organization", organization.pk))
    assert stale_days() == [dt.date(2014, 9, 30), TODAY]
    Snapshot.objects.update(is_stale=False)
    void_record(actor=cast.reviewer, ref=RecordRef("organization", organization.pk), reason="重复登记")
    assert stale_days() == [dt.date(2014, 9, 30), TODAY]


def test_submitting_makes_only_today_stale(stored, cast) -> None:
    organization = factories.make_organization(
        factories.make_enterprise(stored.tianhe), state="draft", actor=cast.owner
    )
    submit_record(actor=cast.owner, ref=RecordRef("organization", organization.pk))
    assert stale_days() == [TODAY]


def test_200_confirmations_ask_for_at_most_three_computations(stored, cast, plan) -> None:
    """The worker takes up what waits twice while people go on confirming."""
    waiting = [
        factories.make_organization(
            factories.make_enterprise(stored.tianhe), state="submitted", actor=cast.owner
        )
        for _ in range(200)
    ]
    for number, organization in enumerate(waiting, start=1):
        confirm_record(actor=cast.reviewer, ref=RecordRef("organization", organization.pk))
        if number in (70, 140):
            run_job(Job.objects.get(kind=REFRESH, state="queued").pk)
    run_job(Job.objects.get(kind=REFRESH, state="queued").pk)
    assert Job.objects.filter(kind=REFRESH).count() <= 3
    today = Snapshot.objects.live().get(on=TODAY)
    assert not today.is_stale
    assert Tally.objects.get(snapshot=today, office=stored.hq).orgs_new == 200


def test_a_refresh_does_today_first_and_asks_for_the_other_days(stored, plan) -> None:
    note_registry_change(RegistryChange(None, True))
    run_job(Job.objects.get(kind=REFRESH).pk)
    assert stale_days() == DAYS[:-1]
    history = Job.objects.get(kind=HISTORY)
    run_job(history.pk)
    history.refresh_from_db()
    assert (history.state, history.message) == ("done", "已更新 3 天的数字")
    assert stale_days() == []


def test_the_same_job_delivered_twice_computes_once(stored, plan) -> None:
    note_registry_change(RegistryChange(TODAY, True))
    job = Job.objects.get(kind=REFRESH)
    run_job(job.pk)
    first = Snapshot.objects.live().get(on=TODAY)
    run_job(job.pk)
    assert Snapshot.objects.live().get(on=TODAY) == first
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)
