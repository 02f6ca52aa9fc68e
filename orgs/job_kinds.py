"""The long work of this app. Each may run twice."""

from django.urls import reverse

from accounts.models import User
from core.jobs import JobResult, JobRun, job_kind
from orgs.services.imports.choosing import STAGE, UNDO, WRITE
from orgs.services.imports.returning import RETURN, make_returned
from orgs.services.imports.staging import stage_import
from orgs.services.imports.undoing import undo_import
from orgs.services.imports.writing import write_import


@job_kind(STAGE, title="读取导入的文件")
def stage(job: JobRun) -> JobResult:
    """``args``: ``batch``. Nothing of the registry is written."""
    batch = job.args["batch"]
    return JobResult(stage_import(batch_id=batch, job=job), url=reverse("import_detail", args=[batch]))


@job_kind(WRITE, title="写入导入的记录")
def write(job: JobRun) -> JobResult:
    """``args``: ``batch``."""
    batch = job.args["batch"]
    return JobResult(write_import(batch_id=batch, job=job), url=reverse("import_detail", args=[batch]))


@job_kind(UNDO, title="撤销导入")
def undo(job: JobRun) -> JobResult:
    """``args``: ``batch``, ``actor``."""
    batch = job.args["batch"]
    actor = User.objects.get(pk=job.args["actor"])
    return JobResult(
        undo_import(batch_id=batch, actor=actor, job=job), url=reverse("import_detail", args=[batch])
    )


@job_kind(RETURN, title="整理问题行")
def give_back(job: JobRun) -> JobResult:
    """``args``: ``batch``, ``actor``."""
    batch = job.args["batch"]
    actor = User.objects.get(pk=job.args["actor"])
    return JobResult(
        make_returned(batch_id=batch, actor=actor, job=job), url=reverse("import_detail", args=[batch])
    )
