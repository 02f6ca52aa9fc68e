"""Fetching a kept file: by its owner, as a download, until its time or the right to it is over."""

from typing import BinaryIO

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import clock
from core.file_kinds import file_kind
from core.http import file_response
from core.models import StoredFile
from core.services.files import open_file


@require_GET
def stored_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file for its owner; 404 for everybody else.

    A page with words when its time is over (410), or when its owner may not see any more what it holds (403).
    """
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), token=token)
    kind = file_kind(stored.purpose)
    if not kind.served:
        raise Http404
    source = _opened(stored)
    if source is None:
        context = {"file": stored, "over": stored.is_over(clock.machine_now()), "again": kind.again}
        return render(request, "core/file_gone.html", context, status=410)
    if refusal := kind.refusal(stored.needs, request.user):
        source.close()
        return render(request, "core/file_closed.html", {"file": stored, "refusal": refusal}, status=403)
    return file_response(source, name=stored.name, content_type=stored.content_type)


def _opened(stored: StoredFile) -> BinaryIO | None:
    """The file, open so that the sweep cannot take it away; None when it is gone."""
    if stored.removed_at is not None or stored.is_over(clock.machine_now()):
        return None
    try:
        return open_file(stored)
    except FileNotFoundError:
        return None
