"""Computing the figures of a day and putting them in the place of the former ones, whole."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
from django.db import transaction

from accounts.models import User
from core import clock
from core.bulk import insert_rows
from core.locks import advisory_lock
from orgs.selectors.counted import tree_on
from quotas.calculations.rollup import roll_up
from quotas.indicators import MEASURES
from quotas.models import Plan, Snapshot, Tally
from quotas.models.snapshot import SnapshotState
from quotas.selectors.facts import OwnCounts, own_counts

LOCK = "quotas.snapshots"
# Somebody may still be reading a page of the former figures.
KEEP_SUPERSEDED = dt.timedelta(minutes=10)
# A computation takes seconds; what is older was killed.
ABANDONED_AFTER = dt.timedelta(hours=1)


def compute_snapshot(*, plan: Plan, on: dt.date, actor: User | None = None, force: bool = False) -> Snapshot:
    """The live figures of a day, computed unless they are there and nothing changed since.

    Two computations at once, or one delivered twice, leave one live snapshot with the same rows; the later start wins.
    """
    ours, is_ours = _announce(plan, on, actor, force=force)
    if not is_ours:
        return ours
    tree = tree_on(on)
    offices, totals = _rolled_up(tree, own_counts(year=plan.year, day=on))
    return _go_live(ours, offices, totals)


def _announce(plan: Plan, on: dt.date, actor: User | None, *, force: bool) -> tuple[Snapshot, bool]:
    """The live figures where they do (False), else a new row (True), written before a fact is read.

    A change that commits later will find the row and mark it stale.
    """
    with transaction.atomic():
        # Waits for every change under way, so that its mark is seen here and its facts when reading begins.
        advisory_lock(LOCK)
        live = Snapshot.objects.live().filter(plan=plan, on=on).first()
        if live is not None and not live.is_stale and not force:
            return live, False
        ours = Snapshot.objects.create(
            plan=plan, on=on, state=SnapshotState.COMPUTING, started_at=clock.machine_now(), computed_by=actor
        )
        return ours, True


def _rolled_up(tree: dict[int, int | None], counts: OwnCounts) -> tuple[list[int], np.ndarray]:
    """Office ids and, row for row, the counts of their whole subtrees in the order of ``MEASURES``."""
    offices = list(tree)
    place = {office: index for index, office in enumerate(offices)}
    parents = [-1 if parent is None else place[parent] for parent in tree.values()]
    keys = np.array(offices, dtype=np.int64)
    in_order = np.argsort(keys)
    own = np.zeros((len(offices), len(MEASURES)), dtype=np.int64)
    for column, measure in enumerate(MEASURES):
        cells = counts.get(measure, {})
        numbers = np.fromiter(cells.values(), np.int64, len(cells))
        holders = np.fromiter(cells, np.int64, len(cells))[numbers != 0]
        rows = in_order[np.searchsorted(keys, holders, sorter=in_order).clip(max=len(keys) - 1)]
        if (keys[rows] != holders).any():
            raise KeyError(f"{measure} is counted at an office that is not in the tree of the day")
        own[rows, column] = numbers[numbers != 0]
    return offices, roll_up(parents, own)


def _rows(snapshot_id: int, offices: list[int], totals: np.ndarray) -> Iterator[tuple[int, ...]]:
    filled = np.flatnonzero(totals.any(axis=1))
    for index, cells in zip(filled.tolist(), totals[filled].tolist(), strict=True):
        yield (snapshot_id, offices[index], *cells)


@transaction.atomic
def _go_live(ours: Snapshot, offices: list[int], totals: np.ndarray) -> Snapshot:
    advisory_lock(LOCK)
    ours = Snapshot.objects.select_for_update().get(pk=ours.pk)
    live = Snapshot.objects.select_for_update().live().filter(plan_id=ours.plan_id, on=ours.on).first()
    if live is not None and live.pk > ours.pk:
        # A computation that began after ours is live already: its facts are at least as new.
        ours.delete()
        return live
    if live is not None:
        live.state, live.superseded_at = SnapshotState.SUPERSEDED, clock.machine_now()
        live.save(update_fields=["state", "superseded_at"])
    insert_rows(Tally, ("snapshot_id", "office_id", *MEASURES), _rows(ours.pk, offices, totals))
    ours.state = SnapshotState.LIVE
    ours.computed_at = clock.machine_now()
    ours.save(update_fields=["state", "computed_at"])
    return ours


def remove_superseded() -> int:
    """Remove what was replaced and what a killed computation announced. Returns how many snapshots went."""
    now = clock.machine_now()
    replaced = Snapshot.objects.filter(
        state=SnapshotState.SUPERSEDED, superseded_at__lt=now - KEEP_SUPERSEDED
    )
    killed = Snapshot.objects.filter(state=SnapshotState.COMPUTING, started_at__lt=now - ABANDONED_AFTER)
    ids = [*replaced.values_list("pk", flat=True), *killed.values_list("pk", flat=True)]
    with transaction.atomic():
        Tally.objects.filter(snapshot_id__in=ids)._raw_delete(using=Tally.objects.db)
        Snapshot.objects.filter(pk__in=ids).delete()
    return len(ids)
