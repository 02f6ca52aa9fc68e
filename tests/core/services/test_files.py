"""Kept files: whole or not at all, gone when their time is over."""

import datetime as dt
import errno
import hashlib
import os

import pytest

from core import clock
from core.exceptions import DomainError
from core.models import StoredFile
from core.services import files
from core.services.files import delete_expired_files, open_file, path_of, plain_name, store_file
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"
    return settings.PORTAL_FILES_DIR


def keep(**values):
    owner = values.pop("owner", None) or factories.make_user("keeper")
    return store_file(
        **{
            "owner": owner,
            "purpose": "test",
            "name": "a.txt",
            "content_type": "text/plain",
            "chunks": [b"ab", b"c"],
            **values,
        }
    )


def test_size_and_digest_are_those_of_the_contents(folder):
    stored = keep()
    with open_file(stored) as file:
        assert file.read() == b"abc"
    assert (stored.size, stored.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    assert [path.name for path in folder.iterdir()] == [stored.token]


def test_a_full_disk_leaves_neither_row_nor_file(folder):
    def chunks():
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DomainError, match="服务器磁盘空间不足"):
        keep(chunks=chunks())
    assert StoredFile.objects.count() == 0
    assert list(folder.iterdir()) == []


def test_a_row_the_database_refuses_leaves_no_file(folder, monkeypatch):
    monkeypatch.setattr(files, "plain_name", lambda name: None)
    with pytest.raises(Exception, match="name"):
        keep()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\名单.xlsx", "名单.xlsx"),
        ("a\u202exslx.exe", "axslx.exe"),
        ("a\x00b\n.csv", "ab.csv"),
        ("", "文件"),
        ("..", "文件"),
        ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx"),
    ],
)
def test_names_are_made_harmless(name, plain):
    assert plain_name(name) == plain


def test_what_is_over_is_deleted_and_what_never_got_a_row(folder):
    now = clock.machine_now()
    kept, over = keep(expires_at=now + DAY), keep(owner=StoredFile.objects.get().owner)
    StoredFile.objects.filter(pk=over.pk).update(created_at=now - 3 * DAY, expires_at=now - DAY)
    orphan, fresh = folder / "orphan", folder / "fresh"
    for path in (orphan, fresh):
        path.write_bytes(b"x")
    old = (now - 2 * DAY).timestamp()
    for path in (orphan, path_of(kept)):
        os.utime(path, (old, old))
    assert delete_expired_files() == 1
    assert sorted(path.name for path in folder.iterdir()) == sorted([kept.token, "fresh"])
    assert list(StoredFile.objects.values_list("pk", flat=True)) == [kept.pk]
