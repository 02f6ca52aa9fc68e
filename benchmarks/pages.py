"""P8: the heaviest list page beside a bare one. P9: the national dashboard beside figures counted on request."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import User
from benchmarks.results import REAL_SCALE, Result, median, p95, result
from benchmarks.server import Page, Server, fetch, requests_per_second, running_server
from benchmarks.world import TODAY
from orgs.models import Office
from quotas.models import Plan
from quotas.services.snapshots import compute_snapshot

GOAL_OF_LISTS, GOAL_OF_DASHBOARD, GOAL_ALONE = "≥ 0.5", "≥ 20", "≤ 300 ms"


@dataclass(frozen=True)
class Effort:
    """How long is measured: a tiny scale only shows that it works."""

    rounds: int
    seconds: float
    alone: int

    @classmethod
    def at(cls, scale: float) -> "Effort":
        """Median of three rounds from a tenth of the data on."""
        return (
            cls(rounds=3, seconds=4.0, alone=60)
            if scale >= REAL_SCALE
            else cls(rounds=1, seconds=0.2, alone=3)
        )


def sign_in(username: str) -> str:
    """The key of a new session; no password is checked, so that no hash is computed."""
    client = Client()
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _sessions() -> tuple[str, str]:
    if import_module(settings.SESSION_ENGINE).__name__ != "django.contrib.sessions.backends.db":
        raise RuntimeError("the sessions of the measurement are expected in the database")
    return sign_in("bench-hq"), sign_in("bench-province")


def _together(server: Server, product: Page, baseline: Page, effort: Effort) -> tuple[float, float, float]:
    """Median requests per second of both, asked in turn, and what the product's pages made a worker grow by."""
    rates: tuple[list[float], list[float]] = ([], [])
    memory = 0.0
    for page in (product, baseline):
        requests_per_second(server.port, page, effort.seconds / 4)
    for _ in range(effort.rounds):
        server.forget_memory()
        rates[0].append(requests_per_second(server.port, product, effort.seconds))
        memory = max(memory, server.memory())
        rates[1].append(requests_per_second(server.port, baseline, effort.seconds))
    return median(rates[0]), median(rates[1]), memory


def measure(db: str, scale: float, names: Sequence[str]) -> list[Result]:
    """P8 and P9, or one of them, on one server."""
    compute_snapshot(plan=Plan.objects.get(), on=TODAY)
    found: list[Result] = []
    with running_server(Path(settings.VAR_DIR) / "log" / "bench-web.log") as server:
        if "P8" in names:
            found += _lists(server, db, scale)
        if "P9" in names:
            found += _dashboard(server, db, scale)
    return found


def _lists(server: Server, db: str, scale: float) -> list[Result]:
    """P8. The heaviest of organisations and enterprises, as HQ and as a province, is the one with a goal."""
    hq, province = _sessions()
    path = Office.objects.get(code="440000").path
    pairs = {
        f"{name}, {who}": (Page(f"/{name}/", session), Page(f"/bench/{name}/{query}", session))
        for name in ("organizations", "enterprises")
        for who, session, query in (("HQ", hq, ""), ("province", province, f"?path={path}"))
    }
    found: list[tuple[float, dict[str, Any]]] = []
    for words, (product, baseline) in pairs.items():
        rate, bare, memory = _together(server, product, baseline, Effort.at(scale))
        row = {"product": rate, "baseline": bare, "ratio": rate / bare, "memory_mib": memory}
        found.append((rate, {"name": f"P8 list ({words})", **row}))
    slowest = min(rate for rate, _ in found)
    return [
        result(db=db, scale=scale, unit="req/s", goal=GOAL_OF_LISTS if rate == slowest else "", **row)
        for rate, row in found
    ]


def _dashboard(server: Server, db: str, scale: float) -> list[Result]:
    """P9, and how long one reader waits with nobody else on the server."""
    hq, _ = _sessions()
    page, live, live_day = (
        Page(path, hq) for path in ("/dashboard/", "/bench/dashboard/live/", "/bench/dashboard/live-day/")
    )
    effort = Effort.at(scale)
    rate, slow, memory = _together(server, page, live, effort)
    same_rate, slow_day, _ = _together(server, page, live_day, effort)
    alone = [fetch(server.port, page) for _ in range(effort.alone)]
    alone_live = [fetch(server.port, live) for _ in range(effort.rounds)]
    common: dict[str, Any] = {"db": db, "scale": scale, "memory_mib": memory}
    return [
        result(
            "P9 dashboard",
            product=rate,
            baseline=slow,
            ratio=rate / slow,
            unit="req/s",
            goal=GOAL_OF_DASHBOARD,
            **common,
        ),
        result(
            "P9 dashboard / only the day live",
            product=same_rate,
            baseline=slow_day,
            ratio=same_rate / slow_day,
            unit="req/s",
            **common,
        ),
        result(
            "P9 dashboard, p95 alone",
            product=1000 * p95(alone),
            baseline=1000 * median(alone_live),
            ratio=None,
            unit="ms",
            goal=GOAL_ALONE,
            **common,
        ),
    ]
