"""P3: from a confirmed record to the changed figure, with a real worker and scheduler on the same database and broker."""

import contextlib
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from accounts.models import User
from benchmarks.results import REAL_SCALE, Result, p95, result
from benchmarks.timing import children_of, forget_peak, peak_mib, resident_mib
from benchmarks.world import SEED, TODAY, write_waiting_organizations
from core.models import Job, WorkerHeartbeat
from orgs.choices import OfficeLevel
from orgs.services.records import RecordRef, confirm_record
from quotas.models import Plan, Tally
from quotas.models.snapshot import SnapshotState
from quotas.services.snapshots import compute_snapshot
from quotas.services.staleness import REFRESH
from scripts import serve
from scripts.console import ROOT
from scripts.processes import end_groups, start_group

GOAL, GOAL_OF_BURST = "≤ 5 s", "≤ 3"
SINGLE, BURST = 24, 200
LIMIT = 60.0


@contextlib.contextmanager
def running_worker() -> Iterator[int]:
    """Worker and scheduler by the command lines of ``make run``; yields the worker's process id."""
    WorkerHeartbeat.objects.all().delete()
    plan = serve.plan_from(os.environ)
    chosen = [one for one in serve.programs(plan) if one.name in ("worker", "scheduler")]
    with contextlib.ExitStack() as stack:
        children = []
        for program in chosen:
            output = stack.enter_context(Path(program.log).open("ab"))
            children.append(start_group(program.argv, output=output, env=plan.env, cwd=ROOT))
        stack.callback(end_groups, children, grace=10)
        wait_until(WorkerHeartbeat.objects.exists, "the worker to start")
        yield children[0].pid


def wait_until(true: Callable[[], bool], what: str, *, pause: float = 0.02) -> None:
    """Return as soon as the condition holds; RuntimeError after a minute."""
    deadline = time.monotonic() + LIMIT
    while not true():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {LIMIT:.0f} s in vain for {what}; see {settings.VAR_DIR / 'log'}")
        time.sleep(pause)


def shown() -> int:
    """The national number of new organisations as today's board reads it."""
    return (
        Tally.objects.filter(
            snapshot__state=SnapshotState.LIVE, snapshot__on=TODAY, office__level=OfficeLevel.HQ
        )
        .values_list("orgs_new", flat=True)
        .first()
        or 0
    )


def _idle() -> bool:
    return not Job.objects.open().exists()


def measure(db: str, scale: float) -> list[Result]:
    """Confirmations at random moments, one by one; then many in a row."""
    single, burst = (SINGLE, BURST) if scale >= REAL_SCALE else (2, 20)
    chance = random.Random(SEED)
    actor = User.objects.get(username="bench-reviewer")
    waiting = [RecordRef("organization", pk) for pk in write_waiting_organizations(single + burst)]
    compute_snapshot(plan=Plan.objects.get(), on=TODAY, force=True)
    delays: list[float] = []
    with running_worker() as worker:
        workers = children_of(worker)
        before = {pid: resident_mib(pid) for pid in workers}
        for pid in workers:
            forget_peak(pid)
        for ref in waiting[:single]:
            time.sleep(chance.uniform(0, 2.5 if scale >= REAL_SCALE else 0.5))
            # Nothing confirmed before is missing from it: each is waited for.
            expected = shown() + 1
            confirm_record(actor=actor, ref=ref)
            started = time.monotonic()
            wait_until(lambda wanted=expected: shown() >= wanted, "the figure to change")
            delays.append(time.monotonic() - started)
        wait_until(_idle, "all jobs to end")
        last = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        expected = shown() + burst
        started = time.monotonic()
        for ref in waiting[single:]:
            confirm_record(actor=actor, ref=ref)
        confirmed = time.monotonic() - started
        wait_until(lambda: shown() >= expected, "the figure to hold all of them")
        whole = time.monotonic() - started
        wait_until(_idle, "all jobs to end")
        memory = max(
            (peak_mib(pid) - before[pid] for pid in workers if Path(f"/proc/{pid}").exists()), default=0.0
        )
    runs = Job.objects.filter(kind=REFRESH, pk__gt=last).count()
    connection.close()
    common = {"db": db, "scale": scale, "ratio": None, "memory_mib": memory}
    return [
        result(
            f"P3 confirmed → figure, p95 of {single}",
            product=p95(delays),
            baseline=None,
            unit="s",
            goal=GOAL,
            **common,
        ),
        result(
            f"P3 recomputations of {burst} confirmations",
            product=runs,
            baseline=None,
            unit="runs",
            goal=GOAL_OF_BURST,
            **common,
        ),
        result(
            f"P3 {burst} confirmations until all show",
            product=whole,
            baseline=confirmed,
            unit="s",
            **common,
        ),
    ]
