"""Wishes and reasons of enterprises without an organisation, and their way to one, office by office."""

import io
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from core import clock
from core.http import XLSX, file_response
from core.sheets.writer import Sheet, write_csv, write_xlsx
from orgs.current_post import current_post
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.permissions import ENTER, VIEW
from orgs.selectors.prospects import LONG_DAYS
from orgs.selectors.territory import Territory, territory_of
from orgs.tables import prospects as tables

WISHES, REASONS, FUNNEL = "contact_wishes", "contact_reasons", "contact_funnel"


class ProspectPage:
    """One of the three tables, asked for by an address: which office, which order, with or without the cities."""

    def __init__(self, request: SignedInRequest, route: str, title: str, default_sort: str) -> None:
        self.request, self.route, self.title = request, route, title
        self.today = clock.business_today()
        self.territory: Territory = territory_of(
            self._office(), without_cities=request.GET.get("without") == "1"
        )
        self.sort = request.GET.get("sort") or default_sort
        self.default_sort = default_sort

    def _office(self) -> Office:
        """The office the address names, else that of the post one works in; 404 out of reach."""
        code = self.request.GET.get("office", "").strip()
        if code:
            found: Office = get_object_or_404(Office.objects.visible_to(self.request.user), code=code)
            return found
        post = current_post(self.request)
        if post is None:
            raise Http404
        return Office.objects.get(pk=post.office_id)

    def address(self, code: str, route: str = "") -> str:
        """The same table, or another one, of an office; the order is kept within the table."""
        query = {"office": code}
        if self.territory.without_cities:
            query["without"] = "1"
        if not route and self.sort != self.default_sort:
            query["sort"] = self.sort
        return f"{reverse(route or self.route)}?{urlencode(query)}"

    def sheet(self, sheets: Sequence[Sheet]) -> HttpResponseBase | None:
        """The answer when the address asks for a file."""
        ending = self.request.GET.get("as")
        if ending not in ("xlsx", "csv"):
            return None
        name = f"{self.territory.label}{self.title}{self.today:%Y%m%d}.{ending}"
        target = io.BytesIO()
        if ending == "csv":
            write_csv(target, sheets[0])
            return file_response(target.getvalue(), name=name, content_type="text/csv; charset=utf-8")
        cover = tables.cover_lines(self.territory, self.title, self.request.user.name)
        write_xlsx(target, sheets, cover=cover)
        return file_response(target.getvalue(), name=name, content_type=XLSX)

    def answer(self, template: str, **more: Any) -> HttpResponse:
        """The page."""
        office = self.territory.office
        reach = reach_of(self.request.user)
        crumbs = [
            (one.region_short, self.address(one.code))
            for one in self.territory.above
            if reach.covers(VIEW, one.path)
        ]
        return render(
            self.request,
            template,
            {
                "title": self.title,
                "territory": self.territory,
                "crumbs": [*crumbs, (office.region_short, "")],
                "here": self.route,
                "tabs": [(route, label, self.address(office.code, route)) for route, label in _TABS],
                "sort": self.sort,
                "default_sort": self.default_sort,
                "today": self.today,
                "enters": bool(reach.with_roles(ENTER)),
                **more,
            },
        )


_TABS = ((WISHES, "意愿"), (REASONS, "未建原因"), (FUNNEL, "从联系人到科协"))


@require_GET
def contact_wishes(request: SignedInRequest) -> HttpResponseBase:
    """Where leaders want an organisation and have none."""
    page = ProspectPage(request, WISHES, "企业意愿", "-willing")
    table = tables.wish_table(page.territory, page=page.address, sort=page.sort)
    return page.sheet(tables.wish_sheets(table)) or page.answer("orgs/contact_wishes.html", table=table)


@require_GET
def contact_reasons(request: SignedInRequest) -> HttpResponseBase:
    """Why enterprises have no organisation, by region and by type."""
    page = ProspectPage(request, REASONS, "未建原因", "-reasoned")
    made = tables.reason_tables(page.territory, page=page.address, sort=page.sort)
    whole = made.regions.total.cells
    return page.sheet(tables.reason_sheets(made)) or page.answer(
        "orgs/contact_reasons.html",
        table=made.regions,
        types=made.types,
        asked=whole[tables.REASONED],
        reasons=[
            (label, tables.SHORT_REASONS[code], code, whole[code], [row.cells[code] for row in made.types])
            for code, label in tables.REASONS.items()
        ],
        long_days=LONG_DAYS,
    )


@require_GET
def contact_funnel(request: SignedInRequest) -> HttpResponseBase:
    """How far enterprises with a contact have come towards an organisation, and what to do next."""
    page = ProspectPage(request, FUNNEL, "从联系人到科协", "-contact")
    table = tables.funnel_table(page.territory, today=page.today, page=page.address, sort=page.sort)
    return page.sheet(tables.funnel_sheets(table)) or page.answer(
        "orgs/contact_funnel.html", table=table, whole=table.total.cells, long_days=LONG_DAYS
    )
