"""P4, P5, P6: importing enterprises from .xlsx: guard, staging, preview, per-row errors, audit rows and saving.

Beside stock django-import-export in bulk mode (same model, file and database), beside the bare read of the file, and beside
the first import of the same file. P5 also: how long a page takes meanwhile.
"""

import contextlib
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import python_calamine
from django.conf import settings
from django.db import connection

from accounts.models import User
from benchmarks.import_files import write_file
from benchmarks.import_stock import CachedStockResource, stock_import
from benchmarks.pages import sign_in
from benchmarks.prepare import COVER_NAME
from benchmarks.results import REAL_SCALE, Result, median, p95, result
from benchmarks.server import running_server
from benchmarks.timing import PeakTogether
from cast_portal.celery import NICENESS
from core.clock import machine_now as clock_now
from core.models import AuditEvent
from orgs.choices import Role
from orgs.models import ImportBatch, Office, Post
from orgs.selectors.imports import page_of_rows, shown_outcome
from orgs.services import bulk_writer
from orgs.services.imports import staging, writing
from orgs.services.imports.choosing import confirm_import, writing_counts
from orgs.services.imports.staging import stage_import
from orgs.services.imports.uploads import receive_file, start_import
from orgs.services.imports.writing import write_import
from scripts.console import ROOT

PROVINCE = "440000"
ROUNDS = 3
# Of the codes in the files of P5: none is in a file of P4 or P6, which leave theirs in the database.
LARGE = "PQRTUW"
PARTS = ("guard and upload", "staging", "staged rows", "preview", "writing", "saving", "audit rows")


class Silent:
    """A job's hold whose progress nobody reads."""

    id = 0
    args: dict[str, Any] = {}
    requested_by_id = None

    def progress(self, done: int, total: int, message: str) -> None:
        """Say nothing."""


def measure(db: str, scale: float, names: list[str]) -> list[Result]:
    """The measurements asked for, on the prepared database."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {COVER_NAME}")  # of P1's baseline; no table in use has it
    actor, office = _clerk()
    found: list[Result] = []
    if "P4" in names or "P6" in names:
        found += _small(db, scale, actor, office, names)
    if "P5" in names:
        found += _large(db, scale, actor, office)
    return found


def _clerk() -> tuple[User, Office]:
    office = Office.objects.get(code=PROVINCE)
    user, _ = User.objects.get_or_create(
        username="bench-import", defaults={"name": "导入", "created_at": clock_now()}
    )
    Post.objects.get_or_create(
        user=user, office=office, role=Role.CLERK, ended_at=None, defaults={"created_at": clock_now()}
    )
    return User.objects.get(pk=user.pk), office


class Clock:
    """Seconds spent in some functions of the product while it runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of a block."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Time what is written to staged rows, the trail and the registry."""
        kept = [(module, module.insert_rows) for module in (staging, writing, bulk_writer)]

        def timed(module: Any, insert: Callable[..., int]) -> Callable[..., int]:
            def insert_timed(model: Any, columns: Any, rows: Any, **more: Any) -> int:
                name = (
                    "audit rows" if model is AuditEvent else "staged rows" if module is staging else "saving"
                )
                with self.part(name):
                    return insert(model, columns, rows, **more)

            return insert_timed

        for module, insert in kept:
            module.insert_rows = timed(module, insert)
        try:
            yield
        finally:
            for module, insert in kept:
                module.insert_rows = insert


def import_file(path: Path, actor: User, office: Office, clock: Clock) -> ImportBatch:
    """The whole way of one file, from the upload to the last record."""
    with clock.part("guard and upload"):
        file = receive_file(actor=actor, name="名单.xlsx", path=path)
        done = start_import(
            actor=actor, kind="enterprise", office=office, file=file, submits=False, anyway=True
        )
    batch = done.batch
    assert batch is not None  # asked for anyway
    with clock.part("staging"):
        stage_import(batch_id=batch.pk, job=Silent())
    with clock.part("preview"):
        batch = ImportBatch.objects.get(pk=batch.pk)
        list(page_of_rows(batch, shown_outcome(batch, ""), "1").object_list)
        counts = writing_counts(batch)
    if counts["add"] + counts["update"]:
        with clock.part("writing"):
            confirm_import(actor=actor, batch_id=batch.pk, at=clock_now())
            write_import(batch_id=batch.pk, job=Silent())
    return ImportBatch.objects.get(pk=batch.pk)


def bare_read(path: Path) -> float:
    """Seconds of python-calamine reading every row of the file."""
    started = time.perf_counter()
    sheet = python_calamine.load_workbook(str(path)).get_sheet_by_index(0)
    for _ in sheet.iter_rows():
        pass
    return time.perf_counter() - started


