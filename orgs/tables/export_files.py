"""Exports as kept files: made at once when small, by a job when large, known in the trail when they name persons."""

import datetime as dt
import hashlib

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import clock
from core.exceptions import DomainError, NotAllowed
from core.formats import date_text
from core.jobs import JobResult, JobRun, job_kind
from core.models import Job, StoredFile
from core.services.audit import record_event
from core.services.files import store_file, working_folder
from core.services.jobs import request_job
from orgs.file_kinds import EXPORT
from orgs.models.reach import reach_of
from orgs.permissions import VIEW
from orgs.resources import RESOURCES
from orgs.services.access import acting_unit
from orgs.tables.export import ListExport

EXPORT_JOB = "export.list"
KEPT = dt.timedelta(days=7)
AT_ONCE = 2_000
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def export_list(*, actor: User, kind: str, query: str, ending: str) -> StoredFile | Job:
    """The list as a kept file when it is small, else the job that makes it.

    Raises ``NotAllowed`` for people without a post and ``DomainError`` for a list that does not exist.
    """
    _require_list(actor, kind, ending)
    export = ListExport(kind, query, actor)
    total = export.count()
    if total <= AT_ONCE:
        return _make(export, ending, total, actor)
    with transaction.atomic():
        return request_job(
            kind=EXPORT_JOB,
            key=f"{actor.pk}:{kind}:{ending}:{hash_of(query)}",
            args={"kind": kind, "query": query, "ending": ending, "actor": actor.pk},
            actor=actor,
        )


def hash_of(query: str) -> str:
    """A short name of an address, so that asking twice waits for one job."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def _require_list(actor: User, kind: str, ending: str) -> None:
    if not reach_of(actor).with_roles(VIEW):
        raise NotAllowed("导出台账需要本单位的任职。请联系本单位账号管理员。")
    if kind not in RESOURCES or ending not in CONTENT_TYPES:
        raise DomainError("没有这种导出。请从列表上的“导出”里选。")


@job_kind(EXPORT_JOB, title="导出列表")
def run_export(job: JobRun) -> JobResult:
    """``args``: ``kind``, ``query``, ``ending``, ``actor``. The rights are those of the moment it runs."""
    actor = User.objects.get(pk=job.args["actor"])
    _require_list(actor, job.args["kind"], job.args["ending"])
    export = ListExport(job.args["kind"], job.args["query"], actor)
    total = export.count()
    stored = _make(export, job.args["ending"], total, actor, job)
    return JobResult(
        f"{total:,} 行，保存到 {date_text(stored.expires_at)}",
        url=reverse("stored_file", args=[stored.token]),
        data={"label": f"下载 {stored.name}"},
    )


def _make(export: ListExport, ending: str, total: int, actor: User, job: JobRun | None = None) -> StoredFile:
    def tell(done: int) -> None:
        if job is not None and done % 10_000 == 0:
            job.progress(done, total, f"已导出 {done:,} 行，共 {total:,} 行")

    with working_folder() as folder:
        path = folder / f"export.{ending}"
        written = export.write(path, ending, total=total, progress=tell)
        personal = export.has_personal and written > export.hidden
        at = clock.machine_now()

        def record(stored: StoredFile) -> None:
            if personal:
                record_event(
                    actor=actor,
                    action=f"{export.resource.kind}.export",
                    target=stored,
                    after={"行数": written, "其中含个人信息": written - export.hidden},
                    reason=export.conditions(),
                    unit=acting_unit(actor),
                    at=at,
                )

        return store_file(
            owner=actor,
            purpose=EXPORT,
            name=f"{export.resource.title}{timezone.localtime(at):%Y%m%d-%H%M}.{ending}",
            path=path,
            content_type=CONTENT_TYPES[ending],
            expires_at=at + KEPT,
            needs=export.needs(personal=personal),
            slot=f"job-{job.id}" if job is not None else "",
            within=record,
        )
