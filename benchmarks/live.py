"""The national dashboard without stored figures: the same view and template, its figures counted during the request.

Counted by the portal's own statements, which are several times as fast as a query for each office: a page written
without the engine would be slower still.
"""

import dataclasses
import datetime as dt
from collections import Counter
from typing import Any
from unittest.mock import patch

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from orgs.models import Office
from orgs.selectors.counted import COUNTED, tree_on
from quotas.indicators import MEASURES, Indicator
from quotas.models import Snapshot
from quotas.selectors import board
from quotas.selectors.facts import own_counts
from quotas.selectors.goals import Goals
from quotas.selectors.sheet import Sheet
from quotas.selectors.surroundings import Surroundings
from quotas.selectors.trend import StoredDay, stored_days
from quotas.services.snapshots import _rolled_up
from quotas.views import dashboard as view


def _live_sheet(snapshot_id: int, office: Office, around: Surroundings, **_: Any) -> Sheet:
    """What ``read_sheet`` reads, counted and added up the tree now. For a board with all its offices."""
    snapshot = Snapshot.objects.select_related("plan").get(pk=snapshot_id)
    offices, totals = _rolled_up(tree_on(snapshot.on), own_counts(year=snapshot.plan.year, day=snapshot.on))
    place = {key: row for row, key in enumerate(offices)}

    def counts(key: int) -> Counter[str]:
        return Counter(dict(zip(MEASURES, totals[place[key]].tolist(), strict=True)))

    total = counts(office.pk)
    children = {child.pk: counts(child.pk) for child in around.children}
    own = Counter(total)
    for child in children.values():
        own.subtract(child)
    return Sheet(total=total, children=dict(children), own=own, left_out=Counter(dict.fromkeys(MEASURES, 0)))


def _live_days(*, goals: Goals, indicator: Indicator, upto: dt.date, **place: Any) -> list[StoredDay]:
    """The same days, each counted now: one query for the numerator and one for the denominator."""
    year = goals.plan.year
    return [
        dataclasses.replace(
            day,
            count=COUNTED[indicator.numerator](year, day.on).count(),
            whole=COUNTED[indicator.denominator](year, day.on).count() if indicator.denominator else None,
        )
        for day in stored_days(goals=goals, indicator=indicator, upto=upto, **place)
    ]


def _never_kept(*_: Any, **__: Any) -> str:
    """Without a key no drawn board is taken, nor kept."""
    return ""


@require_GET
def all_figures(request: HttpRequest) -> HttpResponse:
    """The day's figures of all offices and the year's line are counted now."""
    with patch.object(board, "stored_days", _live_days):
        return figures_of_the_day(request)


@require_GET
def figures_of_the_day(request: HttpRequest) -> HttpResponse:
    """The day's figures are counted now; the year's line comes from stored rows."""
    with patch.object(board, "read_sheet", _live_sheet), patch.object(view, "key_of", _never_kept):
        return view.dashboard(request)
