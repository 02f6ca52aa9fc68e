"""The life of a Job row: one effect for any number of deliveries, words when it cannot be done."""

import datetime as dt

import pytest

from core import clock, jobs
from core.exceptions import DomainError
from core.jobs import JobResult, LeaseLost
from core.models import Job, WorkerHeartbeat
from core.models.job import JobQuerySet
from core.services import jobs as service

NOW = dt.datetime(2014, 10, 15, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def now(monkeypatch):
    """A machine clock the test moves by hand."""
    moment = [NOW]
    monkeypatch.setattr(clock, "machine_now", lambda: moment[0])
    return moment


@pytest.fixture
def published(monkeypatch):
    """Ids handed to the broker."""
    ids = []
    monkeypatch.setattr(service, "publish_job", lambda job_id, delay_seconds=0: ids.append(job_id))
    return ids


@pytest.fixture
def kind(monkeypatch):
    """A job kind whose function the test sets; it counts its runs."""
    runs = []
    monkeypatch.setattr(jobs, "_KINDS", {})

    def make(function=lambda job: JobResult("做完了")):
        @jobs.job_kind("test.work", title="测试")
        def work(job):
            runs.append(job.args)
            return function(job)

        return runs

    return make


@pytest.mark.django_db
class TestRequestJob:
    """Asking for work."""

    def test_publishes_after_commit_only(self, kind, published, django_capture_on_commit_callbacks):
        kind()
        with django_capture_on_commit_callbacks(execute=True):
            job = service.request_job(kind="test.work", key="a")
            assert published == []
        assert published == [job.pk]

    def test_second_request_of_the_same_key_joins_the_queued_one(self, kind, published):
        kind()
        first = service.request_job(kind="test.work", key="a")
        assert service.request_job(kind="test.work", key="a") == first
        assert Job.objects.count() == 1

    def test_request_while_one_runs_queues_another(self, kind, published):
        kind()
        first = service.request_job(kind="test.work", key="a")
        service.claim_job(first.pk)
        second = service.request_job(kind="test.work", key="a")
        assert second.pk != first.pk
        assert service.request_job(kind="test.work", key="a") == second

    def test_unknown_kind_fails_loudly(self, published):
        with pytest.raises(KeyError):
            service.request_job(kind="no.such", key="a")

    def test_broker_away_keeps_the_job_queued(self, kind, monkeypatch, django_capture_on_commit_callbacks):
        kind()

        def refuse(*args, **kwargs):
            raise OSError("broker away")

        monkeypatch.setattr(service.current_app, "send_task", refuse)
        with django_capture_on_commit_callbacks(execute=True):
            job = service.request_job(kind="test.work", key="a")
        job.refresh_from_db()
        assert job.state == "queued"


@pytest.mark.django_db
class TestRunJob:
    """Running what was delivered."""

    def test_delivered_twice_runs_once(self, kind, published):
        runs = kind()
        job = service.request_job(kind="test.work", key="a", args={"n": 1})
        service.run_job(job.pk)
        service.run_job(job.pk)
        job.refresh_from_db()
        assert (runs, job.state, job.message, job.attempts) == ([{"n": 1}], "done", "做完了", 1)

    def test_job_that_is_gone_is_ignored(self, kind, published):
        runs = kind()
        service.run_job(4711)
        assert runs == []

    def test_progress_is_stored_and_renews_the_lease(self, kind, published, now):
        def work(job):
            now[0] = NOW + dt.timedelta(seconds=20)
            job.progress(3, 10, "第三步")
            row = Job.objects.get()
            assert (row.progress_done, row.progress_total, row.message) == (3, 10, "第三步")
            assert row.lease_until == service.lease_end(now[0])
            return JobResult("好了", url="/x/")

        kind(work)
        job = service.request_job(kind="test.work", key="a")
        service.run_job(job.pk)
        job.refresh_from_db()
        assert (job.state, job.progress_done, job.result) == ("done", 10, {"url": "/x/"})

    def test_refusal_ends_the_job_with_its_words(self, kind, published):
        def refuse(job):
            raise DomainError("没有 2015 年的方案。")

        kind(refuse)
        job = service.request_job(kind="test.work", key="a")
        service.run_job(job.pk)
        job.refresh_from_db()
        assert (job.state, job.message) == ("failed", "没有 2015 年的方案。")

    def test_poison_job_is_given_up_after_three_attempts(self, kind, published, now, caplog):
        def burst(job):
            raise ZeroDivisionError

        runs = kind(burst)
        job = service.request_job(kind="test.work", key="a")
        for _ in range(5):
            service.run_job(job.pk)
            now[0] += dt.timedelta(minutes=5)
            service.sweep_jobs()
        job.refresh_from_db()
        assert (len(runs), job.state, job.attempts) == (3, "failed", 3)
        assert job.message.startswith("试了 3 次都没有完成")

    def test_worker_that_lost_its_lease_writes_nothing(self, kind, published, now):
        kind()
        job = service.request_job(kind="test.work", key="a")
        slow = service.RunningJob(service.claim_job(job.pk))
        now[0] += dt.timedelta(minutes=5)
        service.sweep_jobs()
        service.run_job(job.pk)
        with pytest.raises(LeaseLost):
            slow.progress(1, 2, "迟到")
        assert slow.finish(JobResult("迟到")) is False
        job.refresh_from_db()
        assert job.message == "做完了"

    def test_leased_job_is_not_claimed_by_a_second_worker(self, kind, published, now):
        kind()
        job = service.request_job(kind="test.work", key="a")
        assert service.claim_job(job.pk) is not None
        assert service.claim_job(job.pk) is None


@pytest.mark.django_db
class TestSweepJobs:
    """Finding what nobody holds."""

    def test_lapsed_lease_is_published_again(self, kind, published, now, django_capture_on_commit_callbacks):
        kind()
        job = service.request_job(kind="test.work", key="a")
        service.claim_job(job.pk)
        now[0] += dt.timedelta(minutes=5)
        with django_capture_on_commit_callbacks(execute=True):
            assert service.sweep_jobs() == [job.pk]
        assert published[-1] == job.pk
        job.refresh_from_db()
        assert job.state == "queued"

    def test_held_and_ended_jobs_are_left_alone(self, kind, published, now):
        kind()
        done = service.request_job(kind="test.work", key="a")
        service.run_job(done.pk)
        held = service.request_job(kind="test.work", key="b")
        now[0] += dt.timedelta(seconds=1)
        service.claim_job(held.pk)
        assert service.sweep_jobs() == []

    def test_dead_run_gives_way_to_the_same_work_that_waits(self, kind, published, now):
        kind()
        dead = service.request_job(kind="test.work", key="a")
        service.claim_job(dead.pk)
        now[0] += dt.timedelta(minutes=5)
        waiting = service.request_job(kind="test.work", key="a")
        assert service.sweep_jobs() == []
        dead.refresh_from_db()
        waiting.refresh_from_db()
        assert (dead.state, waiting.state) == ("failed", "queued")


@pytest.mark.django_db
def test_worker_heartbeat_is_one_row(now):
    service.note_worker_alive()
    now[0] += dt.timedelta(seconds=10)
    service.note_worker_alive()
    assert list(WorkerHeartbeat.objects.values_list("name", "seen_at")) == [("worker", now[0])]


@pytest.mark.django_db
def test_a_sweep_goes_on_when_the_same_work_is_asked_for_meanwhile(now, published, kind, monkeypatch):
    """Between its look at the queue and its own writing another request came: that job waits for the next sweep."""
    kind()
    for key in ("a", "b"):
        service.claim_job(service.request_job(kind="test.work", key=key).pk)
    service.request_job(kind="test.work", key="a")
    monkeypatch.setattr(JobQuerySet, "exists", lambda rows: False)
    now[0] += dt.timedelta(minutes=10)
    swept = service.sweep_jobs()
    assert Job.objects.get(key="b").pk in swept
    assert Job.objects.filter(key="a").order_by("pk").first().state == "running"
