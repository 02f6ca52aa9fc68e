"""Exporting a list, and the person's own exports."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.models import Job, StoredFile
from orgs.file_kinds import EXPORT
from orgs.models.reach import reach_of
from orgs.permissions import VIEW
from orgs.tables.export_files import EXPORT_JOB, export_list
from orgs.views.common import attempt


@require_POST
def export_new(request: SignedInRequest) -> HttpResponse:
    """The list of an address as a file: at once, or the page of the job that makes it."""
    kind, ending, query = (request.POST.get(name, "") for name in ("kind", "ending", "query"))
    made, refusal = attempt(
        lambda: export_list(actor=request.user, kind=kind, query=query[:4000], ending=ending)
    )
    if refusal or made is None:
        messages.error(request, refusal)
        return redirect("export_list")
    if isinstance(made, StoredFile):
        return redirect("stored_file", token=made.token)
    return redirect("export_list")


@require_GET
def export_files(request: SignedInRequest) -> HttpResponse:
    """The person's own exports: what is being made, and what can be fetched until when."""
    if not reach_of(request.user).with_roles(VIEW):
        raise PermissionDenied("导出台账需要本单位的任职。请联系本单位账号管理员。")
    at = clock.machine_now()
    jobs = Job.objects.filter(requested_by=request.user, kind=EXPORT_JOB).order_by("-pk")[:5]
    files = StoredFile.objects.visible_to(request.user).kept(at).filter(purpose=EXPORT)[:50]
    context = {"jobs": jobs, "files": files}
    return render(request, "orgs/export_list.html", context)
