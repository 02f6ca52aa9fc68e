"""Rows that any app may use and that know no domain word."""

from core.models.attachment import Attachment
from core.models.audit_event import AuditEvent
from core.models.form_draft import FormDraft
from core.models.job import Job
from core.models.stored_file import StoredFile
from core.models.worker_heartbeat import WorkerHeartbeat

__all__ = ["Attachment", "AuditEvent", "FormDraft", "Job", "StoredFile", "WorkerHeartbeat"]
