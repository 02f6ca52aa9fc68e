"""Attachments: judged and kept while their record is still being entered, attached with it, removed with their file."""

import dataclasses
import datetime as dt
import functools
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from core import clock
from core.attachments import KIND_LABELS, AttachmentOwner, Slot, attachment_owner, owner_of
from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.http import DOCX, XLSX
from core.locks import advisory_lock
from core.media.errors import FileRefused, refused
from core.media.kinds import PDF, PICTURE, SHEET, WORD, judge_file
from core.media.work import count_pages, shrink_picture
from core.models import Attachment, StoredFile
from core.models.attachment import PreviewState
from core.services.attachment_previews import (
    draw_at_once,
    drop_pages,
    drop_pages_on_commit,
    keep_pages,
    request_pages,
)
from core.services.audit import record_event
from core.services.files import path_of, plain_name, store_file, working_folder

PURPOSE = "attachment"
# As long as a pending one waits for its form.
PENDING_FOR = dt.timedelta(days=7)
# Of forms that are open; beyond this somebody fills the disk.
MOST_PENDING = 200
_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "docx": DOCX, "xlsx": XLSX}
_ENDING = {PDF: "pdf", WORD: "docx", SHEET: "xlsx"}
_SAME_ENDING = {"jpg": ("jpg", "jpeg", "jpe")}
# Names no Windows machine can save.
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(?=\.|$)", re.IGNORECASE)
_UNSAVABLE = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


@dataclasses.dataclass(frozen=True)
class SlotChange:
    """What a form does with one slot of its record: pending ones to attach, attached ones to remove."""

    slot: str
    tokens: tuple[str, ...] = ()
    removals: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class _Prepared:
    path: Path
    name: str
    content_type: str
    kind: str
    pages: int = 0
    preview: PreviewState = PreviewState.NONE
    pages_folder: Path | None = None


# ---------- uploading ----------


def upload_attachment(
    *,
    actor: Any,
    name: str,
    path: Path,
    target_type: str,
    slot: str,
    target: Model | None = None,
    beside: Sequence[str] = (),
    leaving: Sequence[str] = (),
) -> Attachment:
    """Judge and keep one uploaded file as a pending attachment of its uploader. ``attach`` gives it to its record.

    ``target`` is the record where it exists already, ``beside`` the pending ones in the same form, ``leaving`` those the form
    takes off the record: all only to refuse at once what could not be attached later. Raises ``DomainError`` with words,
    KeyError for an unknown model or slot.
    """
    owner = attachment_owner(target_type)
    wanted = owner.slot(slot)
    owner.writable(actor, target, slot)
    others = list(Attachment.objects.pending_of(actor).filter(token__in=beside, slot=slot))
    if target is not None:
        others += list(Attachment.objects.of(target).in_slot(slot).exclude(token__in=leaving))
    _require_room(wanted, len(others) + 1)
    digest = _sha256(path)
    _require_once(wanted, [(name, digest)], {other.source_sha256 for other in others})
    at = clock.machine_now()
    row = Attachment(
        target_type=target_type, slot=slot, source_sha256=digest, uploaded_by=actor, uploaded_at=at
    )
    with working_folder() as folder:
        prepared = _prepare(path, name, wanted, folder)
        try:
            store_file(
                owner=actor,
                purpose=PURPOSE,
                name=prepared.name,
                content_type=prepared.content_type,
                path=prepared.path,
                expires_at=at + PENDING_FOR,
                within=functools.partial(_enter, row, prepared, owner),
            )
        except BaseException:
            drop_pages(row.token)
            raise
    return row


def add_attachment(*, actor: Any, name: str, path: Path, target: Model, slot: str) -> Attachment:
    """Upload a file to a record that exists and attach it at once; nothing of it stays when it cannot be attached."""
    label = target._meta.label_lower
    row = upload_attachment(actor=actor, name=name, path=path, target_type=label, slot=slot, target=target)
    try:
        return attach(actor=actor, tokens=[row.token], target=target, slot=slot)[0]
    except DomainError:
        remove_attachment(actor=actor, token=row.token)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prepare(path: Path, name: str, wanted: Slot, folder: Path) -> _Prepared:
    """The file as it will be kept. Raises ``DomainError`` for what is not taken."""
    try:
        judged = judge_file(path, largest=wanted.largest)
        if judged.kind not in wanted.kinds:
            raise refused("not_here", noun=KIND_LABELS[judged.kind], accepted=wanted.accepted)
        if judged.kind == PICTURE:
            bare = folder / "picture"
            ending = shrink_picture(path, bare, format=judged.format).ending
            return _Prepared(
                bare, attachment_name(name, ending), _TYPES[ending], PICTURE, 1, PreviewState.READY
            )
        ending = _ENDING[judged.kind]
        named, type_ = attachment_name(name, ending), _TYPES[ending]
        if judged.kind != PDF:
            return _Prepared(path, named, type_, judged.kind)
        pages, drawn = count_pages(path), folder / "pages"
        state = draw_at_once(path, drawn, pages=pages)
        return _Prepared(
            path, named, type_, PDF, pages, state, drawn if state == PreviewState.READY else None
        )
    except FileRefused as refusal:
        raise DomainError(refusal.message) from refusal


