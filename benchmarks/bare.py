"""List pages as the tutorial writes them: login, fifty rows of the same table and columns, no total, nothing else.

They run in the same process model with the same middleware. ``?path=`` narrows to a subtree, as a province sees it.
"""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orgs.models import CastOrganization, Enterprise
from orgs.models.office import subtree_q

ROWS = 50


def _first(request: HttpRequest, rows: QuerySet) -> QuerySet:
    if path := request.GET.get("path"):
        rows = rows.filter(subtree_q(path, "office__"))
    return rows.order_by("-updated_at", "-pk")[:ROWS]


@require_GET
def organizations(request: HttpRequest) -> HttpResponse:
    """The latest organisations."""
    rows = CastOrganization.objects.select_related("office", "enterprise__division", "park__division")
    return render(request, "bench/organizations.html", {"rows": _first(request, rows)})


@require_GET
def enterprises(request: HttpRequest) -> HttpResponse:
    """The latest enterprises."""
    rows = Enterprise.objects.select_related("office", "division")
    return render(request, "bench/enterprises.html", {"rows": _first(request, rows)})
