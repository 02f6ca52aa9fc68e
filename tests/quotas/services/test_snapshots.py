"""A day's figures are replaced whole: at once, twice, or broken off in the middle, there is one complete live snapshot."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from core import clock
from orgs.changes import RegistryChange
from quotas.models import Snapshot, Tally
from quotas.models.snapshot import SnapshotState
from quotas.services import snapshots
from quotas.services.snapshots import compute_snapshot, remove_superseded
from quotas.services.staleness import note_registry_change
from tests import factories
from tests.conftest import TODAY


def figures(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    rows = Tally.objects.filter(snapshot=snapshot).select_related("office")
    return {tally.office.code: tally.as_counts() for tally in rows}


def add_new_organization(office) -> None:
    factories.make_organization(factories.make_enterprise(office))


@pytest.fixture
def registry(tree, plan):
    add_new_organization(tree.tianhe)
    add_new_organization(tree.guangdong)
    return tree


def test_an_office_counts_itself_and_everything_below(registry, plan) -> None:
    counts = figures(compute_snapshot(plan=plan, on=TODAY))
    assert {code: row["orgs_new"] for code, row in counts.items()} == {
        "000000": 2,
        "440000": 2,
        "440100": 1,
        "440106": 1,
    }


def test_offices_without_anything_have_no_row(registry, plan) -> None:
    assert "330000" not in figures(compute_snapshot(plan=plan, on=TODAY))


def test_what_is_there_and_unchanged_is_not_computed_again(registry, plan) -> None:
    first = compute_snapshot(plan=plan, on=TODAY)
    assert compute_snapshot(plan=plan, on=TODAY) == first


def test_forcing_replaces_it_with_the_same_rows(registry, plan) -> None:
    first = compute_snapshot(plan=plan, on=TODAY)
    before = figures(first)
    again = compute_snapshot(plan=plan, on=TODAY, force=True)
    assert again != first
    assert Snapshot.objects.live().get() == again
    assert figures(again) == before


def test_a_later_computation_that_finished_first_stays(registry, plan, monkeypatch) -> None:
    """Two at once: the one that began later has read at least as much, whoever finishes last."""
    real, calls = snapshots.own_counts, []

    def overtaken(**values):
        counts = real(**values)
        if not calls:
            calls.append("first")
            add_new_organization(registry.tianhe)
            compute_snapshot(plan=plan, on=TODAY, force=True)
        return counts

    monkeypatch.setattr(snapshots, "own_counts", overtaken)
    result = compute_snapshot(plan=plan, on=TODAY, force=True)
    assert Snapshot.objects.get() == result
    assert figures(result)["000000"]["orgs_new"] == 3


def test_a_change_while_facts_are_read_leaves_the_result_stale(registry, plan, monkeypatch) -> None:
    real = snapshots.own_counts

    def changed_meanwhile(**values):
        counts = real(**values)
        note_registry_change(RegistryChange(effective_on=TODAY, counts_changed=True))
        return counts

    monkeypatch.setattr(snapshots, "own_counts", changed_meanwhile)
    assert compute_snapshot(plan=plan, on=TODAY).is_stale


def test_a_crash_while_writing_leaves_the_last_complete_figures_and_the_next_run_repairs(
    registry, plan, monkeypatch
) -> None:
    complete = compute_snapshot(plan=plan, on=TODAY)
    before = figures(complete)
    add_new_organization(registry.tianhe)
    real = snapshots.insert_rows

    def killed_half_way(model, columns, rows):
        real(model, columns, list(rows)[:2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "insert_rows", killed_half_way)
        with pytest.raises(KeyboardInterrupt):
            compute_snapshot(plan=plan, on=TODAY, force=True)
    assert Snapshot.objects.live().get() == complete
    assert figures(complete) == before
    assert Tally.objects.exclude(snapshot=complete).count() == 0

    repaired = compute_snapshot(plan=plan, on=TODAY, force=True)
    assert Snapshot.objects.live().get() == repaired
    assert figures(repaired)["440106"]["orgs_new"] == 2


def test_what_was_replaced_or_killed_is_removed_after_a_while(registry, plan) -> None:
    replaced = compute_snapshot(plan=plan, on=TODAY)
    live = compute_snapshot(plan=plan, on=TODAY, force=True)
    killed = Snapshot.objects.create(
        plan=plan,
        on=TODAY,
        state=SnapshotState.COMPUTING,
        started_at=clock.machine_now() - dt.timedelta(hours=2),
    )
    Snapshot.objects.filter(pk=replaced.pk).update(computed_at=clock.machine_now() - dt.timedelta(hours=1))
    assert remove_superseded() == 1  # the killed one; readers may still be on what was replaced a moment ago
    assert set(Snapshot.objects.all()) == {replaced, live}
    assert killed not in Snapshot.objects.all()
    Snapshot.objects.filter(pk=replaced.pk).update(superseded_at=clock.machine_now() - dt.timedelta(hours=1))
    assert remove_superseded() == 1
    assert set(Snapshot.objects.all()) == {live}
    assert set(Tally.objects.values_list("snapshot_id", flat=True)) == {live.pk}


@pytest.mark.django_db(transaction=True)
def test_two_computations_at_once_leave_one_snapshot_with_the_rows_of_one(registry, plan) -> None:
    expected = figures(compute_snapshot(plan=plan, on=TODAY))
    start, faults = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait()
            compute_snapshot(plan=plan, on=TODAY, force=True)
        except BaseException as fault:  # noqa: BLE001 - shown by the assertion below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert figures(Snapshot.objects.live().get()) == expected
    assert not Snapshot.objects.filter(state=SnapshotState.COMPUTING).exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_under_way_is_waited_for_and_counted(registry, plan) -> None:
    """Its refresh was served by a run that had begun already: that run must not take the figures for unchanged."""
    compute_snapshot(plan=plan, on=TODAY)
    marked, release = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                add_new_organization(registry.tianhe)
                note_registry_change(RegistryChange(effective_on=None, counts_changed=True))
                marked.set()
                release.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    assert marked.wait(timeout=20)
    threading.Timer(0.5, release.set).start()
    counts = figures(compute_snapshot(plan=plan, on=TODAY))
    thread.join(timeout=20)
    assert counts["000000"]["orgs_new"] == 3
