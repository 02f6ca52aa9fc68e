"""Importing the same file with stock django-import-export in bulk mode, as its admin does it: read, dry run, read again, save."""

import time
from pathlib import Path
from typing import Any

import openpyxl
from django.db import transaction
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from tablib import Dataset

from benchmarks.import_files import HEADERS
from core.clock import machine_now as clock_now
from orgs.calculations.names import normalize_enterprise_name
from orgs.models import Division, Enterprise, Office
from orgs.resources import EnterpriseResource
from orgs.validators.reasons import recognise_reason


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
        instance.reason_code = recognise_reason(instance.no_organization_reason)


class CachedStockResource(StockResource):
    """The same with the loader that asks for all rows of a file at once, which is not the one it comes with."""

    class Meta(StockResource.Meta):
        instance_loader_class = CachedInstanceLoader


def stock_import(path: Path, office: Office, *, made: type[StockResource] = StockResource) -> float:
    """Seconds of read, dry run, read again and save, rolled back afterwards."""
    started = time.perf_counter()
    with transaction.atomic():
        for dry_run in (True, False):
            workbook = openpyxl.load_workbook(path, read_only=True)
            rows = list(workbook.active.iter_rows(min_row=2, max_col=len(HEADERS), values_only=True))
            width = len(HEADERS)
            data = Dataset(*[(*row, *[None] * (width - len(row))) for row in rows[1:]], headers=HEADERS)
            done = made(office).import_data(data, dry_run=dry_run, raise_errors=True)
            if done.has_errors():
                raise RuntimeError("the stock import had errors")
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent
