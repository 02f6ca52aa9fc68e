"""Row locks, always taken in key order, so that two services never wait for each other in a circle."""

import zlib
from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def lock_rows(queryset: models.QuerySet[Row], pks: Iterable[int]) -> dict[int, Row]:
    """Lock the rows with these keys in key order and return them by key; missing ones are left out.

    Inside a transaction. On SQLite the IMMEDIATE transaction already holds the only write lock.
    """
    rows = queryset.select_for_update(of=("self",)).filter(pk__in=sorted(set(pks))).order_by("pk")
    return {row.pk: row for row in rows}


def advisory_lock(name: str, *, shared: bool = False) -> None:
    """Hold a named lock until the transaction ends; shared holders exclude only an exclusive one.

    On PostgreSQL an advisory lock. On SQLite nothing is needed: writing transactions are serial by themselves.
    """
    if connection.vendor != "postgresql":
        return
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [zlib.crc32(name.encode())])
