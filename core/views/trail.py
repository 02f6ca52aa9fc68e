"""The auditor's page: who did what, when."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.forms import TrailFilterForm
from core.selectors.trail import changes_of, target_label, trail_events

PAGE_SIZE = 50


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The whole trail, filtered and paged, for the auditor alone."""
    if getattr(request.user, "special_role", "") != "auditor":
        raise PermissionDenied("操作记录由审计人员查阅。单条记录的经过在它自己的页面上。")
    filters = TrailFilterForm(request.GET)
    page = Paginator(trail_events(request.user, filters.wanted()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = [
        {"event": event, "target": target_label(event.target_type), "changes": changes_of(event)}
        for event in page
    ]
    is_filtered = any(request.GET.get(name) for name in filters.fields)
    context = {"filters": filters, "page": page, "rows": rows, "is_filtered": is_filtered}
    return render(request, "core/trail.html", context)
