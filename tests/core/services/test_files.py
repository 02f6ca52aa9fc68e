"""Kept files: whole or not at all, gone when their time is over."""

import datetime as dt
import errno
import hashlib
import os

import pytest

from core import clock
from core.exceptions import DomainError
from core.file_kinds import register_file_kind
from core.models import StoredFile
from core.services import files
from core.services.files import (
    REMEMBERED,
    delete_expired_files,
    open_file,
    path_of,
    plain_name,
    store_file,
    working_folder,
)
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
register_file_kind("test", refusal=lambda needs, owner: "", again="")


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


def test_a_fault_of_the_disk_that_is_not_fullness_is_raised_and_leaves_nothing(folder):
    def chunks():
        yield b"half"
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        keep(chunks=chunks())
    assert StoredFile.objects.count() == 0
    assert list(folder.iterdir()) == []


def test_a_process_that_is_stopped_while_it_writes_leaves_nothing(folder):
    def chunks():
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(chunks=chunks())
    assert list(folder.iterdir()) == []


def test_files_of_a_purpose_nobody_registered_are_not_kept(folder):
    with pytest.raises(KeyError, match="unheard"):
        keep(purpose="unheard")
    assert not folder.exists()


def test_a_slot_holds_its_latest_file_alone(folder, django_capture_on_commit_callbacks):
    first = keep(slot="job-1")
    with django_capture_on_commit_callbacks(execute=True):
        second = keep(owner=first.owner, slot="job-1", chunks=[b"later"])
    first.refresh_from_db()
    assert (first.slot, first.removed_at) == ("", second.created_at)
    assert [path.name for path in folder.iterdir()] == [second.token]
    assert [keep(owner=first.owner, slot=slot).removed_at for slot in ("job-2", "", "")] == [None] * 3
    assert StoredFile.objects.filter(removed_at=None).count() == 4


def test_what_fails_within_the_keeping_leaves_the_earlier_file_of_the_slot(folder):
    first = keep(slot="job-1")

    def refuse(stored):
        raise DomainError("不行")

    with pytest.raises(DomainError, match="不行"):
        keep(owner=first.owner, slot="job-1", within=refuse)
    first.refresh_from_db()
    assert (first.slot, first.removed_at) == ("job-1", None)
    assert [path.name for path in folder.iterdir()] == [first.token]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_in_a_working_folder_and_takes_the_folder_along(folder, number):
    def write_half():
        with working_folder() as place:
            (place / "half").write_bytes(b"x")
            raise OSError(number, "full")

    with pytest.raises(DomainError, match="服务器磁盘空间不足"):
        write_half()
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
    left, busy = folder / ".work-left", folder / ".work-busy"
    for path in (left, busy):
        path.mkdir()
        (path / "export.xlsx").write_bytes(b"x")
    for path in (orphan, path_of(kept), left):
        os.utime(path, (old, old))
    assert delete_expired_files() == 1
    assert sorted(path.name for path in folder.iterdir()) == sorted([kept.token, "fresh", ".work-busy"])
    over.refresh_from_db()
    assert (over.removed_at is not None, delete_expired_files()) == (True, 0)


def test_the_row_of_a_removed_file_goes_after_a_year():
    now = clock.machine_now()
    kept = keep()
    old, young = keep(owner=kept.owner), keep(owner=kept.owner)
    for stored, removed_at in ((old, now - REMEMBERED - DAY), (young, now - DAY)):
        StoredFile.objects.filter(pk=stored.pk).update(removed_at=removed_at)
    delete_expired_files()
    assert list(StoredFile.objects.order_by("pk").values_list("pk", flat=True)) == [kept.pk, young.pk]
