"""What an import gives back as files: templates to fill in, and the rows that could not be taken."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
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
    """The refused rows in the person's own workbook: at once, or by a job when the file is large."""
    batch = visible_import(request, pk)
    require_clerk(request)
    made, refusal = attempt(lambda: returning.give_back(actor=request.user, batch_id=batch.pk))
    if made is not None:
        return redirect("stored_file", token=made.token)
    if not refusal:
        messages.info(request, "正在整理问题行，好了之后这里会出现“下载问题行”。文件较大，请稍后刷新本页。")
    return back_to(batch, refusal, request)
