"""The scheduler asks for what is due, whatever it missed before."""

import datetime as dt

import pytest

from core.models import Job
from core.services.jobs import request_job, run_job
from quotas.models import Snapshot
from quotas.services.schedule import request_due_snapshot
from quotas.services.snapshots import compute_snapshot
from quotas.services.staleness import HISTORY, REFRESH
from tests.conftest import TODAY


def asked_for() -> list[str]:
    return list(Job.objects.order_by("pk").values_list("kind", flat=True))


def test_a_day_without_figures_is_asked_for_once(plan) -> None:
    request_due_snapshot()
    request_due_snapshot()
    assert asked_for() == [REFRESH]


def test_nothing_is_asked_for_when_today_is_there(plan) -> None:
    compute_snapshot(plan=plan, on=TODAY)
    request_due_snapshot()
    assert asked_for() == []


def test_the_next_day_is_asked_for_when_the_date_changes(plan, settings) -> None:
    compute_snapshot(plan=plan, on=TODAY)
    settings.PORTAL_TODAY = TODAY + dt.timedelta(days=1)
    request_due_snapshot()
    run_job(Job.objects.get().pk)
    assert Snapshot.objects.live().filter(on=settings.PORTAL_TODAY).exists()


@pytest.mark.parametrize(("day", "kind"), [(TODAY, REFRESH), (dt.date(2014, 9, 30), HISTORY)])
def test_what_was_left_stale_is_repaired(plan, day, kind) -> None:
    for on in {TODAY, day}:
        compute_snapshot(plan=plan, on=on)
    Snapshot.objects.filter(on=day).update(is_stale=True)
    request_due_snapshot()
    assert asked_for() == [kind]
    request_due_snapshot()
    assert asked_for() == [kind]


def test_a_running_refresh_is_left_alone(plan) -> None:
    job = request_job(kind=REFRESH, key="today")
    Job.objects.filter(pk=job.pk).update(state="running")
    request_due_snapshot()
    assert asked_for() == [REFRESH]


def test_without_a_plan_nothing_is_due(tree) -> None:
    request_due_snapshot()
    assert asked_for() == []
