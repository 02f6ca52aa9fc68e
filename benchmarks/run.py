"""``make bench``: measure, print a table, write benchmarks/latest.json.   python -m benchmarks.run

BENCH_ONLY=P1,P8 narrows to these, BENCH_SCALE=0.1 (or 1,10) sets the scales, BENCH_DB=sqlite or postgresql the
database. PostgreSQL and Redis are throw-away servers. A goal that is not kept is printed and is no failure: seconds
depend on the machine. A measurement that broke is one.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import results
from benchmarks.databases import Databases
from benchmarks.growth import growth
from benchmarks.results import REAL_SCALE, Result
from scripts.console import ROOT, Refused, run_main, say, step, var_dir
from scripts.services import Services, missing_postgres, missing_redis

MEASURED = ("P1", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P13")
# Each in a process of its own; the pages share one server.
TOGETHER = (("P1",), ("P3",), ("P8", "P9"), ("P7",), ("P13",), ("P4", "P6"), ("P5",))
DERIVED = "P2"
LATEST = ROOT / "benchmarks" / "latest.json"
TODAY = "2014-10-15"


@dataclass(frozen=True)
class Wanted:
    """What this call is to measure."""

    names: tuple[str, ...]
    scales: tuple[float, ...]
    databases: tuple[str, ...]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Wanted":
        """Read BENCH_ONLY, BENCH_SCALE and BENCH_DB; refuse with words what is none of them."""

        def words(name: str, default: str) -> list[str]:
            return [
                word.strip() for word in (environ.get(name, "").strip() or default).split(",") if word.strip()
            ]

        names = [name.upper() for name in words("BENCH_ONLY", ",".join((*MEASURED, DERIVED)))]
        if unknown := [name for name in names if name not in (*MEASURED, DERIVED)]:
            raise Refused(f"BENCH_ONLY knows {', '.join((*MEASURED, DERIVED))}, not {', '.join(unknown)}.")
        if DERIVED in names:
            names.append("P1")
        try:
            scales = sorted({float(word) for word in words("BENCH_SCALE", "0.1,1")})
        except ValueError as error:
            raise Refused("BENCH_SCALE must be a number such as 0.1, or several: 0.1,1.") from error
        if not all(0 < scale <= 10 for scale in scales):
            raise Refused("BENCH_SCALE must be above 0 and at most 10.")
        databases = words("BENCH_DB", "sqlite,postgresql")
        if unknown := [name for name in databases if name not in ("sqlite", "postgresql")]:
            raise Refused(f"BENCH_DB must be sqlite or postgresql, not {', '.join(unknown)}.")
        return cls(tuple(name for name in MEASURED if name in names), tuple(scales), tuple(databases))


@dataclass
class Bench:
    """The measurements on one kind of database: what was found, and what broke."""

    db: str
    wanted: Wanted
    servers: Mapping[str, str]
    found: list[Result] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Prepared databases and working files; whatever is in it can be made again."""
        return var_dir() / "bench"

    @property
    def var(self) -> Path:
        """The working files of the portal that is measured."""
        return self.folder / self.db

    def environment(self, **more: str) -> dict[str, str]:
        """What every process gets: no setting of a portal that happens to be configured here."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("PORTAL_") and name not in {"DATABASE_URL", "REDIS_URL"}
        }
        return kept | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "PORTAL_VAR": str(self.var),
            "PORTAL_TODAY": TODAY,
            "PORTAL_DEMO": "0",
            "PORTAL_SECRET_KEY": secrets.token_urlsafe(50),
            "PYTHONUNBUFFERED": "1",
            **more,
        }

    def addresses(self, scale: float, place: int) -> dict[str, str]:
        """A freshly filled database, and on PostgreSQL a Redis database of its own: an id left in a queue would name
        another row.
        """
        databases = Databases(self.folder, self.environment())
        if self.db == "sqlite":
            return {"DATABASE_URL": databases.sqlite(scale)}
        return {
            "DATABASE_URL": databases.postgres(scale, self.servers["DATABASE_URL"]),
            "REDIS_URL": f"{self.servers['REDIS_URL'].rsplit('/', 1)[0]}/{place}",
        }

    def run(self) -> None:
        """Every scale, every group of measurements."""
        self.var.mkdir(parents=True, exist_ok=True)
        if {"P5", "P8", "P9"} & set(self.wanted.names):
            self.collect_static()
        for place, scale in enumerate(self.wanted.scales):
            env = self.environment(**self.addresses(scale, place))
            for group in TOGETHER:
                if names := [name for name in group if name in self.wanted.names]:
                    self.measure(",".join(names), scale, env)

    def measure(self, names: str, scale: float, env: dict[str, str]) -> None:
        """Run measurements in a process of their own and keep what they found."""
        target = self.var / "found.json"
        target.unlink(missing_ok=True)
        shutil.rmtree(self.var / "broker", ignore_errors=True)
        words = f"{names} on {self.db} at scale {scale:g}"
        with step(words):
            argv = [sys.executable, "-m", "benchmarks.measure", names, self.db, f"{scale:g}", str(target)]
            code = subprocess.run(argv, env=env, cwd=ROOT, check=False).returncode
        if code or not target.exists():
            self.broken.append(words)
            return
        self.found += [Result(**row) for row in json.loads(target.read_text(encoding="utf-8"))]

    def collect_static(self) -> None:
        """The pages name their style sheets by fingerprint, so these are collected as in use."""
        code = "import django; django.setup(); from scripts.prepare import collect_static; collect_static()"
        env = self.environment()
        if subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, check=False).returncode:
            raise Refused("the static files could not be collected.")


def _benches(wanted: Wanted, services: Services) -> list[Bench]:
    """One for each database that can be measured here; PostgreSQL and Redis are started for theirs."""
    benches = []
    for db in wanted.databases:
        if db == "postgresql":
            if reasons := [reason for reason in (missing_postgres(), missing_redis()) if reason]:
                say(f"PostgreSQL not measured: {'; '.join(reasons)}")
                continue
            services.start_postgres()
            services.start_redis()
        benches.append(Bench(db, wanted, services.environment()))
    return benches


def main() -> int:
    """Measure what was asked for; 1 when a measurement broke."""
    wanted = Wanted.from_environment(os.environ)
    started = time.monotonic()
    with Services() as services:
        benches = _benches(wanted, services)
        # Tiny scales only show that everything works: there the databases need not wait for each other.
        with ThreadPoolExecutor(len(benches) if max(wanted.scales) < REAL_SCALE else 1) as pool:
            list(pool.map(Bench.run, benches))
    found = [one for bench in benches for one in bench.found]
    found += growth(found)
    results.write(found, LATEST)
    say()
    say(results.table(found))
    spent, load = time.monotonic() - started, os.getloadavg()[2]
    say(f"{os.cpu_count()} cores, load {load:.1f} over the last quarter of an hour, {spent:.0f} s")
    broken = [words for bench in benches for words in bench.broken]
    for words in broken:
        say(f"BROKEN: {words}; the lines above say why.")
    return 1 if broken or not benches else 0


if __name__ == "__main__":
    run_main(main)
