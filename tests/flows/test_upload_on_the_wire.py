"""Uploads that lie about their length, before the real web server: refused, nothing stored, the next one is answered."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from core.models import Attachment, StoredFile
from orgs.attachments import APPROVAL, ORGANIZATION
from tests.support.attaching import signed_in
from tests.support.files import pdf
from tests.support.processes import ROOT, environment, kill_group, wait_until, working_folders

pytestmark = pytest.mark.django_db(transaction=True)
BOUNDARY = b"portal-test"


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return line.recv(64).startswith(b"HTTP/1.1 200")
    return False


@pytest.fixture
def port(tmp_path, cast, settings) -> Iterator[int]:
    """The portal's own web server on the test's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    working_folders(tmp_path)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "cast_portal.wsgi:application",
        "--bind",
        f"127.0.0.1:{number}",
    ]
    command += ["--workers", "1", "--worker-class", "gthread", "--threads", "2", "--no-control-socket"]
    with (tmp_path / "web.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(tmp_path, PORTAL_TODAY="2014-10-15", PORTAL_SECRET_KEY=settings.SECRET_KEY),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(lambda: answers(number), seconds=40, what="the web server answers")
        yield number
    finally:
        kill_group(process)


def body(content: bytes) -> bytes:
    """The form of one upload."""
    fields = {b"target": ORGANIZATION.encode(), b"slot": APPROVAL.encode()}
    parts = [b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % pair for pair in fields.items()]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + content)
    return b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY, part) for part in parts) + b"--%s--\r\n" % BOUNDARY


def send(port: int, user, *sent: bytes, more: tuple[str, ...] = ()) -> bytes:
    """The status line of the answer to a hand-written request; empty when the line is closed without one."""
    client = signed_in(user)
    client.get("/organizations/new/")
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    head = [
        "POST /attachments/upload/ HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Cookie: {cookies}",
        f"X-CSRFToken: {client.cookies['csrftoken'].value}",
        "X-Requested-With: fetch",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}",
        "Connection: close",
        *more,
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            line.sendall("\r\n".join(head).encode() + b"\r\n\r\n")
            for piece in sent:
                line.sendall(piece)
            line.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            return line.recv(4096).partition(b"\r\n")[0]
    return b""


def nothing_stored(port: int, tmp_path) -> bool:
    kept = [path for path in (tmp_path / "files").iterdir() if path.is_file()]
    return answers(port) and not kept and not StoredFile.objects.exists() and not Attachment.objects.exists()


REFUSED = (b"", b"400", b"404", b"422")


def test_lengths_that_lie(port, cast, tmp_path):
    whole = body(pdf())
    cut = whole[: -len(pdf()) // 2]
    lies = [(cut, f"{len(whole)}"), (cut, f"{len(whole) + 5_000}"), (whole, "-1"), (whole, "x")]
    lies += [(whole, f"{short}") for short in (0, 40, len(cut))]
    statuses = [send(port, cast.owner, sent, more=(f"Content-Length: {lie}",))[9:12] for sent, lie in lies]
    statuses.append(send(port, cast.owner, whole, more=("Content-Length: 10", "Content-Length: 20"))[9:12])
    assert [status for status in statuses if status not in REFUSED] == []
    assert nothing_stored(port, tmp_path)


def test_a_body_in_chunks(port, cast, tmp_path):
    whole = body(pdf())
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(whole), whole)
    assert send(port, cast.owner, chunked, more=("Transfer-Encoding: chunked",))[9:12] in REFUSED
    assert nothing_stored(port, tmp_path)


def test_more_than_any_page_takes_is_refused_and_leaves_no_temporary_file(port, cast, tmp_path):
    whole = body(b"%PDF-1.4\n" + os.urandom(1 << 20) * 40)
    status = send(port, cast.owner, whole, more=(f"Content-Length: {len(whole)}",))
    assert status.startswith(b"HTTP/1.1 422")
    assert nothing_stored(port, tmp_path)


def test_an_honest_one_is_stored(port, cast, tmp_path):
    whole = body(pdf())
    status = send(port, cast.owner, whole, more=(f"Content-Length: {len(whole)}",))
    assert status.startswith(b"HTTP/1.1 200")
    row = Attachment.objects.get()
    assert (tmp_path / "files" / row.file.token).read_bytes() == pdf()