def _small(db: str, scale: float, actor: User, office: Office, names: list[str]) -> list[Result]:
    rows = 10_000 if scale >= REAL_SCALE else 200
    firsts, agains, clocks = [], [], []
    changed = 0
    for _ in range(ROUNDS):
        path = write_file(rows)
        gc.collect()
        clock = Clock()
        started = time.perf_counter()
        with clock.watching():
            import_file(path, actor, office, clock)
        firsts.append(time.perf_counter() - started)
        clocks.append(clock)
        before = AuditEvent.objects.count()
        started = time.perf_counter()
        again = import_file(path, actor, office, Clock())
        agains.append(time.perf_counter() - started)
        changed += again.counts.get("new", 0) + again.counts.get("changed", 0)
        changed += AuditEvent.objects.count() - before
    found: list[Result] = []
    if "P4" in names:
        found += _against_stock(db, scale, rows, office, median(firsts))
        found += [
            _part(f"P4 of it: {name}", db, scale, median([clock.seconds.get(name, 0.0) for clock in clocks]))
            for name in PARTS
        ]
    if "P6" in names:
        found.append(
            result(
                "P6 same file again / first time",
                db=db,
                scale=scale,
                product=median(agains),
                baseline=median(firsts),
                ratio=median(agains) / median(firsts),
                unit="s",
                goal="≤ 1.1",
            )
        )
        found.append(_count("P6 rows and history rows it changed", db, scale, changed, "≤ 0"))
    return found


def _against_stock(db: str, scale: float, rows: int, office: Office, product: float) -> list[Result]:
    """Stock takes rows that are new to it too; its loader comes with one SELECT a row."""
    path = write_file(rows)
    rounds = ROUNDS if scale >= REAL_SCALE else 1
    stock = median([stock_import(path, office) for _ in range(rounds)])
    cached = stock_import(path, office, made=CachedStockResource)
    common: dict[str, Any] = {"db": db, "scale": scale, "product": product, "unit": "s"}
    return [
        result(
            f"P4 import {rows:,} rows / stock", baseline=stock, ratio=stock / product, goal="≥ 20", **common
        ),
        result("P4 / stock with its cached loader", baseline=cached, ratio=cached / product, **common),
    ]


def _part(name: str, db: str, scale: float, seconds: float) -> Result:
    return result(name, db=db, scale=scale, product=seconds, baseline=None, ratio=None, unit="s")


def _count(name: str, db: str, scale: float, count: float, goal: str = "") -> Result:
    return result(name, db=db, scale=scale, product=count, baseline=None, ratio=None, unit="", goal=goal)


def _large(db: str, scale: float, actor: User, office: Office) -> list[Result]:
    rows = max(1_000, round(100_000 * scale))
    path = write_file(rows, letters=LARGE)
    bare = median([bare_read(path) for _ in range(ROUNDS)])
    gc.collect()
    clock = Clock()
    started = time.perf_counter()
    with PeakTogether() as together, clock.watching():
        batch = import_file(path, actor, office, clock)
    spent = time.perf_counter() - started
    memory = together.mib
    # What the database itself takes for the rows: no import that keeps staged rows, trail and effects can be below it.
    floor = bare + sum(clock.seconds.get(name, 0.0) for name in ("staged rows", "saving", "audit rows"))
    common: dict[str, Any] = {"db": db, "scale": scale, "product": spent, "unit": "s"}
    return [
        result(
            f"P5 import {rows:,} rows / bare read",
            baseline=bare,
            ratio=spent / bare,
            goal="≤ 5",
            memory_mib=memory,
            **common,
        ),
        result(
            "P5 / bare read and bare writes of the same rows", baseline=floor, ratio=spent / floor, **common
        ),
        result(
            "P5 memory, with the reading process",
            db=db,
            scale=scale,
            product=memory,
            baseline=None,
            ratio=None,
            unit="MiB",
            goal="≤ 350",
        ),
        *(_part(f"P5 of it: {name}", db, scale, clock.seconds.get(name, 0.0)) for name in PARTS),
        _count("P5 rows taken", db, scale, batch.counts.get("new", 0)),
        _pages_meanwhile(db, scale, rows, actor, office),
    ]


def _pages_meanwhile(db: str, scale: float, rows: int, actor: User, office: Office) -> Result:
    """How long a list page takes while a file of the same size is imported, beside a quiet time as long."""
    path = write_file(rows, letters=LARGE)
    with running_server(Path(settings.VAR_DIR) / "log" / "bench-import-web.log") as server:
        session = sign_in("bench-province")
        with _reader(server.port, session) as quiet:
            time.sleep(5 if scale >= REAL_SCALE else 1)
        os.nice(NICENESS)  # as the worker does; this is the last measurement of the process
        with _reader(server.port, session) as busy:
            import_file(path, actor, office, Clock())
    connection.close()
    alone, meanwhile = p95(quiet) * 1000, p95(busy) * 1000
    return result(
        "P5 list page meanwhile, p95 / in a quiet time",
        db=db,
        scale=scale,
        product=meanwhile,
        baseline=alone,
        ratio=meanwhile / alone,
        unit="ms",
        goal="≤ 2",
    )


@contextlib.contextmanager
def _reader(port: int, session: str) -> Iterator[list[float]]:
    """Somebody who looks at a list ten times a second, in a process of its own; the list fills when the block ends."""
    argv = [sys.executable, "-m", "benchmarks.client", str(port), "/enterprises/", session]
    child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None  # asked for above
    child.stdout.readline()
    taken: list[float] = []
    try:
        yield taken
    finally:
        said, _ = child.communicate(b"\n", timeout=120)
    if child.returncode:
        raise RuntimeError("the reader of the pages stopped early")
    taken += json.loads(said)
