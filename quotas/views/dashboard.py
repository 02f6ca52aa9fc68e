"""The board of an office: figures, map, ranking, trend, breakdown; and having a day computed."""

import datetime as dt
import io
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import DomainError, NotAllowed
from core.http import XLSX, file_response
from core.keys import read_key
from core.models import Job
from core.sheets.writer import write_csv, write_xlsx
from orgs.choices import OfficeLevel
from orgs.current_post import current_post
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.permissions import VIEW
from quotas.indicators import INDICATORS
from quotas.models import Snapshot
from quotas.selectors.board import DEFAULT_BY, Board, BoardChoice, board_of, region_of
from quotas.selectors.goals import goals_on
from quotas.selectors.links import BoardLinks
from quotas.selectors.ranking import DEFAULT_SORT
from quotas.services.requests import may_compute, may_recompute, request_day
from quotas.services.staleness import DAY
from quotas.tables.ranking import cover_of, ranking_table, subtree_table
from quotas.views.kept_board import TOKEN_PLACE, DrawnBoard, keep, kept, key_of
from quotas.views.parameters import read_choice, read_day

_BARE = ("path", "depth", "code", "short_name", "region_short", "level", "is_deputy_provincial")


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """The board of the office one works in."""
    post = current_post(request)
    if post is None:
        raise Http404
    return _show(request, get_object_or_404(_visible(request), pk=post.office_id))


@require_GET
def dashboard_office(request: HttpRequest, code: str) -> HttpResponse:
    """The board of an office within one's reach."""
    return _show(request, get_object_or_404(_visible(request), code=code))


@require_POST
def dashboard_compute(request: HttpRequest, code: str) -> HttpResponse:
    """Have a day computed, or computed again; the board then shows how far it is."""
    office = get_object_or_404(_visible(request), code=code)
    today = clock.business_today()
    day, fault = read_day(request.POST.get("on", ""), today=today)
    choice, _ = read_choice(request.POST, today=today)
    links = BoardLinks(
        by=choice.by,
        default_by=DEFAULT_BY,
        on=day,
        without_deputy_provincial=choice.without_deputy_provincial,
    )
    back = links.board(office.code)
    if fault:
        messages.error(request, fault)
        return redirect(back)
    try:
        job = request_day(
            actor=request.user,
            office=office,
            on=day or today,
            force=request.POST.get("force") == "1",
            url=back,
        )
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(back)
    return redirect(links.board(office.code, job=str(job.pk)))


@require_GET
def dashboard_progress(request: HttpRequest, code: str) -> HttpResponse:
    """The note that waits for newer figures: 204 while there are none, else a part that fetches the board again."""
    office = get_object_or_404(_visible(request), code=code)
    today = clock.business_today()
    choice, _ = read_choice(request.GET, today=today)
    links = BoardLinks(
        by=choice.by,
        default_by=DEFAULT_BY,
        on=choice.on,
        without_deputy_provincial=choice.without_deputy_provincial,
    )
    again = {"board_url": links.board(office.code)}
    if job_id := request.GET.get("job", ""):
        job = _job(job_id)
        if job is None:
            raise Http404
        if job.is_open or job.state == "failed":
            return render(request, "ui/job.html", {"job": job, "url": request.get_full_path()})
        return render(request, "quotas/_fetch_board.html", again)
    goals = goals_on(choice.on or today)
    fresh = (
        Snapshot.objects.live().filter(plan=goals.plan, on=choice.on or today, is_stale=False).exists()
        if goals
        else False
    )
    return render(request, "quotas/_fetch_board.html", again) if fresh else HttpResponse(status=204)


