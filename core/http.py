"""Answers that are files: saved by the browser, never shown or run by it."""

from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Should a browser open the file all the same, it runs nothing, loads nothing and has no origin.
POLICY = "default-src 'none'; sandbox"


def file_response(content: bytes | BinaryIO, *, name: str, content_type: str) -> HttpResponseBase:
    """A download under the name people see. Kept by no cache, opened by no plug-in. An open file is closed after it."""
    response: HttpResponseBase
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=content_type)
    else:
        response = FileResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def picture_response(request: HttpRequest, path: Path, *, content_type: str, etag: str) -> HttpResponseBase:
    """A picture of our own making, shown in a page. The browser keeps it and asks each time whether it still may."""
    known = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = (
        known if known is not None else FileResponse(path.open("rb"), content_type=content_type)
    )
    response["ETag"] = etag
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response
