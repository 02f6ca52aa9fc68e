"""The pages of attachments as pictures: where they lie, who draws them and when."""

import contextlib
import functools
import shutil
from pathlib import Path

from django.db import transaction

from core.jobs import JobResult, JobRun
from core.media.errors import FileRefused
from core.media.work import draw_pages
from core.models import Attachment
from core.models.attachment import AttachmentKind, PreviewState
from core.services.files import files_dir, path_of, working_folder
from core.services.jobs import request_job

DRAW = "core.draw_pages"
# Somebody waits for these; longer ones are drawn by a job.
AT_ONCE_PAGES, AT_ONCE_BYTES = 4, 4 << 20
# What is longer is read after downloading.
MOST_PAGES = 50


def previews_dir() -> Path:
    """Where drawn pages lie. They can be drawn again, so no row knows of them."""
    return files_dir() / "previews"


def pages_of(token: str) -> Path:
    """The folder of one attachment's drawn pages."""
    return previews_dir() / token


def page_path(attachment: Attachment, number: int) -> Path | None:
    """The picture of one page, counted from 1; None when there is none. A picture is its own only page."""
    if not 1 <= number <= attachment.preview_pages:
        return None
    if attachment.kind == AttachmentKind.PICTURE:
        return path_of(attachment.file) if attachment.file is not None else None
    path = pages_of(attachment.token) / f"{number}.jpg"
    return path if path.is_file() else None


def draw_at_once(source: Path, folder: Path, *, pages: int) -> PreviewState:
    """Draw a short PDF while its person waits; what takes longer is left to a job."""
    if pages > AT_ONCE_PAGES or source.stat().st_size > AT_ONCE_BYTES:
        return PreviewState.WAITING
    folder.mkdir()
    try:
        drawn = list(draw_pages(source, folder, first=1, last=pages, most_falls=1))
    except FileRefused:
        return PreviewState.WAITING
    return PreviewState.READY if drawn else PreviewState.FAILED


def keep_pages(folder: Path, token: str) -> None:
    """Put drawn pages in their place."""
    previews_dir().mkdir(parents=True, exist_ok=True)
    drop_pages(token)
    folder.rename(pages_of(token))


def drop_pages(token: str) -> None:
    """Delete the drawn pages of an attachment, if there are any."""
    shutil.rmtree(pages_of(token), ignore_errors=True)


def drop_pages_on_commit(token: str) -> None:
    """Delete them once the transaction has been kept."""
    transaction.on_commit(functools.partial(drop_pages, token))


def request_pages(attachment: Attachment) -> None:
    """Have the pages drawn by a job."""
    request_job(kind=DRAW, key=str(attachment.pk), args={"attachment": attachment.pk})


def draw_attachment(job: JobRun) -> JobResult:
    """The job: draw the first pages of a PDF and make them known. Run twice, it draws them anew."""
    attachment = (
        Attachment.objects.select_related("file")
        .filter(pk=job.args["attachment"], removed_at=None, preview_state=PreviewState.WAITING)
        .first()
    )
    if attachment is None or attachment.file is None:
        return JobResult("附件已删去或已有预览。")
    last = min(attachment.pages, MOST_PAGES)
    with working_folder() as working:
        folder = working / "pages"
        folder.mkdir()
        with contextlib.suppress(FileRefused):  # what was drawn before it is shown
            for number in draw_pages(path_of(attachment.file), folder, first=1, last=last):
                job.progress(number, last, f"已生成 {number} 页")
        any_drawn = any(folder.iterdir())
        if any_drawn:
            keep_pages(folder, attachment.token)
    state = PreviewState.READY if any_drawn else PreviewState.FAILED
    kept = Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(
        preview_state=state, preview_pages=last if any_drawn else 0
    )
    if not kept:
        drop_pages(attachment.token)
    return JobResult(f"已生成 {last} 页预览。" if any_drawn else "这个文件不能预览，请下载后查看。")