def _enter(row: Attachment, prepared: _Prepared, owner: AttachmentOwner, stored: StoredFile) -> None:
    """The pending row, in the transaction that keeps its file."""
    advisory_lock(f"pending attachments {stored.owner_id}")
    if Attachment.objects.pending_of(stored.owner).count() >= MOST_PENDING:
        raise DomainError(f"您有 {MOST_PENDING} 个上传后没有用上的附件。请先保存或清空未提交的表单，再上传。")
    row.file, row.name, row.size, row.kind = stored, stored.name, stored.size, prepared.kind
    row.pages, row.preview_state = prepared.pages, prepared.preview
    row.preview_pages = prepared.pages if prepared.preview == PreviewState.READY else 0
    row.pk = None
    row.save(force_insert=True)
    if prepared.pages_folder is not None:
        keep_pages(prepared.pages_folder, row.token)
    if row.preview_state == PreviewState.WAITING:
        request_pages(row)
    record_event(
        actor=stored.owner,
        action="attachment.upload",
        target=row,
        after={"用途": owner.slot(row.slot).label, "大小": row.size},
        unit=_unit(owner, stored.owner),
        at=row.uploaded_at,
    )


def attachment_name(name: str, ending: str) -> str:
    """The name people see: the given one made harmless, with the ending of what the file is."""
    plain = plain_name(name).translate(_UNSAVABLE)
    stem, dot, given = plain.rpartition(".")
    if dot and stem and re.fullmatch(r"[A-Za-z][A-Za-z0-9]{1,4}", given):
        if given.lower() in _SAME_ENDING.get(ending, (ending,)):
            ending = given
        plain = stem
    if plain.lower().endswith(f".{ending.lower()}"):
        plain = plain[: -len(ending) - 1]
    if _RESERVED.match(plain):
        plain = f"文件-{plain}"
    return plain_name(f"{plain}.{ending}")


# ---------- attaching and removing ----------


@transaction.atomic
def attach(*, actor: Any, tokens: Iterable[str], target: Model, slot: str) -> list[Attachment]:
    """Give pending attachments of the actor to a record, in the caller's transaction. Returns those that are new there.

    What hangs there already is passed over. Raises ``DomainError`` for tokens of others and for what has expired, above
    the slot's number, and for the same file twice; nothing is then attached.
    """
    wanted_tokens = list(dict.fromkeys(tokens))
    if not wanted_tokens:
        return []
    owner = owner_of(target)
    wanted = owner.slot(slot)
    # Two at once wait for each other here: the slot's number holds.
    owner.writable(actor, _locked(owner, target.pk), slot)
    at = clock.machine_now()
    rows = _claimable(actor, wanted_tokens, target, slot, at)
    present = list(Attachment.objects.of(target).in_slot(slot).values_list("source_sha256", flat=True))
    _require_room(wanted, len(present) + len(rows))
    _require_once(wanted, [(row.name, row.source_sha256) for row in rows], set(present))
    if not rows:
        return []
    for row in rows:
        row.target_id, row.attached_at = target.pk, at
        row.save(update_fields=["target_id", "attached_at"])
    StoredFile.objects.filter(pk__in=[row.file_id for row in rows]).update(expires_at=None)
    _tell(owner, actor, target, "attach", after={wanted.label: "、".join(row.name for row in rows)}, at=at)
    return rows


def _claimable(actor: Any, tokens: list[str], target: Model, slot: str, at: dt.datetime) -> list[Attachment]:
    """The pending ones among the tokens, locked with their files; those that hang there already are left out."""
    found = Attachment.objects.select_for_update(of=("self",)).filter(token__in=tokens).order_by("pk")
    label = target._meta.label_lower
    rows, known = [], 0
    for row in found:
        if row.target_type != label or row.slot != slot or row.removed_at is not None:
            continue
        if row.target_id == target.pk:
            known += 1
        elif row.is_pending and row.uploaded_by_id == actor.pk:
            rows.append(row)
    files = StoredFile.objects.select_for_update().filter(pk__in=[row.file_id for row in rows]).order_by("pk")
    fresh = {stored.pk for stored in files if stored.removed_at is None and not stored.is_over(at)}
    if len(rows) + known < len(tokens) or len(fresh) < len(rows):
        raise DomainError("有附件已过保存期，或不是您上传的。请重新上传后再保存。")
    return rows


