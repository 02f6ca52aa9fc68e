"""Attachments over the wire: uploading, removing, looking at pages, downloading. Each asks the record's permission anew."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core.attachments import AttachmentOwner, attachment_owner
from core.exceptions import DomainError, NotAllowed
from core.http import file_response, picture_response
from core.keys import read_key
from core.models import Attachment
from core.models.attachment import AttachmentKind, PreviewState
from core.services.attachment_previews import page_path
from core.services.attachments import add_attachment, remove_attachment, upload_attachment
from core.services.files import open_file, plain_name
from core.uploads import saved_upload, upload_refusal

NO_FILE = "没有收到文件。请重新选择后上传。"


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _refused(message: str, status: int = 422) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def _visible(request: HttpRequest, token: str) -> Attachment:
    rows = Attachment.objects.visible_to(request.user).select_related("file", "uploaded_by")
    return get_object_or_404(rows, token=token)


def _owner(values: Any) -> AttachmentOwner:
    try:
        owner = attachment_owner(values.get("target", ""))
        owner.slot(values.get("slot", ""))
    except KeyError as error:
        raise Http404 from error
    return owner


@require_POST
def attachment_upload(request: HttpRequest) -> HttpResponse:
    """Take files for a slot: as pending ones of a form (answers the script), or for the record ``target_id`` names."""
    owner, slot = _owner(request.POST), request.POST["slot"]
    target = None
    if "target_id" in request.POST:
        key = read_key(request.POST["target_id"])
        target = get_object_or_404(owner.readable(request.user), pk=key)
    rows, refusals = [], []
    for sent in request.FILES.getlist("file"):
        name = sent.name or "文件"
        try:
            with saved_upload(sent) as path:
                if target is not None:
                    row = add_attachment(actor=request.user, name=name, path=path, target=target, slot=slot)
                else:
                    row = upload_attachment(
                        actor=request.user,
                        name=name,
                        path=path,
                        target_type=owner.label,
                        slot=slot,
                        beside=request.POST.getlist("held")[:100],
                    )
        except NotAllowed as refusal:
            if not _by_script(request):
                raise PermissionDenied(refusal.message) from refusal
            return _refused(refusal.message, 403)
        except DomainError as refusal:
            refusals.append((plain_name(name), refusal.message))
        else:
            rows.append(row)
    if words := upload_refusal(request) or ("" if rows or refusals else NO_FILE):
        refusals.append(("", words))
    if _by_script(request):
        return _refused(refusals[0][1]) if refusals else _taken(request, rows, target)
    for name, words in refusals:
        messages.error(request, f"{name}：{words}" if name else words)
    if rows:
        messages.success(request, f"已添加 {len(rows)} 个附件")
    return redirect(_back(request, owner, target))


def _taken(request: HttpRequest, rows: list[Attachment], target: Any) -> JsonResponse:
    template = "ui/_attachment_row.html" if target is not None else "ui/_attachment_pending.html"
    context = {
        "may_change": True,
        "field": request.POST.get("field", ""),
        "back": request.POST.get("next", ""),
    }
    html = [render_to_string(template, {**context, "row": row}, request=request) for row in rows]
    return JsonResponse({"html": "".join(html)})


def _back(request: HttpRequest, owner: AttachmentOwner, target: Any) -> str:
    onward = request.POST.get("next", "")
    if onward.startswith("/") and url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        return onward
    return owner.page(target) if owner.page is not None and target is not None else reverse("home")


@require_GET
def attachment_tray_rows(request: HttpRequest) -> HttpResponse:
    """The rows of pending attachments a restored draft names; what is over or another's is left out."""
    owner, slot = _owner(request.GET), request.GET["slot"]
    pending = Attachment.objects.pending_of(request.user)
    rows = pending.filter(token__in=request.GET.getlist("token")[:100], target_type=owner.label, slot=slot)
    context = {"rows": rows.order_by("pk"), "field": request.GET.get("field", "")}
    return render(request, "ui/_attachment_pending_rows.html", context)


@require_POST
def attachment_remove(request: HttpRequest, token: str) -> HttpResponse:
    """Take it off its record, or give a pending one up."""
    found = _visible(request, token)
    target = (
        None if found.is_pending else found.owner.model._default_manager.filter(pk=found.target_id).first()
    )
    refusal = ""
    try:
        remove_attachment(actor=request.user, token=token)
    except NotAllowed as error:
        if not _by_script(request):
            raise PermissionDenied(error.message) from error
        return _refused(error.message, 403)
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    except DomainError as error:
        refusal = error.message
    if _by_script(request):
        return _refused(refusal) if refusal else JsonResponse({"removed": True})
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, f"已删去附件：{found.name}")
    return redirect(_back(request, found.owner, target))


@require_GET
def attachment_download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, to be saved. 404 for what hangs on a record out of reach, for what was removed, for others' pending ones."""
    attachment = _visible(request, token)
    stored = attachment.file
    assert stored is not None  # a present one has its file
    try:
        source = open_file(stored)
    except FileNotFoundError:
        context = {"file": stored, "over": False, "again": "请联系上传的人重新上传。"}
        return render(request, "core/file_gone.html", context, status=410)
    return file_response(source, name=attachment.name, content_type=stored.content_type)


@require_GET
def attachment_page(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    """One page as a picture of our own making."""
    attachment = _visible(request, token)
    path = page_path(attachment, number)
    if path is None or not path.is_file():
        raise Http404
    stored = attachment.file
    content_type = "image/jpeg"
    if attachment.kind == AttachmentKind.PICTURE and stored is not None:
        content_type = stored.content_type
    etag = f'"{attachment.token[:20]}-{number}"'
    return picture_response(request, path, content_type=content_type, etag=etag)


@require_GET
def attachment_view(request: HttpRequest, token: str) -> HttpResponse:
    """Its pages, one at a time, turned by keyboard."""
    attachment = _visible(request, token)
    last = attachment.preview_pages
    number = min(max(read_key(request.GET.get("page", "")) or 1, 1), max(last, 1))
    target = None
    if not attachment.is_pending:
        target = attachment.owner.readable(request.user).filter(pk=attachment.target_id).first()
    page = attachment.owner.page
    context = {
        "attachment": attachment,
        "slot": attachment.slot_info,
        "number": number,
        "shown": attachment.preview_state == PreviewState.READY and page_path(attachment, number) is not None,
        "record": target,
        "record_url": page(target) if page is not None and target is not None else "",
    }
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    template = "core/_attachment_viewer.html" if part else "core/attachment_view.html"
    return render(request, template, context)
