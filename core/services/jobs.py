"""The life of a Job row: requested with its cause, published on commit, leased while it runs, swept when abandoned."""

import contextlib
import datetime as dt
import functools
import logging
import threading
from collections.abc import Iterator
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from core import clock
from core.exceptions import DomainError
from core.jobs import JobResult, LeaseLost, kind_of
from core.models import Job, WorkerHeartbeat
from core.models.job import JobQuerySet, JobState

logger = logging.getLogger(__name__)

# By name: the task imports this module.
RUN_TASK = "core.run_job"
GIVEN_UP = "试了 {attempts} 次都没有完成，已停止。请再发起一次；仍不成功时请联系系统管理员。"


def lease_end(at: dt.datetime) -> dt.datetime:
    """Until when a worker that gave a sign at ``at`` holds its job."""
    return at + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def request_job(
    *, kind: str, key: str, args: dict[str, Any] | None = None, actor: Any = None, delay_seconds: float = 0
) -> Job:
    """Ask for long work. Returns the queued job of this kind and key: a new one, or the one that already waits.

    Written in the caller's transaction, published after its commit. ``delay_seconds`` gathers many causes into one run.
    """
    kind_of(kind)
    at = clock.machine_now()
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                key=key,
                args=args or {},
                requested_by=actor,
                requested_at=at,
                # Unheard publications are swept: the first lease covers the wait in the queue.
                lease_until=lease_end(at) + dt.timedelta(seconds=delay_seconds),
            )
    except IntegrityError:
        waiting = Job.objects.filter(kind=kind, key=key, state=JobState.QUEUED).first()
        if waiting is None:  # it started between the two statements
            return request_job(kind=kind, key=key, args=args, actor=actor, delay_seconds=delay_seconds)
        return waiting
    transaction.on_commit(lambda: publish_job(job.pk, delay_seconds=delay_seconds))
    return job


def publish_job(job_id: int, *, delay_seconds: float = 0) -> None:
    """Hand the id to the broker. With the broker away the row stays queued and the sweep publishes it later."""
    try:
        current_app.send_task(RUN_TASK, [job_id], countdown=delay_seconds or None)
    except (OSError, OperationalError) as error:
        logger.warning("job %s stays queued, the broker did not answer: %s", job_id, error)


def claim_job(job_id: int) -> Job | None:
    """Take the job for this worker, or None when it is done, held by another worker or given up."""
    at = clock.machine_now()
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or not job.is_open:
            return None
        if job.state == JobState.RUNNING and job.lease_until > at:
            return None
        if job.attempts >= settings.JOB_MAX_ATTEMPTS:
            _give_up(job, at)
            return None
        job.state = JobState.RUNNING
        job.attempts += 1
        job.started_at = at
        job.lease_until = lease_end(at)
        job.save(update_fields=["state", "attempts", "started_at", "lease_until"])
        return job


class RunningJob:
    """The worker's hold on one claimed job. The attempt number is its fence: a worker that lost the lease writes nothing."""

    def __init__(self, job: Job) -> None:
        self.job = job

    @property
    def id(self) -> int:
        """The key of the row: the same for every attempt."""
        return self.job.pk

    @property
    def args(self) -> dict[str, Any]:
        """The arguments of the request."""
        return self.job.args

    @property
    def requested_by_id(self) -> int | None:
        """Who asked, or None for the portal itself."""
        return self.job.requested_by_id

    def _mine(self) -> JobQuerySet:
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts)

    def renew(self) -> None:
        """Give a sign of life. Raises ``LeaseLost`` when the job was taken over."""
        if not self._mine().update(lease_until=lease_end(clock.machine_now())):
            raise LeaseLost(self.job.pk)

    def progress(self, done: int, total: int, message: str) -> None:
        """Tell how far the work is and renew the lease."""
        updated = self._mine().update(
            progress_done=done,
            progress_total=total,
            message=message[:300],
            lease_until=lease_end(clock.machine_now()),
        )
        if not updated:
            raise LeaseLost(self.job.pk)

    def finish(self, result: JobResult) -> bool:
        """Write the result; False when another worker holds the job by now."""
        return bool(
            self._mine().update(
                state=JobState.DONE,
                message=result.message[:300],
                result={"url": result.url, **result.data},
                progress_done=F("progress_total"),
                finished_at=clock.machine_now(),
            )
        )

    def fail(self, message: str) -> bool:
        """End the job without a result, with words; False when another worker holds it by now."""
        return bool(
            self._mine().update(state=JobState.FAILED, message=message[:300], finished_at=clock.machine_now())
        )


