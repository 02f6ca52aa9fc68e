"""Uploads on their way in: a full disk costs the file, not the page."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from core.exceptions import DomainError
from core.services.files import disk_full_in_words, working_folder

_REFUSED = "portal.upload_refused"
# Above what any page takes: what is larger is not even written down, whatever its sender claims about its length.
LARGEST_UPLOAD = 32 << 20
TOO_LARGE = f"文件超过 {LARGEST_UPLOAD >> 20} MB，没有收下。请压缩或拆成几个文件后再上传。"


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Keeps what is too large for the memory on the disk. When that is full, or the file larger than any page takes, it is
    left out, with words for the view.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        self._or_skip(super().new_file, *args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write one piece."""
        if start + len(raw_data) > LARGEST_UPLOAD:
            self.file.close()
            self._skip(TOO_LARGE)
        self._or_skip(super().receive_data_chunk, raw_data, start)

    def _or_skip(self, step: Any, *args: Any, **kwargs: Any) -> None:
        try:
            with disk_full_in_words():
                step(*args, **kwargs)
        except DomainError as refusal:
            self._skip(refusal.message)
        except OSError:
            if hasattr(self, "file"):  # Django closes only what arrived whole
                self.file.close()
            raise

    def _skip(self, words: str) -> NoReturn:
        if self.request is not None:
            self.request.META[_REFUSED] = words
        raise SkipFile


def upload_refusal(request: HttpRequest) -> str:
    """Why an uploaded file did not arrive, empty when nothing was in the way."""
    return str(request.META.get(_REFUSED, ""))


@contextlib.contextmanager
def saved_upload(sent: UploadedFile) -> Iterator[Path]:
    """The uploaded file on the disk while the context lasts."""
    with working_folder() as folder:
        path = folder / "upload"
        with path.open("wb") as half:
            half.writelines(sent.chunks())
        yield path
