"""A job the tests can hold in its middle: it says that it began and goes on when a gate file stands there."""

import threading
from pathlib import Path

from core.jobs import JobResult, JobRun, job_kind
from core.services.jobs import note_worker_alive

LONGEST_WAIT_SECONDS = 60


@job_kind("test.held", title="可以停在中间的任务")
def held_in_the_middle(job: JobRun) -> JobResult:
    """``args``: ``folder`` with the marker files, ``effect`` the one row the job leaves, however often it runs."""
    folder = Path(job.args["folder"])
    job.progress(1, 2, "停在中间")
    (folder / f"began-{len(list(folder.glob('began-*'))) + 1}").touch()
    pause = threading.Event()
    for _ in range(LONGEST_WAIT_SECONDS * 10):
        if (folder / "gate").exists():
            break
        pause.wait(0.1)
    note_worker_alive(job.args["effect"])
    return JobResult("做完了")
