"""P1: one full national snapshot, written, beside bare SQL and a raw write of as many rows."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from benchmarks.results import REAL_SCALE, Result, result
from benchmarks.timing import in_turn, memory_of
from benchmarks.world import TODAY
from core import clock
from quotas.indicators import MEASURES
from quotas.models import Plan, Snapshot, Tally
from quotas.services.snapshots import compute_snapshot

GOAL, GOAL_OF_SQL = "≤ 1.5", "≤ 3.5"
COLUMNS = ("snapshot_id", "office_id", *MEASURES)


def bare_statements(year: int, day: dt.date) -> tuple[str, ...]:
    """One GROUP BY per fact: the conditions of state and date, and nothing that asks a second table."""
    stands = "established_on <= '{day}' AND ({end} IS NULL OR {end} > '{day}')"
    organizations = stands.format(day=day, end="dissolved_on")
    return (
        f"SELECT office_id, COUNT(*), COUNT(*) FILTER (WHERE is_above_scale) FROM orgs_enterprise "
        f"WHERE state = 'confirmed' AND (established_on IS NULL OR established_on <= '{day}') "
        f"AND (dissolved_on IS NULL OR dissolved_on > '{day}') GROUP BY office_id",
        f"SELECT office_id, COUNT(*), COUNT(*) FILTER (WHERE established_on >= '{year}-01-01') "
        f"FROM orgs_castorganization WHERE state = 'confirmed' AND kind = 'enterprise' AND {organizations} "
        f"GROUP BY office_id",
        f"SELECT office_id, COUNT(DISTINCT enterprise_id) FROM orgs_contactperson WHERE state = 'confirmed' "
        f"AND established_on >= '{year}-01-01' AND {stands.format(day=day, end='left_on')} GROUP BY office_id",
        f"SELECT office_id, COUNT(*), COUNT(*) FILTER (WHERE grade = 'national') FROM orgs_park "
        f"WHERE state = 'confirmed' AND (established_year IS NULL OR established_year <= {day.year}) "
        f"AND (closed_on IS NULL OR closed_on > '{day}') GROUP BY office_id",
        f"SELECT office_id, COUNT(*) FROM orgs_castorganization WHERE state = 'confirmed' AND kind = 'park' "
        f"AND {organizations} GROUP BY office_id",
    )


def run_bare(statements: Sequence[str]) -> None:
    """Ask and fetch, through the driver alone."""
    cursor = connection.connection.cursor()
    for statement in statements:
        cursor.execute(statement)
        cursor.fetchall()
    cursor.close()


def write_raw(rows: Sequence[Sequence[int]]) -> None:
    """The rows by COPY or executemany, through the driver alone, in the caller's transaction."""
    cursor = connection.connection.cursor()
    names = ", ".join(COLUMNS)
    if connection.vendor == "postgresql":
        text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
        cursor.copy_expert(f"COPY quotas_tally ({names}) FROM STDIN", io.StringIO(text))
    else:
        marks = ", ".join("?" * len(COLUMNS))
        cursor.executemany(f"INSERT INTO quotas_tally ({names}) VALUES ({marks})", rows)
    cursor.close()


class _Stage:
    """The plan, the day and the rows that are written again and again. Leaves no snapshot of the day behind."""

    def __init__(self) -> None:
        self.plan = Plan.objects.get()
        self.statements = bare_statements(self.plan.year, TODAY)
        self.clear()
        self.memory = memory_of(self.product)
        self.cells = list(Tally.objects.filter(snapshot__on=TODAY).values_list("office_id", *MEASURES))
        self.clear()

    def clear(self) -> None:
        Tally.objects.filter(snapshot__on=TODAY)._raw_delete(using="default")
        Snapshot.objects.filter(on=TODAY).delete()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM quotas_tally, quotas_snapshot")

    def product(self) -> None:
        compute_snapshot(plan=self.plan, on=TODAY, force=True)

    def bare(self) -> None:
        run_bare(self.statements)

    def baseline(self) -> None:
        run_bare(self.statements)
        with transaction.atomic():
            snapshot = Snapshot.objects.create(
                plan=self.plan, on=TODAY, state="live", started_at=clock.machine_now()
            )
            write_raw([(snapshot.pk, *cells) for cells in self.cells])


def measure(db: str, scale: float) -> list[Result]:
    """P1, against both baselines; the memory is that of the first computation in a fresh process."""
    stage = _Stage()
    whole, baseline, bare = in_turn(
        stage.product,
        stage.baseline,
        after=stage.clear,
        also=stage.bare,
        enough=6.0 if scale >= REAL_SCALE else 0.0,
    )
    common = {"db": db, "scale": scale, "product": whole, "unit": "s", "memory_mib": stage.memory}
    rows: list[dict[str, Any]] = [
        {"name": "P1 snapshot", "baseline": baseline, "ratio": whole / baseline, "goal": GOAL},
        # At a tenth of the data writing as many rows outweighs the SQL: the goal speaks of the whole country.
        {
            "name": "P1 snapshot / SQL alone",
            "baseline": bare,
            "ratio": whole / bare,
            "goal": GOAL_OF_SQL if scale >= 1 else "",
        },
    ]
    return [result(**common, **row) for row in rows]
