"""The long work of this app. Each may run twice."""

import datetime as dt

from accounts.models import User
from core import clock
from core.exceptions import DomainError
from core.jobs import JobResult, JobRun, job_kind
from core.services.jobs import request_job
from core.statistics import refresh_planner_statistics
from quotas.models import Plan, Snapshot
from quotas.services.snapshots import compute_snapshot, remove_superseded
from quotas.services.staleness import DAY, HISTORY, REFRESH


def plan_for(day: dt.date) -> Plan:
    """The plan the figures of a day are computed for."""
    plan = Plan.objects.in_force_on(day)
    if plan is None:
        raise DomainError(f"没有 {day.year} 年的实施方案，不能计算。请先载入方案。")
    return plan


@job_kind(REFRESH, title="更新今天的数字", shared=True)
def refresh_today(job: JobRun) -> JobResult:
    """Today's figures first, so that a confirmation shows within seconds; earlier days follow in a run of their own."""
    today = clock.business_today()
    plan = plan_for(today)
    job.progress(0, 1, f"计算截至 {today} 的数字")
    compute_snapshot(plan=plan, on=today)
    job.progress(1, 1, f"截至 {today} 的数字已更新")
    if Snapshot.objects.stale().filter(plan=plan).exists():
        request_job(kind=HISTORY, key=str(plan.year))
    return JobResult(f"截至 {today} 的数字已更新")


@job_kind(HISTORY, title="更新以往各天的数字", shared=True)
def refresh_history(job: JobRun) -> JobResult:
    """Every stored day something changed under, newest first, each replaced by itself. Then the housekeeping."""
    stale = list(Snapshot.objects.stale().select_related("plan").order_by("-on"))
    for number, snapshot in enumerate(stale):
        job.progress(number, len(stale), f"计算截至 {snapshot.on} 的数字")
        compute_snapshot(plan=snapshot.plan, on=snapshot.on)
    remove_superseded()
    refresh_planner_statistics()
    return JobResult(f"已更新 {len(stale)} 天的数字")


@job_kind(DAY, title="计算指定日期的数字", shared=True)
def compute_day(job: JobRun) -> JobResult:
    """One day somebody asked for. ``args``: ``on`` (ISO date), ``force``, ``url`` of the page that asked."""
    day = dt.date.fromisoformat(job.args["on"])
    plan = plan_for(day)
    actor = User.objects.filter(pk=job.requested_by_id).first() if job.requested_by_id else None
    job.progress(0, 1, f"计算截至 {day} 的数字")
    compute_snapshot(plan=plan, on=day, actor=actor, force=bool(job.args.get("force")))
    return JobResult(f"截至 {day} 的数字已算好", url=job.args.get("url", ""))
