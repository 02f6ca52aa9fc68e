"""What the scheduler asks for: what is due, never "today's run", because missed ticks are not made up."""

from core import clock
from core.models import Job
from core.services.jobs import request_job
from quotas.models import Plan, Snapshot
from quotas.services.staleness import HISTORY, REFRESH, request_refresh


def request_due_snapshot() -> None:
    """Each night the date changes and today has no figures yet: ask for them. Repair what was left stale, too."""
    today = clock.business_today()
    plan = Plan.objects.in_force_on(today)
    if plan is None:
        return
    current = Snapshot.objects.live().filter(plan=plan, on=today).first()
    if (current is None or current.is_stale) and not Job.objects.open().filter(kind=REFRESH).exists():
        request_refresh(delay_seconds=0)
    elif (
        Snapshot.objects.stale().filter(plan=plan).exists()
        and not Job.objects.open().filter(kind__in=(REFRESH, HISTORY)).exists()
    ):
        request_job(kind=HISTORY, key=str(plan.year))
