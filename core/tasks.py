"""Thin tasks: ids in, one call. Any of them may be delivered twice."""

from celery import shared_task
from celery.signals import worker_ready

from core.services import attachment_sweep, files, jobs


@shared_task(name=jobs.RUN_TASK)
def run_job_task(job_id: int) -> None:
    """Run one job."""
    jobs.run_job(job_id)


@shared_task(name="core.sweep_jobs", expires=30)
def sweep_jobs_task() -> None:
    """Publish abandoned jobs again."""
    jobs.sweep_jobs()


@shared_task(name="core.delete_expired_files", expires=3600)
def delete_expired_files_task() -> None:
    """Delete attachments nobody saved, and kept files whose time is over."""
    attachment_sweep.sweep_attachments()
    files.delete_expired_files()


@shared_task(name="core.worker_heartbeat", expires=30)
def worker_heartbeat_task() -> None:
    """Show that scheduler, broker and worker pass tasks on."""
    jobs.note_worker_alive()


@worker_ready.connect
def publish_what_a_killed_worker_held(**_: object) -> None:
    """A worker that starts first picks up what its predecessor left."""
    jobs.note_worker_alive()
    jobs.sweep_jobs()
