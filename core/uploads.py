"""Uploads on their way in: a full disk costs the file, not the page."""

from typing import Any

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from core.exceptions import DomainError
from core.services.files import disk_full_in_words

_REFUSED = "portal.upload_refused"


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Keeps what is too large for the memory on the disk. When that is full the file is left out, with words for the view."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        self._or_skip(super().new_file, *args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write one piece."""
        self._or_skip(super().receive_data_chunk, raw_data, start)

    def _or_skip(self, step: Any, *args: Any, **kwargs: Any) -> None:
        try:
            with disk_full_in_words():
                step(*args, **kwargs)
        except DomainError as refusal:
            if self.request is not None:
                self.request.META[_REFUSED] = refusal.message
            raise SkipFile from refusal
        except OSError:
            if hasattr(self, "file"):  # Django closes only what arrived whole
                self.file.close()
            raise


def upload_refusal(request: HttpRequest) -> str:
    """Why an uploaded file did not arrive, empty when nothing was in the way."""
    return str(request.META.get(_REFUSED, ""))
