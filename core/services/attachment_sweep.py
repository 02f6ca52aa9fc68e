"""What nobody needs any more: pending attachments of forms that were never saved, those of records that are gone."""

import datetime as dt
import shutil

from django.db import transaction
from django.db.models import Exists, OuterRef

from core import clock
from core.attachments import attachment_owners
from core.models import Attachment
from core.models.attachment import PreviewState
from core.services.attachment_previews import previews_dir
from core.services.attachments import PENDING_FOR, remove_files
from core.services.audit import record_event
from core.services.files import ORPHAN_AGE

# After this a job that draws pages has been given up.
DRAWN_WITHIN = dt.timedelta(days=1)


def sweep_attachments() -> int:
    """Remove what is over, with its files. Returns how many attachments went. Called before the sweep of kept files."""
    at = clock.machine_now()
    gone = _sweep_pending(at) + _sweep_ownerless(at)
    overdue = Attachment.objects.filter(
        preview_state=PreviewState.WAITING, uploaded_at__lte=at - DRAWN_WITHIN
    )
    overdue.update(preview_state=PreviewState.FAILED)
    _sweep_pages(at)
    return gone


@transaction.atomic
def _sweep_pending(at: dt.datetime) -> int:
    rows = list(
        Attachment.objects.pending()
        .select_for_update(of=("self",))
        .filter(uploaded_at__lte=at - PENDING_FOR)
        .order_by("pk")
    )
    remove_files(rows, at=at)
    for row in rows:
        record_event(actor=None, action="attachment.expire", target=row, at=at)
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


@transaction.atomic
def _sweep_ownerless(at: dt.datetime) -> int:
    """Records are deleted in bulk as well (an import taken back): what hung on them goes here."""
    gone = 0
    for owner in attachment_owners():
        record = owner.model._base_manager.filter(pk=OuterRef("target_id"))
        rows = list(
            Attachment.objects.attached()
            .filter(~Exists(record), target_type=owner.label)
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        remove_files(rows, at=at)
        for row in rows:
            record_event(actor=None, action="attachment.remove", target=row, at=at)
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(removed_at=at)
        gone += len(rows)
    return gone


def _sweep_pages(at: dt.datetime) -> None:
    """Drawn pages that no attachment has: left by a process that was killed at the wrong moment."""
    if not previews_dir().is_dir():
        return
    before = (at - ORPHAN_AGE).timestamp()
    old = [folder for folder in previews_dir().iterdir() if folder.stat().st_mtime < before]
    present = Attachment.objects.filter(token__in=[folder.name for folder in old], removed_at=None)
    known = set(present.values_list("token", flat=True))
    for folder in old:
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
