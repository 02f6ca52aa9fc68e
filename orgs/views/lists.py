"""Lists of organisations, enterprises, parks and contacts: one view, four tables."""

import dataclasses

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from core import clock
from orgs.choices import RETURN_REASONS
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import CONFIRM, ENTER, VIEW_PERSONAL
from orgs.services.bulk import BULK_LIMIT
from orgs.tables.query import ListQuery
from orgs.tables.rows import dressed_rows, give_acts, rows_html


@dataclasses.dataclass(frozen=True)
class ListPage:
    """The words of one list."""

    model: type[RegistryRecord]
    kind: str
    title: str
    unit: str
    template: str
    new_label: str
    empty_text: str


ORGANIZATIONS = ListPage(
    CastOrganization,
    "organization",
    "组织台账",
    "条",
    "orgs/organization_list.html",
    "登记企业科协",
    "先登记一家：输入企业名称或代码，找不到的企业可以同时登记。",
)
ENTERPRISES = ListPage(
    Enterprise,
    "enterprise",
    "企业",
    "家",
    "orgs/enterprise_list.html",
    "登记企业",
    "登记企业科协或联系人时可以同时登记企业，也可以在这里先登记。",
)
PARKS = ListPage(
    Park,
    "park",
    "园区",
    "个",
    "orgs/park_list.html",
    "登记园区",
    "国家级园区由中国科协登记；其他园区由所在地科协登记、省级科协确认。",
)
CONTACTS = ListPage(
    ContactPerson,
    "contact",
    "联系人",
    "条",
    "orgs/contact_list.html",
    "登记联系人",
    "联系人制度用于尚未建立科协的企业：先找到企业，再登记联系人。",
)


def _list(request: SignedInRequest, page: ListPage) -> HttpResponse:
    today = clock.business_today()
    asked = ListQuery(page.model, request.GET, user=request.user, today=today)
    rows = asked.page(request.GET.get("page"))
    reach = reach_of(request.user)
    found = dressed_rows(
        page.model,
        rows.object_list,
        today=today,
        reads_personal=lambda path: reach.covers(VIEW_PERSONAL, path),
    )
    enters, confirms = bool(reach.with_roles(ENTER)), bool(reach.with_roles(CONFIRM))
    acts = enters and page.model is Enterprise and asked.value_of("has") == "0"
    if acts:
        give_acts(found, enters=lambda path: reach.covers(ENTER, path))
    return render(
        request,
        page.template,
        {
            "list": page,
            "asked": asked,
            "chips": asked.chips,
            "page": rows,
            "rows": found,
            "rows_html": rows_html(f"orgs/_{page.kind}_row.html", found, picks=enters or confirms, acts=acts),
            "acts": acts,
            "without_last": None if found else asked.without_last(),
            "enters": enters,
            "confirms": confirms,
            "picks": enters or confirms,
            "bulk_limit": BULK_LIMIT,
            "return_reasons": RETURN_REASONS,
            "new_url": reverse(f"{page.kind}_new") if enters else "",
        },
    )


@require_GET
def organization_list(request: SignedInRequest) -> HttpResponse:
    """CAST organisations."""
    return _list(request, ORGANIZATIONS)


@require_GET
def enterprise_list(request: SignedInRequest) -> HttpResponse:
    """Enterprises."""
    return _list(request, ENTERPRISES)


@require_GET
def park_list(request: SignedInRequest) -> HttpResponse:
    """Development zones."""
    return _list(request, PARKS)


@require_GET
def contact_list(request: SignedInRequest) -> HttpResponse:
    """Contact persons."""
    return _list(request, CONTACTS)
