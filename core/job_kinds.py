"""The long work of the ground."""

from core.jobs import JobResult, JobRun, job_kind
from core.services.attachment_previews import DRAW, draw_attachment


@job_kind(DRAW, title="生成附件预览")
def draw_pages_job(job: JobRun) -> JobResult:
    """Draw the pages of one attached PDF."""
    return draw_attachment(job)
