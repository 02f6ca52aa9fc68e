"""Conditions over long lists, asked with one parameter instead of one for each value.

Of 2,000 values Django's own ``in`` prepares, compiles and binds each: 20 ms before the database is asked.
"""

import json
from typing import Any

from django.db.models import CharField, IntegerField, Lookup


class Among(Lookup):
    """``name__among=[...]``: the column is one of these texts or whole numbers."""

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[Any]:
        """The values as they are."""
        return list(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """SQLite reads the list from JSON."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.rhs)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """PostgreSQL has arrays."""
        left, params = self.process_lhs(compiler, connection)
        kind = "bigint" if isinstance(self.lhs.output_field, IntegerField) else "text"
        return f"{left} = ANY(%s::{kind}[])", [*params, list(self.rhs)]


for field in (CharField, IntegerField):
    field.register_lookup(Among)
