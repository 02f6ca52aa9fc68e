"""Thin tasks. Any of them may be delivered twice."""

from celery import shared_task

from quotas.services.schedule import request_due_snapshot


@shared_task(name="quotas.request_due_snapshot", expires=60)
def request_due_snapshot_task() -> None:
    """Ask for what is due: today's figures when there are none, or stale ones nobody is computing."""
    request_due_snapshot()
