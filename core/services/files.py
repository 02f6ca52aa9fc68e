"""Keeping files: written whole or not at all, known by a row, gone with it."""

import datetime as dt
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from core import clock
from core.exceptions import DomainError
from core.models import StoredFile
from core.models.stored_file import new_token

DISK_FULL = "服务器磁盘空间不足，文件没有保存。请稍后再试；仍不成功时请联系系统管理员。"
PIECE = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def files_dir() -> Path:
    """Where kept files lie; web and worker see the same folder (docs/operations.md)."""
    return Path(settings.PORTAL_FILES_DIR)


def path_of(stored: StoredFile) -> Path:
    """The place of a kept file on the disk."""
    return files_dir() / stored.token


def open_file(stored: StoredFile) -> BinaryIO:
    """The file for reading; FileNotFoundError when somebody removed it from the disk."""
    return path_of(stored).open("rb")


def store_file(
    *,
    owner: Any,
    purpose: str,
    name: str,
    content_type: str,
    path: Path | None = None,
    chunks: Iterable[bytes] | None = None,
    expires_at: dt.datetime | None = None,
) -> StoredFile:
    """Keep the contents of a file or of chunks. On a failure neither a row nor half a file stays.

    Raises ``DomainError`` with words when the disk is full.
    """
    token = new_token()
    target = files_dir() / token
    half = target.with_name(f".{token}.half")
    try:
        size, digest = _write(half, chunks if chunks is not None else _pieces(path))
        half.rename(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise DomainError(DISK_FULL) from error
        raise
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                token=token,
                name=plain_name(name),
                content_type=content_type,
                size=size,
                sha256=digest,
                owner=owner,
                purpose=purpose,
                created_at=clock.machine_now(),
                expires_at=expires_at,
            )
    except BaseException:
        target.unlink(missing_ok=True)
        raise


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


# A file without a row is a rolled-back upload's; a day covers the longest transaction.
ORPHAN_AGE = dt.timedelta(days=1)


def delete_expired_files() -> int:
    """Delete files whose time is over, their rows first, and those that never got a row. Returns how many rows went."""
    at = clock.machine_now()
    with transaction.atomic():
        expired = list(StoredFile.objects.expired(at).values_list("pk", "token"))
        StoredFile.objects.filter(pk__in=[pk for pk, _ in expired]).delete()
    for _, token in expired:
        (files_dir() / token).unlink(missing_ok=True)
    _delete_orphans(at)
    return len(expired)


def _delete_orphans(at: dt.datetime) -> None:
    if not files_dir().is_dir():
        return
    before = (at - ORPHAN_AGE).timestamp()
    old = [path for path in files_dir().iterdir() if path.is_file() and path.stat().st_mtime < before]
    known = set(
        StoredFile.objects.filter(token__in=[path.name for path in old]).values_list("token", flat=True)
    )
    for path in old:
        if path.name not in known:
            path.unlink(missing_ok=True)
