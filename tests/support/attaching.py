"""Uploading and attaching in tests, by the services and over the wire."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import Attachment
from core.services.attachments import attach, upload_attachment
from orgs.attachments import APPROVAL, ORGANIZATION
from tests.support.files import jpeg, pdf, written


def photo(number: int = 0) -> bytes:
    """A photograph unlike those of other numbers."""
    return jpeg((60, 40), comment=f"photograph {number}".encode())


def upload(actor: Any, folder: Path, content: bytes | None = None, *, name: str = "批复.pdf", **more: Any):
    """A pending approval document of this person."""
    path = written(folder / "upload", pdf() if content is None else content)
    return upload_attachment(
        actor=actor, name=name, path=path, target_type=ORGANIZATION, slot=APPROVAL, **more
    )


def attached(actor: Any, target: Any, folder: Path, content: bytes | None = None, **more: Any) -> Attachment:
    """An approval document that hangs on the record."""
    row = upload(actor, folder, content, **more)
    return attach(actor=actor, tokens=[row.token], target=target, slot=APPROVAL)[0]


def sent(content: bytes, name: str = "批复.pdf") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def signed_in(user: Any) -> Client:
    """The browser of this person."""
    client = Client()
    client.force_login(user)
    return client
