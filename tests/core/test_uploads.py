"""Uploads on their way in, with the disk full."""

import errno

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import RequestFactory

from core import uploads
from core.services.files import DISK_FULL
from core.uploads import TOO_LARGE, upload_refusal

LARGE = 3 << 20  # above what stays in the memory


def sent():
    return RequestFactory().post(
        "/", {"before": "甲", "file": SimpleUploadedFile("a.xlsx", b"x" * LARGE), "later": "乙"}
    )


def fail(number):
    def step(*args, **kwargs):
        raise OSError(number, "failed")

    return step


def test_a_large_file_arrives_whole():
    request = sent()
    assert (request.FILES["file"].size, upload_refusal(request)) == (LARGE, "")
    request.close()


@pytest.mark.parametrize("step", ["new_file", "receive_data_chunk"])
def test_a_full_disk_costs_the_file_and_leaves_the_fields(monkeypatch, step):
    monkeypatch.setattr(TemporaryFileUploadHandler, step, fail(errno.ENOSPC))
    request = sent()
    assert "file" not in request.FILES
    assert (request.POST["before"], request.POST["later"]) == ("甲", "乙")
    assert upload_refusal(request) == DISK_FULL


def test_a_file_above_what_any_page_takes_costs_the_file_and_leaves_the_fields(monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1 << 20)
    request = sent()
    assert "file" not in request.FILES
    assert (request.POST["before"], request.POST["later"]) == ("甲", "乙")
    assert upload_refusal(request) == TOO_LARGE


def test_another_fault_is_raised(monkeypatch):
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", fail(errno.EIO))
    with pytest.raises(OSError, match="failed"):
        sent().FILES  # noqa: B018 - reading it parses the request
