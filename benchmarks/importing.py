"""P4, P5, P6: importing enterprises from .xlsx: guard, staging, preview, per-row errors, audit rows and saving.

Beside stock django-import-export in bulk mode (same model, file and database, as its admin does it: read, dry run, read
again, save), beside the bare read of the file, and beside the first import of the same file.
"""

import contextlib
import datetime as dt
import gc
import itertools
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import python_calamine
from django.conf import settings
from django.db import connection, transaction
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from tablib import Dataset

from accounts.models import User
from benchmarks.results import Result, median, result
from benchmarks.timing import forget_peak, peak_mib, resident_mib
from core.clock import machine_now as clock_now
from core.models import AuditEvent
from orgs.calculations.names import normalize_enterprise_name
from orgs.choices import Role
from orgs.models import Division, Enterprise, ImportBatch, Office, Post
from orgs.resources import EnterpriseResource
from orgs.selectors.imports import page_of_rows, shown_outcome
from orgs.services import bulk_writer
from orgs.services.imports import staging, writing
from orgs.services.imports.choosing import confirm_import, writing_counts
from orgs.services.imports.staging import stage_import
from orgs.services.imports.uploads import receive_file, start_import
from orgs.services.imports.writing import write_import
from orgs.validators.organization_code import check_character

PROVINCE = "440000"
ROUNDS = 3
HEADERS = [
    *("企业名称", "统一社会信用代码", "组织机构代码", "注册号", "成立日期", "所在区划", "企业类型", "规模"),
    *("规模以上工业企业", "高新技术企业", "所在园区", "职工人数", "科技人员数", "负责人意愿", "未建原因"),
]
_FIRST = "东南西北中华盛兴隆昌泰恒丰瑞祥福康宁安和平永远大新金银宝玉龙凤鹏麟海江河湖山岳峰岭"
_TRADES = (
    "精密机械",
    "电子科技",
    "新材料",
    "生物医药",
    "仪器仪表",
    "环保设备",
    "食品",
    "化工",
    "汽车零部件",
    "软件",
)
_files = itertools.count(1)


class Silent:
    """A job's hold whose progress nobody reads."""

    id = 0
    args: dict[str, Any] = {}
    requested_by_id = None

    def progress(self, done: int, total: int, message: str) -> None:
        """Say nothing."""


def measure(db: str, scale: float, names: list[str]) -> list[Result]:
    """The measurements asked for, on the prepared database."""
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


def write_file(rows: int) -> Path:
    """A list of new enterprises of the province, as Excel keeps it; two rows of a hundred have an error."""
    number = next(_files)
    path = Path(settings.VAR_DIR) / f"import-{rows}-{number}.xlsx"
    chance = Random(f"{rows}:{number}")
    places = list(
        Division.objects.filter(code__startswith="44", level="county", office__isnull=False).values_list(
            "code", flat=True
        )
    )
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("企业")
    sheet.append(["企业名单"])
    sheet.append(HEADERS)
    letter = "ABCDEFGHJKLMNPQRTUWXY"[number % 21]
    for line in range(rows):
        body = f"{letter}{line:07d}"
        name = "".join(chance.choice(_FIRST) for _ in range(4)) + chance.choice(_TRADES) + "有限公司"
        people: Any = chance.randrange(20, 900)
        sheet.append(
            [
                name,
                None,
                body + check_character(body),
                None,
                dt.date(1990 + line % 20, 1 + line % 12, 1 + line % 28),
                chance.choice(places),
                chance.choice(("民营", "民营、科技型中小", "国有大中型", "行业企业")),
                chance.choice(("大型", "中型", "小型", "微型")),
                chance.choice(("是", "否")),
                chance.choice(("是", "否")),
                None,
                "很多" if line % 50 == 7 else people,
                people // 10,
                chance.choice(("愿意", "暂不", "不愿意")),
                chance.choice(("规模较小", "正在筹备", "缺少专人", "")) or None,
            ]
        )
    workbook.save(path)
    return path


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


