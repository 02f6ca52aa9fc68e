"""What an import gives back as files: templates to fill in, and the rows that could not be taken."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core.http import XLSX, file_response
from orgs.resources import RESOURCES
from orgs.services.imports import returning
from orgs.services.imports.templates import template_workbook
from orgs.views.common import attempt
from orgs.views.imports import back_to, require_clerk, visible_import


@require_GET
def import_template(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """A workbook to fill in, with the office's own addresses."""
    require_clerk(request)
    if kind not in RESOURCES:
        raise Http404
    name = f"{RESOURCES[kind].title}导入模板.xlsx"
    return file_response(template_workbook(request.user, kind), name=name, content_type=XLSX)


@require_POST
def import_returned(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have the refused rows written into the person's own workbook, by a job."""
    batch = visible_import(request, pk)
    require_clerk(request)
    _, refusal = attempt(lambda: returning.request_returned(actor=request.user, batch_id=batch.pk))
    return back_to(batch, refusal, request)
