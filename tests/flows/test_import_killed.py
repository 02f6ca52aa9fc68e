"""Imports cut off at any moment, and two at once: afterwards each row stands once, none is lost (BARS R4, R9, R14)."""

import subprocess
import sys
import threading

import pytest
from django.db import connection

from core.models import AuditEvent
from core.services import files
from orgs.models import Enterprise, ImportBatch, ImportEffect, ImportRow
from orgs.services import bulk_writer
from orgs.services.imports import staging, writing
from orgs.services.imports.choosing import confirm_import
from orgs.services.imports.staging import stage_import
from orgs.services.imports.uploads import CONTENT_TYPES, start_import
from orgs.services.imports.writing import write_import
from tests.support.bulk import code
from tests.support.processes import ROOT, environment, kill_group, wait_until, working_folders
from tests.support.sheets import AT, SilentJob, write_workbook

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = ["企业名称", "组织机构代码", "所在区划", "企业类型", "职工人数"]
ROWS = 900


@pytest.fixture
def list_file(tmp_path, settings):
    """A list of 900 enterprises, every fiftieth row with an error."""
    settings.PORTAL_FILES_DIR = tmp_path / "files"
    rows = [
        [f"广州示范第{n}号机械有限公司", code(n), "天河区", "民营", "很多" if n % 50 == 3 else n % 90]
        for n in range(ROWS)
    ]
    return write_workbook(tmp_path / "名单.xlsx", [HEAD, *rows])


def begin(cast, tree, path):
    stored = files.store_file(
        owner=cast.owner, purpose="import", name=path.name, path=path, content_type=CONTENT_TYPES["xlsx"]
    )
    done = start_import(
        actor=cast.owner, kind="enterprise", office=tree.tianhe, file=stored, submits=True, anyway=True
    )
    assert done.batch is not None
    return done.batch


def require_whole(batch):
    """Each row once: as staged rows, as effects, as records, as acts of the trail."""
    batch.refresh_from_db()
    good = ROWS - 18
    assert batch.state == "done"
    assert ImportRow.objects.filter(batch=batch).count() == ROWS
    assert ImportEffect.objects.filter(batch=batch, action="created").count() == good
    assert Enterprise.objects.count() == good
    acts = AuditEvent.objects.filter(target_type="orgs.enterprise")
    assert acts.filter(action="enterprise.create").values("target_id").distinct().count() == good
    assert acts.count() == 2 * good


class Killed(BaseException):
    """The process ended here."""


def test_cut_off_at_every_write_it_is_finished_all_the_same(cast, tree, list_file, monkeypatch):
    """Each attempt dies at a later write than the one before, until one comes through."""
    monkeypatch.setattr(staging, "PART", 300)
    monkeypatch.setattr(writing, "PART", 300)
    batch = begin(cast, tree, list_file)
    attempts = {"stage": _until_whole(lambda: stage_import(batch_id=batch.pk, job=SilentJob()), monkeypatch)}
    confirm_import(actor=cast.owner, batch_id=batch.pk, at=AT)
    attempts["write"] = _until_whole(lambda: write_import(batch_id=batch.pk, job=SilentJob()), monkeypatch)
    # Three parts of staged rows, read from the start each time; three parts of four writes, whole parts being kept.
    assert attempts == {"stage": 4, "write": 7}
    require_whole(batch)


def _until_whole(run, monkeypatch) -> int:
    original = bulk_writer.insert_rows
    for attempt in range(1, 30):
        left = [attempt - 1]

        def insert(*arguments, left=left, **more):
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return original(*arguments, **more)

        for module in (staging, writing, bulk_writer):
            monkeypatch.setattr(module, "insert_rows", insert)
        try:
            run()
        except Killed:
            continue
        finally:
            for module in (staging, writing, bulk_writer):
                monkeypatch.setattr(module, "insert_rows", original)
        return attempt
    raise AssertionError("never came through")


@pytest.mark.parametrize("action", ["stage", "write"])
def test_killed_with_9_in_the_middle_the_next_run_finishes_it(cast, tree, list_file, tmp_path, action):
    batch = begin(cast, tree, list_file)
    if action == "write":
        stage_import(batch_id=batch.pk, job=SilentJob())
        confirm_import(actor=cast.owner, batch_id=batch.pk, at=AT)
    working_folders(tmp_path)
    env = environment(tmp_path)
    command = [sys.executable, "-m", "tests.support.import_process", action, str(batch.pk)]
    rows = ImportRow if action == "stage" else ImportEffect
    for reached in (1, 250):
        process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
        wait_until(
            lambda reached=reached, process=process: (
                rows.objects.filter(batch=batch).count() >= reached or process.poll() is not None
            ),
            seconds=40,
            what="rows are being written",
        )
        kill_group(process)
    if action == "stage":
        assert Enterprise.objects.count() == 0
        if ImportBatch.objects.get(pk=batch.pk).state == "reading":
            stage_import(batch_id=batch.pk, job=SilentJob())
        confirm_import(actor=cast.owner, batch_id=batch.pk, at=AT)
    write_import(batch_id=batch.pk, job=SilentJob())
    require_whole(batch)


def test_two_imports_of_one_list_at_once_write_each_row_once(cast, tree, list_file):
    batches = []
    for _ in range(2):
        batch = begin(cast, tree, list_file)
        stage_import(batch_id=batch.pk, job=SilentJob())
        confirm_import(actor=cast.owner, batch_id=batch.pk, at=AT)
        batches.append(batch)
    start = threading.Barrier(2)
    faults: list[BaseException] = []

    def run(batch) -> None:
        start.wait(timeout=20)
        try:
            write_import(batch_id=batch.pk, job=SilentJob())
        except BaseException as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert faults == []
    good = ROWS - 18
    created = [ImportEffect.objects.filter(batch=batch, action="created").count() for batch in batches]
    refused = [ImportEffect.objects.filter(batch=batch, action="refused").count() for batch in batches]
    assert sum(created) == good
    assert [a + b for a, b in zip(created, refused, strict=True)] == [good, good]
    assert Enterprise.objects.count() == good
