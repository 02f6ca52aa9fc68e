"""All rows of a small table, read as plain tuples: three thousand model instances cost more than a thousand imported rows."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from django.db import models

T = TypeVar("T", bound=models.Model)


class RowBook(Generic[T]):
    """Rows by their key; an instance is made when one is asked for, always the same one for a key."""

    def __init__(self, rows: models.QuerySet[T]) -> None:
        self._model = rows.model
        self._names = [field.attname for field in rows.model._meta.concrete_fields]
        self._key = self._names.index(rows.model._meta.pk.attname)
        self._db = rows.db
        self._rows = {row[self._key]: row for row in rows.values_list(*self._names)}
        self._made: dict[int, T] = {}

    def __contains__(self, pk: int) -> bool:
        return pk in self._rows

    def __getitem__(self, pk: int) -> T:
        """The instance with this key; KeyError for none."""
        made = self._made.get(pk)
        if made is None:
            made = self._made[pk] = self._model.from_db(self._db, self._names, self._rows[pk])
        return made

    def column(self, name: str) -> Iterator[tuple[object, int]]:
        """The values of one column, each with its row's key, in the order the rows were read."""
        place = self._names.index(name)
        return ((row[place], pk) for pk, row in self._rows.items())
