"""Counting statements that are built once per process: for most of them Django's building costs more than the answer."""

import dataclasses
import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Count, DateField, Expression, QuerySet

# What stands in a compiled statement where the day goes.
_DAY = object()


class DayToCome(Expression):
    """Stands for a day of a known year in the conditions of a queryset that is compiled now and asked later.

    Everything that only compares with the day takes it like a ``dt.date``.
    """

    def __init__(self, year: int) -> None:
        super().__init__(output_field=DateField())
        self.year = year

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002 - Django's signature
        """A parameter whose value is put in by ``Statement.ask``."""
        return "%s", [_DAY]


@dataclasses.dataclass(frozen=True)
class Statement:
    """A compiled SELECT. Not tied to a connection, but to its vendor."""

    sql: str
    params: tuple[Any, ...]

    def ask(self, day: dt.date) -> list[tuple[Any, ...]]:
        """The rows for a day."""
        value = connection.ops.adapt_datefield_value(day)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [value if param is _DAY else param for param in self.params])
            return cursor.fetchall()


def compile_counts(rows: QuerySet, keys: tuple[str, ...], counts: list[Count]) -> Statement:
    """``keys`` and the counts of each group, in this order. Integers only: nothing is converted on the way back."""
    named = {f"n{place}": count for place, count in enumerate(counts)}
    sql, params = rows.order_by().values_list(*keys).annotate(**named).query.sql_with_params()
    return Statement(sql, tuple(params))