class StockResource(resources.ModelResource):
    """The same columns as the tutorial writes them, in bulk mode."""

    name = fields.Field("name", "企业名称")
    organization_code = fields.Field("organization_code", "组织机构代码")
    established_on = fields.Field("established_on", "成立日期", widgets.DateWidget("%Y-%m-%d"))
    division = fields.Field("division", "所在区划", widgets.ForeignKeyWidget(Division, "code"))
    size = fields.Field("size", "规模", widgets.CharWidget())
    is_above_scale = fields.Field("is_above_scale", "规模以上工业企业", widgets.BooleanWidget())
    is_hitech = fields.Field("is_hitech", "高新技术企业", widgets.BooleanWidget())
    employees = fields.Field("employees", "职工人数", widgets.IntegerWidget())
    technicians = fields.Field("technicians", "科技人员数", widgets.IntegerWidget())
    leader_wish = fields.Field("leader_wish", "负责人意愿", widgets.CharWidget())
    no_organization_reason = fields.Field("no_organization_reason", "未建原因", widgets.CharWidget())

    class Meta:
        model = Enterprise
        fields = (
            *(
                "name",
                "organization_code",
                "established_on",
                "division",
                "size",
                "is_above_scale",
                "is_hitech",
            ),
            *("employees", "technicians", "leader_wish", "no_organization_reason"),
        )
        import_id_fields = ("organization_code",)
        use_bulk, batch_size, skip_diff = True, 1000, True
        # Else one SELECT a row: 138 s for 10,000 rows on SQLite, where the partial index of the code does not serve it.
        instance_loader_class = CachedInstanceLoader

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office, self._at = office, clock_now()
        self._sizes = {
            words: value for value, words in EnterpriseResource.column("size").widget.labels.items()
        }
        self._wishes = {
            words: value for value, words in EnterpriseResource.column("leader_wish").widget.labels.items()
        }

    def before_import_row(self, row: Any, **kwargs: Any) -> None:  # noqa: ARG002 - import-export's signature
        """What its widgets do not read by themselves."""
        row["规模"] = self._sizes[row["规模"]]
        row["负责人意愿"] = self._wishes[row["负责人意愿"]]
        row["未建原因"] = row["未建原因"] or ""
        for name in ("规模以上工业企业", "高新技术企业"):
            row[name] = "1" if row[name] == "是" else "0"
        if row["职工人数"] == "很多":
            row["职工人数"] = None

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:  # noqa: ARG002 - as above
        """What the model needs beside."""
        instance.office, instance.is_private = self._office, True
        instance.created_at = instance.updated_at = self._at
        instance.name_key = normalize_enterprise_name(instance.name)


def stock_import(path: Path, office: Office) -> float:
    """Seconds of read, dry run, read again and save, rolled back afterwards."""
    started = time.perf_counter()
    with transaction.atomic():
        for dry_run in (True, False):
            workbook = openpyxl.load_workbook(path, read_only=True)
            rows = list(workbook.active.iter_rows(min_row=2, max_col=len(HEADERS), values_only=True))
            width = len(HEADERS)
            data = Dataset(*[(*row, *[None] * (width - len(row))) for row in rows[1:]], headers=HEADERS)
            done = StockResource(office).import_data(data, dry_run=dry_run, raise_errors=True)
            if done.has_errors():
                raise RuntimeError("the stock import had errors")
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent


def bare_read(path: Path) -> float:
    """Seconds of python-calamine reading every row of the file."""
    started = time.perf_counter()
    sheet = python_calamine.load_workbook(str(path)).get_sheet_by_index(0)
    for _ in sheet.iter_rows():
        pass
    return time.perf_counter() - started


def _small(db: str, scale: float, actor: User, office: Office, names: list[str]) -> list[Result]:
    rows = max(200, round(10_000 * scale))
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
    found = []
    if "P4" in names:
        stock = stock_import(path, office)
        found.append(
            result(
                f"P4 import {rows:,} rows / stock",
                db=db,
                scale=scale,
                product=median(firsts),
                baseline=stock,
                ratio=stock / median(firsts),
                unit="s",
                goal="≥ 20",
            )
        )
        found += [
            _part(f"P4 of it: {name}", db, scale, median([clock.seconds.get(name, 0.0) for clock in clocks]))
            for name in (
                "guard and upload",
                "staging",
                "staged rows",
                "preview",
                "writing",
                "saving",
                "audit rows",
            )
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
        found.append(
            result(
                "P6 rows and history rows it changed",
                db=db,
                scale=scale,
                product=changed,
                baseline=None,
                ratio=None,
                unit="",
                goal="≤ 0",
            )
        )
    return found


def _part(name: str, db: str, scale: float, seconds: float) -> Result:
    return result(name, db=db, scale=scale, product=seconds, baseline=None, ratio=None, unit="s")


def _large(db: str, scale: float, actor: User, office: Office) -> list[Result]:
    rows = max(1_000, round(100_000 * scale))
    path = write_file(rows)
    bare = median([bare_read(path) for _ in range(ROUNDS)])
    gc.collect()
    forget_peak()
    before = resident_mib()
    clock = Clock()
    started = time.perf_counter()
    with clock.watching():
        batch = import_file(path, actor, office, clock)
    spent = time.perf_counter() - started
    grown = max(0.0, peak_mib() - before)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    connection.close()
    whole = f"P5 import {rows:,} rows / bare read"
    memory = grown + child
    return [
        result(
            whole,
            db=db,
            scale=scale,
            product=spent,
            baseline=bare,
            ratio=spent / bare,
            unit="s",
            goal="≤ 5",
            memory_mib=memory,
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
        *(
            _part(f"P5 of it: {name}", db, scale, clock.seconds.get(name, 0.0))
            for name in (
                "guard and upload",
                "staging",
                "staged rows",
                "preview",
                "writing",
                "saving",
                "audit rows",
            )
        ),
        _part("P5 rows taken", db, scale, float(batch.counts.get("new", 0))),
    ]
