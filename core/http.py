"""Answers that are files: saved by the browser, never shown or run by it."""

from typing import BinaryIO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
