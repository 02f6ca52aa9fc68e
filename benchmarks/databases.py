"""Prepared databases: filled once for a scale and a state of the code, copied for every run."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from scripts.console import ROOT, Refused, say, step
from scripts.services import find_program

# What decides the rows of a prepared database.
_DECIDING = (
    "*/migrations/*.py",
    "orgs/data/*",
    "orgs/services/reference.py",
    "quotas/data/plan_*.toml",
    "quotas/indicators.py",
    "benchmarks/world.py",
    "benchmarks/prepare.py",
)


def fingerprint() -> str:
    """Changes with everything a prepared database is made of."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _DECIDING for path in ROOT.glob(pattern)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


class Databases:
    """Makes working copies in ``folder``; an older preparation of the same scale is removed."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self._environment = folder, dict(environment)
        folder.mkdir(parents=True, exist_ok=True)

    def sqlite(self, scale: float) -> str:
        """The address of a fresh copy; the one of the run before is replaced."""
        kept, work = self._kept(scale, "sqlite3"), self.folder / "work.sqlite3"
        if not kept.exists():
            half = self._half(kept)
            self._fill(f"sqlite:///{half}", scale)
            half.rename(kept)
        for path in (work, *self.folder.glob(f"{work.name}-*")):
            path.unlink(missing_ok=True)
        with step(f"Copying the database of scale {scale:g}"):
            shutil.copyfile(kept, work)
        return f"sqlite:///{work}"

    def postgres(self, scale: float, server: str) -> str:
        """The address of a fresh database on the server, whose own address is given."""
        name = f"bench_{scale:g}".replace(".", "_")
        url = server.rsplit("/", 1)[0] + f"/{name}"
        kept = self._kept(scale, "dump")
        self._run("createdb", "--maintenance-db", server, name, server=server)
        if kept.exists():
            with step(f"Restoring the database of scale {scale:g}"):
                self._run("pg_restore", "--jobs", "2", "--dbname", url, str(kept))
                self._run("vacuumdb", "--quiet", "--analyze", "--dbname", url)
        else:
            self._fill(url, scale)
            half = self._half(kept)
            self._run("pg_dump", "--format", "custom", "--compress", "1", "--file", str(half), url)
            half.rename(kept)
        return url

    def _kept(self, scale: float, kind: str) -> Path:
        kept = self.folder / f"world-{scale:g}-{fingerprint()}.{kind}"
        for other in self.folder.glob(f"world-{scale:g}-*.{kind}*"):
            if other != kept:
                other.unlink()
        return kept

    def _half(self, kept: Path) -> Path:
        """Where it is made: it gets its name when it is whole."""
        half = kept.with_name(f"half-{os.getpid()}.{kept.suffix[1:]}")
        for path in self.folder.glob(f"half-*.{kept.suffix[1:]}*"):
            path.unlink()
        return half

    def _fill(self, url: str, scale: float) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.prepare", f"{scale:g}"],
            env=self._environment | {"DATABASE_URL": url},
            cwd=ROOT,
            check=False,
        )
        if done.returncode:
            raise Refused("the database for the measurements could not be filled; the lines above say why.")

    def _run(self, program: str, *arguments: str, server: str = "") -> None:
        path = find_program(program)
        if path is None:
            raise Refused(f"{program} is not installed (Debian: apt-get install postgresql)")
        address = urlsplit(server) if server else None
        where = (
            [
                "--host",
                str(address.hostname),
                "--port",
                str(address.port),
                "--username",
                str(address.username),
            ]
            if address
            else []
        )
        done = subprocess.run([str(path), *where, *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            say(done.stderr.strip())
            raise Refused(f"{program} failed.")
