"""Signs of life: /healthz for a load balancer, /readyz for monitoring."""

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import clock
from core.models import WorkerHeartbeat

# The scheduler sends a beat every ten seconds: six in a row have been missed.
HEARTBEAT_LIMIT = dt.timedelta(seconds=60)
BROKER_TIMEOUT = 1.0


@dataclasses.dataclass(frozen=True)
class Part:
    """One part of the portal: whether it works, and a sentence without addresses or names."""

    ok: bool
    detail: str


def check_database() -> Part:
    """The database answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return Part(False, "does not answer")
    return Part(True, "answers")


def check_broker() -> Part:
    """Redis answers within a second, or the folders of the embedded broker can be written."""
    return _check_redis(settings.REDIS_URL) if settings.REDIS_URL else _check_folders()


def _check_redis(url: str) -> Part:
    client = redis.Redis.from_url(url, socket_connect_timeout=BROKER_TIMEOUT, socket_timeout=BROKER_TIMEOUT)
    try:
        client.ping()
    except redis.RedisError:
        return Part(False, "does not answer; work is kept and done later")
    finally:
        client.close()
    return Part(True, "answers")


def _check_folders() -> Part:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for key in ("data_folder_in", "data_folder_out", "control_folder"):
        try:
            # Without a name in the folder: the worker never sees it.
            with tempfile.TemporaryFile(dir=str(options[key])):
                pass
        except OSError:
            return Part(False, "its folder cannot be written")
    return Part(True, "its folders can be written")


def check_worker() -> Part:
    """A worker took a task within the last minute, which needs scheduler, broker and worker together."""
    try:
        seen_at = WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    except DatabaseError:
        return Part(False, "unknown, the database does not answer")
    if seen_at is None:
        return Part(False, "has never given a sign of life")
    age = clock.machine_now() - seen_at
    seconds = max(0, int(age.total_seconds()))
    return Part(age <= HEARTBEAT_LIMIT, f"last sign of life {seconds} s ago")


CHECKS: dict[str, Callable[[], Part]] = {
    "database": check_database,
    "broker": check_broker,
    "worker": check_worker,
}


@login_not_required
@never_cache
@require_GET
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while the web process lives; asks nothing else."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_GET
def readyz(_request: HttpRequest) -> JsonResponse:
    """Each part with its state: 200 when all work, 503 otherwise."""
    parts = {name: check() for name, check in CHECKS.items()}
    status = 200 if all(part.ok for part in parts.values()) else 503
    return JsonResponse({name: dataclasses.asdict(part) for name, part in parts.items()}, status=status)
