"""Keeping files: written whole or not at all, known by a row, gone when their time is over."""

import contextlib
import datetime as dt
import errno
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction

from core import clock
from core.exceptions import DomainError
from core.file_kinds import file_kind
from core.models import StoredFile
from core.models.stored_file import new_token

DISK_FULL = "服务器磁盘空间不足，文件没有保存。请稍后再试；仍不成功时请联系系统管理员。"
PIECE = 1 << 20
# The disk itself, or the account's share of it. Any other failure is a fault of the installation and is raised.
_FULL = {errno.ENOSPC, errno.EDQUOT}
_WORKING = ".work-"


def files_dir() -> Path:
    """Where kept files lie; web and worker see the same folder (docs/operations.md)."""
    return Path(settings.PORTAL_FILES_DIR)


def path_of(stored: StoredFile) -> Path:
    """The place of a kept file on the disk."""
    return files_dir() / stored.token


def open_file(stored: StoredFile) -> BinaryIO:
    """The file for reading; FileNotFoundError when it is gone from the disk."""
    return path_of(stored).open("rb")


@contextlib.contextmanager
def disk_full_in_words() -> Iterator[None]:
    """A context in which a full disk becomes a refusal for people; every other failure is raised as it is."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DomainError(DISK_FULL) from error
        raise


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for a file in the making, beside the kept ones. What a killed process leaves of it goes with the sweep."""
    with disk_full_in_words():
        files_dir().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_WORKING, dir=files_dir()) as folder:
            yield Path(folder)


def store_file(
    *,
    owner: Any,
    purpose: str,
    name: str,
    content_type: str,
    path: Path | None = None,
    chunks: Iterable[bytes] | None = None,
    expires_at: dt.datetime | None = None,
    needs: Mapping[str, Any] | None = None,
    slot: str = "",
    within: Callable[[StoredFile], None] | None = None,
) -> StoredFile:
    """Keep the contents of a file or of chunks. On any failure neither a row nor half a file stays.

    A ``slot`` holds one file of its owner: the earlier one is removed. ``within`` is called with the new row in its
    transaction; what it raises undoes the keeping. Raises ``DomainError`` with words when the disk is full.
    """
    file_kind(purpose)
    token = new_token()
    target = files_dir() / token
    half = target.with_name(f".{token}.half")
    try:
        with disk_full_in_words():
            size, digest = _write(half, chunks if chunks is not None else _pieces(path))
            half.rename(target)
        row = StoredFile(
            token=token,
            name=plain_name(name),
            content_type=content_type,
            size=size,
            sha256=digest,
            owner=owner,
            purpose=purpose,
            created_at=clock.machine_now(),
            expires_at=expires_at,
            needs=dict(needs or {}),
            slot=slot,
        )
        return _put_row(row, within)
    except BaseException:
        for path_left in (half, target):
            path_left.unlink(missing_ok=True)
        raise


def _put_row(row: StoredFile, within: Callable[[StoredFile], None] | None) -> StoredFile:
    def put() -> StoredFile:
        with transaction.atomic():
            if row.slot:
                _free_slot(row)
            row.pk = None
            row.save(force_insert=True)
            if within is not None:
                within(row)
        return row

    try:
        return put()
    except IntegrityError:
        if not row.slot:
            raise
        return put()  # somebody filled the slot at this very moment: now he is the earlier one


def _free_slot(row: StoredFile) -> None:
    earlier = StoredFile.objects.in_slot(owner=row.owner, purpose=row.purpose, slot=row.slot)
    for stored in earlier.select_for_update():
        stored.removed_at, stored.slot = row.created_at, ""
        stored.save(update_fields=["removed_at", "slot"])
        transaction.on_commit(functools.partial(path_of(stored).unlink, missing_ok=True))


def plain_name(name: str) -> str:
    """The last part of a file's name without control and direction marks, at most 200 characters, its ending kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(character for character in last if character.isprintable()).strip(" .") or "文件"
    stem, dot, ending = visible.rpartition(".")
    if len(visible) <= 200:
        return visible
    return f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) <= 10 else visible[:200]


def _pieces(path: Path | None) -> Iterator[bytes]:
    assert path is not None  # a caller hands in chunks or a path
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


def _write(half: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    half.parent.mkdir(parents=True, exist_ok=True)
    with half.open("xb") as target:
        half.chmod(0o600)
        for piece in pieces:
            target.write(piece)
            digest.update(piece)
            size += len(piece)
        target.flush()
        os.fsync(target.fileno())
    return size, digest.hexdigest()


# What lies there without a row is left by a rolled-back upload or a killed process; a day covers the longest work.
ORPHAN_AGE = dt.timedelta(days=1)
# As long as the link of a removed file says so instead of 404.
REMEMBERED = dt.timedelta(days=365)


def delete_expired_files() -> int:
    """Delete files whose time is over, and what never got a row. Returns how many went.

    Their rows stay for a year, so that a link can tell its owner what became of the file.
    """
    at = clock.machine_now()
    with transaction.atomic():
        expired = list(StoredFile.objects.expired(at).select_for_update().values_list("pk", "token"))
        StoredFile.objects.filter(pk__in=[pk for pk, _ in expired]).update(removed_at=at, slot="")
        StoredFile.objects.filter(removed_at__lte=at - REMEMBERED).delete()
    for _, token in expired:
        (files_dir() / token).unlink(missing_ok=True)
    _delete_orphans(at)
    return len(expired)


def _delete_orphans(at: dt.datetime) -> None:
    if not files_dir().is_dir():
        return
    before = (at - ORPHAN_AGE).timestamp()
    old = [path for path in files_dir().iterdir() if _changed_at(path) < before]
    on_disk = StoredFile.objects.filter(removed_at=None, token__in=[path.name for path in old])
    known = set(on_disk.values_list("token", flat=True))
    for path in old:
        if path.name.startswith(_WORKING):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in known and path.is_file():
            path.unlink(missing_ok=True)


def _changed_at(path: Path) -> float:
    """When it was changed last; endlessly late for what is gone by now."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
