"""Fill one database for the measurements.   python -m benchmarks.prepare SCALE (the database is DATABASE_URL's)"""

import datetime as dt
import sys

import django
from django.core.management import call_command
from django.db import connection

from scripts.console import ROOT, run_main, step

# Stored days, so that the year's line of the dashboard is drawn from as many as in use: two a month.
STORED = [dt.date(2014, month, day) for month in range(1, 11) for day in (1, 15)]
# The bare SQL of P1 keeps the covering index its date conditions need; the portal's own statements need a smaller one.
COVER_NAME = "bench_enterprise_cover"
COVER = (
    f"CREATE INDEX {COVER_NAME} ON orgs_enterprise "
    "(state, office_id, established_on, dissolved_on, is_above_scale)"
)


def main() -> int:
    """Reference data, plan, world, snapshots; then what a database does by itself after a while."""
    scale = float(sys.argv[1])
    django.setup()
    from benchmarks.world import write_world  # noqa: PLC0415 - models come after setup
    from quotas.models import Plan  # noqa: PLC0415 - the same
    from quotas.services.snapshots import compute_snapshot  # noqa: PLC0415 - the same

    with step(f"Filling {connection.vendor} at scale {scale:g}"):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference", verbosity=0)
        call_command("load_plan", str(ROOT / "quotas" / "data" / "plan_2014.toml"))
        sizes = write_world(scale)
        with connection.cursor() as cursor:
            cursor.execute(COVER)
            cursor.execute("ANALYZE")
        for day in STORED:
            compute_snapshot(plan=Plan.objects.get(), on=day)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("ANALYZE")
    print(sizes)
    return 0


if __name__ == "__main__":
    run_main(main)
