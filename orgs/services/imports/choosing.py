"""What is done with each staged row: decided for one row, for all of an outcome, or left as it is."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import Job
from core.services.jobs import request_job
from orgs.choices import ImportState, RowChoice, RowOutcome
from orgs.models import ImportBatch, ImportRow

# Outcome → what may be done with its rows, the first by default.
OFFERED: dict[str, tuple[str, ...]] = {
    RowOutcome.NEW: (RowChoice.ADD, RowChoice.SKIP),
    RowOutcome.CHANGED: (RowChoice.UPDATE, RowChoice.SKIP),
    RowOutcome.UNCHANGED: (RowChoice.SKIP,),
    RowOutcome.ALIKE: (RowChoice.SKIP, RowChoice.ADD),
    RowOutcome.REPEATED: (RowChoice.SKIP,),
    RowOutcome.REFUSED: (RowChoice.SKIP,),
}
STAGE, WRITE, UNDO = "import.stage", "import.write", "import.undo"


def choice_for(batch: ImportBatch, outcome: str, own: str = "") -> str:
    """What happens with a row: its own choice, else that for its outcome, else what is usual."""
    offered = OFFERED[outcome]
    for choice in (own, batch.choices.get(outcome, "")):
        if choice in offered:
            return choice
    return offered[0]


def rows_to_write_q(batch: ImportBatch) -> Q:
    """The staged rows that are added or that update a record."""
    acting = (RowChoice.ADD, RowChoice.UPDATE)
    condition = Q(pk__in=[])
    for outcome, offered in OFFERED.items():
        own = [choice for choice in offered if choice in acting]
        if not own:
            continue
        chosen = Q(choice__in=own)
        if choice_for(batch, outcome) in acting:
            chosen |= Q(choice="")
        condition |= Q(outcome=outcome) & chosen
    return condition


def writing_counts(batch: ImportBatch) -> dict[str, int]:
    """How many rows will be added, updated and skipped as things are decided now."""
    counts: Counter[str] = Counter()
    grouped = (
        ImportRow.objects.filter(batch=batch).values_list("outcome", "choice").annotate(rows=Count("pk"))
    )
    for outcome, own, rows in grouped.order_by():
        counts[choice_for(batch, outcome, own)] += rows
    return {choice: counts[choice] for choice in RowChoice.values}


def _lock(actor: User, batch_id: int) -> ImportBatch:
    """The batch under lock. Whoever does not see it does not act on it."""
    if not ImportBatch.objects.visible_to(actor).filter(pk=batch_id).exists():
        raise NotAllowed("这次导入是别的单位的，不能办理。")
    return ImportBatch.objects.select_for_update().get(pk=batch_id)


def _lock_in(actor: User, batch_id: int, *states: str) -> ImportBatch:
    batch = _lock(actor, batch_id)
    if batch.state not in states:
        raise ClosedByState(f"这次导入现在是“{batch.get_state_display()}”，不能再改。请刷新页面查看。")
    return batch


@transaction.atomic
def choose_for_row(*, actor: User, batch_id: int, number: int, choice: str) -> ImportRow:
    """Decide for one row. An empty choice takes the decision back."""
    batch = _lock_in(actor, batch_id, ImportState.READY)
    row = ImportRow.objects.get(batch=batch, number=number)
    if choice and choice not in OFFERED[row.outcome]:
        raise DomainError("这一行不能这样处理。请在列出的办法里选。")
    row.choice = choice
    row.save(update_fields=["choice"])
    return row


@transaction.atomic
def choose_for_outcome(*, actor: User, batch_id: int, outcome: str, choice: str) -> ImportBatch:
    """Decide for all rows of an outcome; what was decided for single ones of them before is taken back."""
    batch = _lock_in(actor, batch_id, ImportState.READY)
    if choice not in OFFERED.get(outcome, ()):
        raise DomainError("这些行不能这样处理。请在列出的办法里选。")
    batch.choices = {**batch.choices, outcome: choice}
    batch.save(update_fields=["choices"])
    ImportRow.objects.filter(batch=batch, outcome=outcome).exclude(choice="").update(choice="")
    return batch


@transaction.atomic
def confirm_import(*, actor: User, batch_id: int, at: Any) -> ImportBatch:
    """Have the rows written by a job. Confirming twice asks once."""
    batch = _lock(actor, batch_id)
    if batch.state in (ImportState.WRITING, ImportState.DONE):
        return batch
    batch = _lock_in(actor, batch_id, ImportState.READY)
    if not ImportRow.objects.filter(rows_to_write_q(batch), batch=batch).exists():
        raise DomainError("没有要写入的行。请核对每一类的处理办法，或改好文件后重新上传。")
    batch.state, batch.confirmed_at, batch.confirmed_by = ImportState.WRITING, at, actor
    # What was given back of the preview lacks the rows that writing refuses.
    batch.message, batch.returned_file = "", None
    batch.save(update_fields=["state", "confirmed_at", "confirmed_by", "message", "returned_file"])
    request_job(kind=WRITE, key=str(batch.pk), args={"batch": batch.pk}, actor=actor)
    return batch


@transaction.atomic
def cancel_import(*, actor: User, batch_id: int, at: Any) -> ImportBatch:
    """Give an import up before anything was written; its staged rows go."""
    batch = _lock_in(
        actor, batch_id, ImportState.READING, ImportState.COLUMNS, ImportState.READY, ImportState.FAILED
    )
    batch.state, batch.finished_at = ImportState.CANCELLED, at
    batch.fence += 1
    batch.save(update_fields=["state", "finished_at", "fence"])
    ImportRow.objects.filter(batch=batch)._raw_delete(using="default")
    return batch


@transaction.atomic
def resume_import(*, actor: User, batch_id: int) -> ImportBatch:
    """Ask again for work that was given up after several attempts; nothing is asked while some is under way."""
    batch = _lock_in(actor, batch_id, *_WORK)
    kind = _WORK[ImportState(batch.state)]
    if not Job.objects.open().filter(kind=kind, key=str(batch.pk)).exists():
        request_job(kind=kind, key=str(batch.pk), args={"batch": batch.pk, "actor": actor.pk}, actor=actor)
    return batch


_WORK = {ImportState.READING: STAGE, ImportState.WRITING: WRITE, ImportState.UNDOING: UNDO}