def run_job(job_id: int) -> None:
    """Run one job to its end. Delivered twice, the second delivery finds it held or done and returns."""
    job = claim_job(job_id)
    if job is None:
        return
    running = RunningJob(job)
    try:
        with _sign_of_life(running):
            result = kind_of(job.kind).function(running)
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job_id)
    except DomainError as refusal:
        running.fail(refusal.message)
    except Exception:
        # Whatever broke, the row must not stay "running": it is tried again, then given up with words.
        logger.exception("job %s (%s) broke in attempt %s", job_id, job.kind, job.attempts)
        _retry_later(running)
    else:
        running.finish(result)


def _retry_later(running: RunningJob) -> None:
    at = clock.machine_now()
    if running.job.attempts >= settings.JOB_MAX_ATTEMPTS:
        running.fail(GIVEN_UP.format(attempts=running.job.attempts))
        return
    # An expired lease is what the sweep looks for: the next sweep publishes the job again.
    Job.objects.filter(pk=running.job.pk, state=JobState.RUNNING, attempts=running.job.attempts).update(
        lease_until=at - dt.timedelta(seconds=1), message="上一次没有完成，马上再试。"
    )


def _give_up(job: Job, at: dt.datetime) -> None:
    job.state = JobState.FAILED
    job.message = GIVEN_UP.format(attempts=job.attempts)
    job.finished_at = at
    job.save(update_fields=["state", "message", "finished_at"])


@contextlib.contextmanager
def _sign_of_life(running: RunningJob) -> Iterator[None]:
    """Renew the lease from a thread, so that one long silent step does not look like a dead worker."""
    if connection.in_atomic_block:  # a test's transaction: another connection would not see the row
        yield
        return
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(settings.JOB_LEASE_SECONDS / 3):
                try:
                    running.renew()
                except DatabaseError as error:
                    # Away for a moment, or busy: the next beat asks again, on a connection of its own.
                    logger.warning("job %s could not renew its lease: %s", running.job.pk, error)
                    connection.close()
        except LeaseLost:
            pass
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease-{running.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def sweep_jobs() -> list[int]:
    """Publish every abandoned job again, or give it up after the last attempt. Returns the ids published."""
    at = clock.machine_now()
    published: list[int] = []
    for job_id in list(Job.objects.abandoned(at).values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                if _queue_again(job_id, at):
                    published.append(job_id)
        except IntegrityError:
            # The same work was asked for at this very moment. The next sweep finds it waiting and ends the dead run.
            logger.info("job %s is left to the next sweep", job_id)
    return published


def _queue_again(job_id: int, at: dt.datetime) -> bool:
    """Put one abandoned job back into the queue; False when it is not abandoned any more, or has ended here."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or not job.is_open or job.lease_until >= at:
        return False
    if job.attempts >= settings.JOB_MAX_ATTEMPTS:
        _give_up(job, at)
        return False
    if (
        job.state == JobState.RUNNING
        and Job.objects.filter(kind=job.kind, key=job.key, state=JobState.QUEUED).exists()
    ):
        # The same work waits already: the dead run ends here and the waiting one does it.
        job.state = JobState.FAILED
        job.message = "中断了，同样的任务已在排队，由它完成。"
        job.finished_at = at
        job.save(update_fields=["state", "message", "finished_at"])
        return False
    job.state = JobState.QUEUED
    job.lease_until = lease_end(at)
    job.save(update_fields=["state", "lease_until"])
    transaction.on_commit(functools.partial(publish_job, job_id))
    return True


def note_worker_alive(name: str = "worker") -> None:
    """Write the sign of life that /readyz reads."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": clock.machine_now()})
