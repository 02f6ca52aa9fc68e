"""Run measurements in a process of its own.   python -m benchmarks.measure P8,P9 DB SCALE FILE

The results go to FILE as JSON: standard output belongs to what the portal says.
"""

import dataclasses
import json
import sys
from pathlib import Path

import django

from scripts.console import run_main


def main() -> int:
    """Measure and write."""
    names, db, scale, target = sys.argv[1:]
    django.setup()
    from benchmarks import confirming, exporting, importing, pages, refusing, snapshots  # noqa: PLC0415 - models come after setup

    results = []
    for name in names.split(","):
        if name == "P1":
            results += snapshots.measure(db, float(scale))
        elif name == "P3":
            results += confirming.measure(db, float(scale))
        elif name == "P13":
            results += refusing.measure(db, float(scale))
        elif name == "P7":
            results += exporting.measure(db, float(scale))
    if pages_wanted := {"P8", "P9"} & set(names.split(",")):
        results += pages.measure(db, float(scale), sorted(pages_wanted))
    if files_wanted := {"P4", "P5", "P6"} & set(names.split(",")):
        results += importing.measure(db, float(scale), sorted(files_wanted))
    Path(target).write_text(json.dumps([dataclasses.asdict(one) for one in results]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    run_main(main)
