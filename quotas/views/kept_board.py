"""Drawn boards, kept while nothing they show has changed.

A day's figures are never altered: others take their place, under another key. So a board is right as long as the live
snapshots and the targets are the same; most readers of a morning ask for the same few. What changes beside them, the
names of offices, shows after ``KEEP_SECONDS`` at the latest. Each web process keeps its own: no server is needed for it.
"""

import dataclasses
import datetime as dt
import hashlib
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Max, Q, Subquery
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.safestring import SafeString

from core import clock
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.permissions import VIEW
from quotas.models import Snapshot, Target
from quotas.selectors.board import BoardChoice
from quotas.services.requests import may_compute, may_recompute

KEEP_SECONDS = 300
CACHE = "boards"
# Stands in a kept board where the reader's own token goes.
TOKEN_PLACE = "token-of-the-reader"  # noqa: S105 - no secret


@dataclasses.dataclass(frozen=True)
class DrawnBoard:
    """The board as HTML, the page's title, and the address it stands under."""

    title: str
    html: str
    address: str

    def for_reader(self, request: HttpRequest) -> SafeString:
        """The HTML with the reader's own token in its forms."""
        return SafeString(self.html.replace(TOKEN_PLACE, get_token(request)))


def key_of(request: HttpRequest, *, office: Office, choice: BoardChoice, today: dt.date) -> str:
    """A key that is another one as soon as the same request would be drawn differently. One query."""
    # A plan that is loaded again with a change writes its targets anew.
    goals = Subquery(Target.objects.order_by("-pk").values("pk")[:1])
    figures = Snapshot.objects.live().aggregate(
        *(Max("pk"), Max("computed_at"), Count("pk")),
        stale=Count("pk", filter=Q(is_stale=True)),
        goals=Max(goals),
    )
    user: Any = request.user
    reader = (reach_of(user).paths(VIEW), may_compute(user, office), may_recompute(user))
    asked = (
        office.pk,
        choice,
        bool(request.GET.get("by")),
        today,
        timezone.localtime(clock.machine_now()).date(),
    )
    return hashlib.sha256(repr((figures, reader, asked)).encode()).hexdigest()


def kept(key: str) -> DrawnBoard | None:
    """The board drawn for the key before, if it is still there."""
    return caches[CACHE].get(key)


def keep(key: str, board: DrawnBoard) -> None:
    """Keep a drawn board for the next reader."""
    caches[CACHE].set(key, board, KEEP_SECONDS)
