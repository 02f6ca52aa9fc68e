"""Fetching a kept file: by its owner, as a download, until its time is over."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import clock
from core.http import file_response
from core.models import StoredFile
from core.services.files import PIECE, open_file, path_of


@require_GET
def stored_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file for its owner; 404 for everybody else, a page with words when its time is over."""
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), token=token)
    gone = stored.expires_at is not None and stored.expires_at <= clock.machine_now()
    if gone or not path_of(stored).exists():
        return render(request, "core/file_gone.html", {"file": stored}, status=410)

    def pieces() -> Iterator[bytes]:
        with open_file(stored) as source:
            while piece := source.read(PIECE):
                yield piece

    response = file_response(pieces(), name=stored.name, content_type=stored.content_type)
    response["Content-Length"] = str(stored.size)
    return response
