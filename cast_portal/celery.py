"""The worker and the scheduler.

The schedule asks each minute what is due; it never says "do today's", because missed ticks are not made up.
"""

import os

from celery import Celery
from celery.signals import worker_process_init

from core.broker import use_whole_messages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cast_portal.settings")

# Before the first connection, because kombu remembers what a name stands for.
use_whole_messages()
app = Celery("cast_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Somebody who waits for a page goes before a job that nobody watches.
NICENESS = 5


@worker_process_init.connect
def give_way(**_: object) -> None:
    """Let the web processes of the same machine go first."""
    os.nice(NICENESS)


app.conf.beat_schedule = {
    "sweep-jobs": {"task": "core.sweep_jobs", "schedule": 5.0},
    "worker-heartbeat": {"task": "core.worker_heartbeat", "schedule": 10.0, "options": {"expires": 10}},
    "delete-expired-files": {
        "task": "core.delete_expired_files",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "request-due-snapshot": {
        "task": "quotas.request_due_snapshot",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}