@transaction.atomic
def remove_attachment(*, actor: Any, token: str) -> Attachment:
    """Take an attachment off its record, with its file; its row and the trail stay. A pending one goes altogether.

    Raises ``Attachment.DoesNotExist`` for one that is not there (any more), ``DomainError`` when the record does not allow
    it.
    """
    found = Attachment.objects.get(token=token, removed_at=None)
    if found.is_pending:
        return _discard(actor, found)
    owner = found.owner
    target = _locked(owner, found.target_id)
    owner.writable(actor, target, found.slot)
    row = Attachment.objects.select_for_update(of=("self",)).get(pk=found.pk, removed_at=None)
    at = clock.machine_now()
    _take_off([row], actor=actor, at=at)
    _tell(owner, actor, target, "remove", before={owner.slot(row.slot).label: row.name}, at=at)
    return row


@transaction.atomic
def change_attachments(*, actor: Any, target: Model, change: SlotChange | None) -> None:
    """What a form asked for in one slot: first what goes, then what comes. In the caller's transaction."""
    if change is None:
        return
    here = Attachment.objects.of(target).in_slot(change.slot).filter(token__in=change.removals)
    for token in list(here.values_list("token", flat=True)):
        remove_attachment(actor=actor, token=token)
    attach(actor=actor, tokens=change.tokens, target=target, slot=change.slot)


@transaction.atomic
def remove_attachments_of(*, actor: Any, target: Model) -> int:
    """Remove all that hangs on a record which is being deleted. Returns how many went."""
    rows = list(
        Attachment.objects.select_for_update(of=("self",)).filter(pk__in=Attachment.objects.of(target))
    )
    if rows:
        at = clock.machine_now()
        _take_off(rows, actor=actor, at=at)
        _tell(
            owner_of(target), actor, target, "remove", before={"附件": "、".join(r.name for r in rows)}, at=at
        )
    return len(rows)


def _discard(actor: Any, found: Attachment) -> Attachment:
    row = Attachment.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not row.is_pending:
        raise ClosedByState(f"“{row.name}”已经随记录保存，请到记录的页面上删去。")
    if row.uploaded_by_id != actor.pk:
        raise NotAllowed("这个附件不是您上传的。")
    owner, at = row.owner, clock.machine_now()
    record_event(actor=actor, action="attachment.remove", target=row, unit=_unit(owner, actor), at=at)
    remove_files([row], at=at)
    row.delete()
    return row


def _take_off(rows: Sequence[Attachment], *, actor: Any, at: dt.datetime) -> None:
    remove_files(rows, at=at)
    for row in rows:
        row.removed_at, row.removed_by = at, actor
        row.save(update_fields=["removed_at", "removed_by"])


def remove_files(rows: Sequence[Attachment], *, at: dt.datetime) -> None:
    """Mark the files of attachments as removed; they and the drawn pages leave the disk with the commit."""
    files = StoredFile.objects.select_for_update().filter(
        pk__in=[row.file_id for row in rows], removed_at=None
    )
    for stored in files.order_by("pk"):
        stored.removed_at = at
        stored.save(update_fields=["removed_at"])
        transaction.on_commit(functools.partial(path_of(stored).unlink, missing_ok=True))
    for row in rows:
        drop_pages_on_commit(row.token)


# ---------- what both ask ----------


def _locked(owner: AttachmentOwner, pk: int | None) -> Any:
    return owner.model._default_manager.select_for_update(of=("self",)).get(pk=pk)


def _require_room(wanted: Slot, count: int) -> None:
    if count > wanted.most:
        raise DomainError(
            f"“{wanted.label}”最多 {wanted.most} 个文件。请先删去不需要的，或把几页合成一个 PDF 再上传。"
        )


def _require_once(wanted: Slot, named: Sequence[tuple[str, str]], known: set[str]) -> None:
    for name, digest in named:
        if digest in known:
            raise DomainError(
                f"“{plain_name(name)}”与“{wanted.label}”里已有的一个文件完全相同，不用再传一次。"
            )
        known = known | {digest}


def _unit(owner: AttachmentOwner, actor: Any) -> str:
    return owner.unit(actor) if owner.unit is not None else ""


def _tell(
    owner: AttachmentOwner, actor: Any, target: Model, act: str, *, at: dt.datetime, **values: Any
) -> None:
    record_event(
        actor=actor, action=f"attachment.{act}", target=target, unit=_unit(owner, actor), at=at, **values
    )
    if owner.on_change is not None:
        owner.on_change(actor, target)
