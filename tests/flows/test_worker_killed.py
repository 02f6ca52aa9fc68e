"""A worker killed with -9 in the middle of a job: the job ends once all the same, on both brokers."""

import os

import pytest

from core.models import Job, WorkerHeartbeat
from core.services import jobs
from tests.support import slow_jobs
from tests.support.processes import (
    environment,
    kill_group,
    publisher,
    running_worker,
    wait_until,
    working_folders,
)

BROKERS = ["filesystem", "redis"] if os.environ.get("REDIS_URL") else ["filesystem"]


@pytest.fixture
def same_broker(monkeypatch, tmp_path):
    """Let this process publish to the broker the worker listens on; returns the worker's environment."""

    def choose(broker: str) -> dict[str, str]:
        working_folders(tmp_path)
        url = os.environ.get("REDIS_URL", "") if broker == "redis" else ""
        monkeypatch.setattr(jobs, "current_app", publisher(tmp_path, url))
        return environment(tmp_path, REDIS_URL=url, PORTAL_JOB_LEASE_SECONDS="2")

    return choose


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", BROKERS)
def test_job_of_a_killed_worker_ends_once(broker, same_broker, tmp_path, settings):
    settings.JOB_LEASE_SECONDS = 2
    env = same_broker(broker)
    job = jobs.request_job(
        kind="test.held", key=broker, args={"folder": str(tmp_path), "effect": "the-effect"}
    )
    with running_worker(env, modules=slow_jobs.__name__) as first:
        wait_until((tmp_path / "began-1").exists, seconds=40, what="the first worker begins the job")
        kill_group(first)
    assert WorkerHeartbeat.objects.filter(name="the-effect").count() == 0
    with running_worker(env, modules=slow_jobs.__name__):
        wait_until((tmp_path / "began-2").exists, seconds=60, what="the second worker takes the job over")
        (tmp_path / "gate").touch()
        wait_until(lambda: Job.objects.get(pk=job.pk).state == "done", seconds=40, what="the job ends")
    job.refresh_from_db()
    assert (job.attempts, job.message) == (2, "做完了")
    assert WorkerHeartbeat.objects.filter(name="the-effect").count() == 1
    assert len(list(tmp_path.glob("began-*"))) == 2