@require_GET
def dashboard_export(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The table of a board as a file: its ranking, or with ``levels=all`` every office below on a second sheet."""
    office = get_object_or_404(_visible(request), code=code)
    today = clock.business_today()
    choice, _ = read_choice(request.GET, today=today)
    allowed = reach_of(request.user)
    board = board_of(
        office=office, choice=choice, today=today, visible=lambda one: allowed.covers(VIEW, one.path)
    )
    if board is None or board.numbers is None or board.numbers.ranking is None:
        messages.error(request, "这一天还没有数字，或下面没有单位，不能导出。请换一天或换一个单位。")
        return redirect("dashboard_office", code=code)
    name = f"{board.scope_label}{choice.indicator.short}{board.numbers.stored.on:%Y%m%d}"
    tables = [ranking_table(board)]
    if request.GET.get("levels") == "all":
        tables.append(subtree_table(board))
    target = io.BytesIO()
    if request.GET.get("as") == "csv":
        write_csv(target, tables[-1])
        return file_response(target.getvalue(), name=f"{name}.csv", content_type="text/csv; charset=utf-8")
    write_xlsx(target, tables, cover=cover_of(board, request.user.name))
    return file_response(target.getvalue(), name=f"{name}.xlsx", content_type=XLSX)


def _visible(request: HttpRequest) -> Any:
    return Office.objects.visible_to(request.user).only(*_BARE)


def _job(text: str) -> Job | None:
    """A computation of a day somebody asked for; it shows no record, so every reader of a board may see how far it is."""
    key = read_key(text)
    return Job.objects.filter(pk=key, kind=DAY).first() if key is not None else None


def _show(request: HttpRequest, office: Office) -> HttpResponse:
    today = clock.business_today()
    choice, fault = read_choice(request.GET, today=today)
    # What there is to tell besides the figures is drawn anew each time: a fault, work under way, a county's records.
    alone = fault or "job" in request.GET or office.level == OfficeLevel.COUNTY
    key = "" if alone else key_of(request, office=office, choice=choice, today=today)
    drawn = kept(key) if key else None
    if drawn is None:
        drawn, lasting = _draw(request, office, choice, fault, today)
        if key and lasting:
            keep(key, drawn)
    template = "quotas/_board_answer.html" if request.htmx else "quotas/dashboard.html"  # type: ignore[attr-defined]
    response = render(request, template, {"title": drawn.title, "board_html": drawn.for_reader(request)})
    patch_vary_headers(response, ("HX-Request",))
    if drawn.address and request.htmx and request.GET.get("on") and choice.on is None and not fault:  # type: ignore[attr-defined]
        # The form always sends its day. Today's board is kept without one, so that the address goes with the days.
        response["HX-Push-Url"] = drawn.address
    return response


def _draw(
    request: HttpRequest, office: Office, choice: BoardChoice, fault: str, today: dt.date
) -> tuple[DrawnBoard, bool]:
    """The board as HTML, and whether it shows figures alone and so stays right as long as they do."""
    reach = reach_of(request.user)
    visible = partial(_may_view, reach)
    board = board_of(office=office, choice=choice, today=today, visible=visible)
    if board is None and choice.on is not None:
        fault = f"{choice.on.year} 年没有实施方案，不能查看。现在显示今天（{today}）的数字。"
        choice, _ = read_choice(QueryDict(), today=today)
        board = board_of(office=office, choice=choice, today=today, visible=visible)
    context = {
        "board": board,
        "office": office,
        "fault": fault,
        "typed_on": request.GET.get("on", "") if fault else "",
        "csrf_token": TOKEN_PLACE,
        **_doing(request, office, board),
    }
    drawn = DrawnBoard(
        title=render_to_string("quotas/_title.html", context),
        html=render_to_string("quotas/_board.html", context, request),
        address=board.links.board(office.code) if board else "",
    )
    figures_alone = board is not None and board.numbers is not None and board.numbers.records is None
    return drawn, figures_alone and not fault


def _may_view(reach: Any, office: Office) -> bool:
    return reach.covers(VIEW, office.path)


def _doing(request: HttpRequest, office: Office, board: Board | None) -> dict[str, Any]:
    """Breadcrumbs, what may be done, and what is under way."""
    if board is None:
        return {}
    reach = reach_of(request.user)
    crumbs = [
        (region_of(above), board.links.board(above.code) if _may_view(reach, above) else "")
        for above in board.above
    ]
    job_id = request.GET.get("job", "")
    job = _job(job_id) if job_id else None
    progress = reverse("dashboard_progress", args=[office.code])
    query = board.links.board(office.code, job=str(job.pk) if job else "").partition("?")[2]
    return {
        "crumbs": [*crumbs, (region_of(office), "")],
        "tabs": [
            (key, indicator.short, board.links.board(office.code, by=key if key != DEFAULT_BY else ""))
            for key, indicator in INDICATORS.items()
        ],
        "sorts": _sort_heads(board),
        "may_compute": may_compute(request.user, office),
        "may_recompute": may_recompute(request.user),
        "job": job,
        "progress_url": f"{progress}?{query}" if query else progress,
        "board_url": board.links.board(office.code),
        "export_query": "?" + board.links.board(office.code, sort=board.choice.sort).partition("?")[2],
    }


def _sort_heads(board: Board) -> dict[str, dict[str, str]]:
    """For each column that sorts: where a click leads, and the present direction."""
    heads = {}
    for name in ("office", "figure", "pending"):
        now = board.choice.sort
        first, other = (name, f"-{name}") if name == "office" else (f"-{name}", name)
        target = other if now == first else first
        heads[name] = {
            "url": board.links.board(board.office.code, sort=target if target != DEFAULT_SORT else ""),
            "aria": {name: "ascending", f"-{name}": "descending"}.get(now, ""),
            "arrow": {name: "↑", f"-{name}": "↓"}.get(now, ""),
        }
    return heads
