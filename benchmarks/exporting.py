"""P7: exporting all enterprises × 15 columns to .xlsx, beside stock django-import-export on the same database.

Stock is measured on the first tenth of the rows (at most 34,400) and scaled by rows: of all 344,000 it needs some 2 GiB.
As it comes it asks the database for office and division of every row; the second line spares it that. Memory is the rise of
the process at a tenth of the rows, the first export it ever writes, then at all of them: flat means that little is added.
"""

import gc
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from import_export import resources

from accounts.models import User
from benchmarks.results import Result, median, result
from benchmarks.timing import memory_of
from core.sheets.writer import write_xlsx
from orgs.models import Enterprise
from orgs.tables.export import ListExport

COLUMNS = 15
MOST_STOCK = 34_400
ROUNDS = 3


class StockResource(resources.ModelResource):
    """The same fifteen columns as the tutorial writes them."""

    class Meta:
        model = Enterprise
        fields = (
            *("name", "credit_code", "organization_code", "registration_number", "established_on"),
            *("division__full_name", "is_private", "size", "is_above_scale", "is_hitech", "employees"),
            *("technicians", "leader_wish", "no_organization_reason", "office__short_name"),
        )


class _Part(ListExport):
    """The product's own export, of the first rows."""

    def __init__(self, user: User, rows: int) -> None:
        super().__init__("enterprise", "", user)
        self.columns = [column for column in self.columns if column.header != "更新时间"][:COLUMNS]
        self._most = rows

    def first(self) -> Any:
        """At most so many rows."""
        for number, row in enumerate(self.rows()):
            if number == self._most:
                return
            yield row

    def save(self, target: Path) -> int:
        """Write them."""
        sheet = self.sheet()
        return write_xlsx(
            target, [type(sheet)(sheet.title, sheet.columns, self.first())], cover=self.cover(0)
        )


def measure(db: str, scale: float) -> list[Result]:
    """Seconds against stock, and the memory at a tenth and at all."""
    user = User.objects.get(username="bench-hq")
    total = Enterprise.objects.count()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "export.xlsx"
        # Memory first, while nothing is there yet that a first export leaves behind.
        few = memory_of(lambda: _Part(user, total // 10).save(target))
        many = memory_of(lambda: _Part(user, total).save(target))
        spent = []
        for _ in range(ROUNDS):
            gc.collect()
            started = time.perf_counter()
            _Part(user, total).save(target)
            spent.append(time.perf_counter() - started)
    sample = min(total, max(100, min(MOST_STOCK, total // 10)))
    rows = Enterprise.objects.order_by("-updated_at", "-pk")
    stock = _stock(rows[:sample]) * total / sample
    joined = _stock(rows.select_related("division", "office")[:sample]) * total / sample
    product = median(spent)
    common: dict[str, Any] = {"db": db, "scale": scale, "product": product, "unit": "s"}
    return [
        result(
            f"P7 export {total:,} × {COLUMNS} / stock",
            baseline=stock,
            ratio=stock / product,
            goal="≥ 20",
            memory_mib=many,
            **common,
        ),
        result(
            "P7 / stock with its joins written by hand", baseline=joined, ratio=joined / product, **common
        ),
        _memory("P7 memory at a tenth of the rows", db, scale, few),
        _memory("P7 memory at all rows, after it", db, scale, many),
    ]


def _memory(name: str, db: str, scale: float, mib: float) -> Result:
    return result(name, db=db, scale=scale, product=mib, baseline=None, ratio=None, unit="MiB", goal="≤ 40")


def _stock(rows: QuerySet) -> float:
    gc.collect()
    started = time.perf_counter()
    StockResource().export(rows).export("xlsx")
    return time.perf_counter() - started
