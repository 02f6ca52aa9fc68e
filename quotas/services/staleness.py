"""What makes stored figures stale, and the request to compute them again: many changes, one recomputation."""

from core import clock
from core.locks import advisory_lock
from core.services.jobs import request_job
from orgs.changes import RegistryChange
from quotas.models import Snapshot
from quotas.services.snapshots import LOCK

REFRESH, HISTORY, DAY = "coverage.refresh", "coverage.history", "coverage.day"
# Changes that follow each other within this time share one run.
DEBOUNCE_SECONDS = 1.0


def note_registry_change(change: RegistryChange) -> None:
    """Mark the stored days a change touches and ask for a refresh, in the change's own transaction.

    What only waits for confirmation is shown beside today's figures: it touches no other day.
    """
    advisory_lock(LOCK, shared=True)
    touched = Snapshot.objects.filter(is_stale=False)
    if not change.counts_changed:
        touched = touched.filter(on=clock.business_today())
    elif change.effective_on is not None:
        touched = touched.filter(on__gte=change.effective_on)
    touched.update(is_stale=True)
    request_refresh()


def request_refresh(delay_seconds: float = DEBOUNCE_SECONDS) -> None:
    """Ask for today's figures; a refresh that waits already serves this request too."""
    request_job(kind=REFRESH, key="today", delay_seconds=delay_seconds)
