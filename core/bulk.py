"""Raw bulk writing: COPY on PostgreSQL, executemany on SQLite. ORM writing alone costs 24–36 times the SQL."""

import datetime as dt
import functools
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

# What COPY's text format writes in another way.
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    elif not isinstance(value, str):
        return str(value)  # numbers, dates and moments hold nothing to escape
    return value if value.isalnum() else value.translate(_COPY_ESCAPES)


@functools.lru_cache(maxsize=8192)
def _sqlite_moment(value: dt.datetime) -> str:
    """Django's SQLite format, naive UTC. One moment often stands in several columns and rows."""
    return str(connection.ops.adapt_datetimefield_value(value))


def _sqlite_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sqlite_makers(fields: Sequence[models.Field]) -> list[tuple[int, Callable[[Any], Any]]]:
    """The places in a row whose values SQLite does not take as they are, with what makes them fit."""
    makers: list[tuple[int, Callable[[Any], Any]]] = []
    for place, field in enumerate(fields):
        if isinstance(field, models.DateTimeField):
            makers.append((place, _sqlite_moment))
        elif isinstance(field, models.JSONField):
            makers.append((place, _sqlite_json))
        elif isinstance(field, (models.DateField, models.DecimalField)):
            makers.append((place, str))
    return makers


def _fit(row: Sequence[Any], makers: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    fitted = list(row)
    for place, make in makers:
        if fitted[place] is not None:
            fitted[place] = make(fitted[place])
    return fitted


def _is_plain_number(field: models.Field) -> bool:
    return isinstance(field, (models.IntegerField, models.ForeignKey)) and not field.null


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, chunk: int = 20_000
) -> int:
    """Insert rows given as tuples in the order of ``columns`` (field attnames). Returns how many were written.

    The database's constraints judge them; no model code runs. Call inside a transaction.
    """
    fields: list[models.Field] = [model._meta.get_field(name) for name in columns]  # type: ignore[misc]
    names = [str(field.column) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    written = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = str if all(map(_is_plain_number, fields)) else _copy_text
            for block in _blocks(rows, chunk):
                buffer = io.StringIO()
                buffer.writelines("\t".join(map(text, row)) + "\n" for row in block)
                buffer.seek(0)
                # Django does not know COPY: without this its errors would be the driver's own.
                with connection.wrap_database_errors:
                    cursor.copy_expert(f"COPY {table} ({quoted}) FROM STDIN", buffer)
                written += len(block)
            return written
        marks = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks})"  # noqa: S608 - names come from the model
        makers = _sqlite_makers(fields)
        for block in _blocks(rows, chunk):
            cursor.executemany(statement, [_fit(row, makers) for row in block] if makers else block)
            written += len(block)
    return written


def _blocks(rows: Iterable[Sequence[Any]], size: int) -> Iterable[list[Sequence[Any]]]:
    block: list[Sequence[Any]] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block
