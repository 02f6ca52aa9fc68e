"""Importing a file: the list of imports, the upload, and one page that follows an import to its report."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import DomainError
from core.models import StoredFile
from core.uploads import saved_upload, upload_refusal
from orgs.current_post import current_post
from orgs.file_kinds import UPLOAD
from orgs.models import ImportBatch, Office
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.resources import RESOURCES
from orgs.services.imports.uploads import receive_file, start_import
from orgs.views.common import not_allowed_is_403

LIST_SIZE = 30
NO_FILE = "请选择要导入的文件：.xlsx、.xls 或 .csv。"


def require_clerk(request: SignedInRequest) -> Office:
    """The office one imports for: that of the present post if it is a clerk's, else of the first clerk's post; 403 without."""
    posts = reach_of(request.user).with_roles(ENTER)
    if not posts:
        raise PermissionDenied("只有经办人可以导入。请由本单位经办办理。")
    here = current_post(request)
    office_id = here.office_id if here in posts else posts[0].office_id
    return Office.objects.get(pk=office_id)


def visible_import(request: SignedInRequest, pk: int) -> ImportBatch:
    """The import with what its page shows; 404 for what the person does not see."""
    return get_object_or_404(
        ImportBatch.objects.visible_to(request.user).select_related(
            "office", "created_by", "confirmed_by", "file"
        ),
        pk=pk,
    )


@require_GET
def import_list(request: SignedInRequest) -> HttpResponse:
    """The imports of the own offices, and the templates to begin with."""
    require_clerk(request)
    batches = ImportBatch.objects.visible_to(request.user).for_list()
    page = Paginator(batches, LIST_SIZE).get_page(request.GET.get("page"))
    return render(request, "orgs/import_list.html", {"page": page, "kinds": list(RESOURCES.values())})


@require_http_methods(["GET", "POST"])
def import_new(request: SignedInRequest) -> HttpResponse:
    """Upload a file, or go on with one that was asked about."""
    office = require_clerk(request)
    kind = request.POST.get("kind") or request.GET.get("kind") or "enterprise"
    kind = kind if kind in RESOURCES else "enterprise"
    context: dict[str, Any] = {
        "kinds": list(RESOURCES.values()),
        "kind": kind,
        "office": office,
        "submits": request.POST.get("submits", "1") == "1",
    }
    if request.method == "GET":
        return render(request, "orgs/import_new.html", context)
    try:
        with not_allowed_is_403():
            file = _posted_file(request)
            done = start_import(
                actor=request.user,
                kind=kind,
                office=office,
                file=file,
                submits=context["submits"],
                anyway=request.POST.get("anyway") == "1",
            )
    except DomainError as refusal:
        return render(request, "orgs/import_new.html", context | {"refusal": refusal.message}, status=422)
    if done.batch is None:
        return render(request, "orgs/import_new.html", context | {"asked": done}, status=422)
    return redirect("import_detail", pk=done.batch.pk)


def _posted_file(request: SignedInRequest) -> StoredFile:
    """The uploaded file, judged and kept, or the kept one a question was asked about."""
    token = request.POST.get("file_token", "")
    if token:
        kept = (
            StoredFile.objects.visible_to(request.user)
            .kept(clock.machine_now())
            .filter(token=token, purpose=UPLOAD)
            .first()
        )
        if kept is None:
            raise DomainError("上传的文件已过保存期。请重新选择文件上传。")
        return kept
    sent = request.FILES.get("file")
    if sent is None:
        raise DomainError(upload_refusal(request) or NO_FILE)
    with saved_upload(sent) as path:
        return receive_file(actor=request.user, name=sent.name or "文件", path=path)


def back_to(batch: ImportBatch, refusal: str = "", request: SignedInRequest | None = None) -> HttpResponse:
    """The import's page again, with a refusal above it if there is one."""
    if refusal and request is not None:
        messages.error(request, refusal)
    return redirect(reverse("import_detail", args=[batch.pk]))
