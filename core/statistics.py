"""What the database knows about its own tables."""

from django.db import connection


def refresh_planner_statistics() -> None:
    """Let SQLite measure tables that grew since it last did; without, it picks plans a hundred times slower.

    PostgreSQL does so by itself (autovacuum).
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # 0x10002: look at every table, also on a fresh connection that has read none yet.
            cursor.execute("PRAGMA optimize=0x10002")
