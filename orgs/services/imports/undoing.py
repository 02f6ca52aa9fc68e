"""Taking an import back while nothing was built on it: all of it or nothing."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.bulk import insert_rows
from core.exceptions import ClosedByState, DomainError
from core.jobs import JobRun
from core.locks import advisory_lock, lock_rows
from core.models import Attachment, AuditEvent
from core.services.audit import record_event
from core.services.jobs import request_job
from orgs.changes import RegistryChange, tell_registry_change
from orgs.choices import EffectAction, ImportState, RecordState
from orgs.models import (
    CastOrganization,
    ContactPerson,
    ContactVisit,
    Enterprise,
    FormerName,
    FoundingRecord,
    HolderReport,
    ImportBatch,
    ImportEffect,
    Office,
    Park,
)
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import ENTER
from orgs.selectors.places import PlaceBook
from orgs.services.access import acting_unit
from orgs.services.bulk_writer import EVENT_COLUMNS
from orgs.services.imports.choosing import UNDO
from orgs.services.imports.editing import edit_record
from orgs.services.imports.staging import hold_fence, take_fence
from orgs.services.imports.writing import LOCK, MODELS, with_dates
from orgs.services.states import AUDIT_NOUNS

NAMED = 5
# What a record is called by, beside its own columns.
_NAMED_BY: dict[type[RegistryRecord], tuple[str, ...]] = {ContactPerson: ("enterprise",)}
ASKED_AT_ONCE = 5_000


@dataclasses.dataclass(frozen=True)
class Blocker:
    """A record that keeps an import from being taken back, and why."""

    number: int
    label: str
    reason: str


def undo_blockers(batch: ImportBatch, *, most: int = NAMED) -> list[Blocker]:
    """The first records something was built on since the import; none means that it can be taken back."""
    found: list[Blocker] = []
    for blocker in _blockers(batch):
        found.append(blocker)
        if len(found) == most:
            break
    return found


def _blockers(batch: ImportBatch) -> Iterator[Blocker]:
    model = MODELS[batch.kind]
    for effects in _parts(_written(batch)):
        records = {record.pk: record for record in _rows(model, effects)}
        hanging = _hanging(model, [pk for _, action, pk, _ in effects if action == EffectAction.CREATED])
        for number, action, pk, version in effects:
            record = records.get(pk)
            reason = _reason(record, version, action, hanging.get(pk, ""))
            if reason:
                yield Blocker(number, str(record) if record is not None else "", reason)


def _reason(record: RegistryRecord | None, version: int, action: str, hanging: str) -> str:
    if record is None:
        return "导入之后被删除或合并"
    if record.state == RecordState.CONFIRMED:
        return "导入之后已确认"
    if record.version != version:
        return f"导入之后又有改动，现在是“{RecordState(record.state).label}”"
    return hanging if action == EffectAction.CREATED else ""


def _rows(model: type[RegistryRecord], effects: Sequence[tuple[int, str, int, int]]) -> Any:
    rows = model._default_manager.filter(pk__in=[pk for _, _, pk, _ in effects])
    return rows.select_related(*_NAMED_BY.get(model, ()))


def _written(batch: ImportBatch) -> Any:
    written = (EffectAction.CREATED, EffectAction.UPDATED)
    effects = ImportEffect.objects.filter(batch=batch, action__in=written).order_by("number")
    return effects.values_list("number", "action", "record_id", "version")


def _hanging(model: type[RegistryRecord], pks: list[int]) -> dict[int, str]:
    """What stands at imported hosts or hangs on imported organisations by now, in words."""
    if model is CastOrganization:
        files = Attachment.objects.attached().filter(target_type=model._meta.label_lower, target_id__in=pks)
        steps = FoundingRecord.objects.filter(organization__in=pks).values_list("organization_id", flat=True)
        return dict.fromkeys(steps, "已登记成立步骤") | {
            pk: "已上传附件" for pk in files.values_list("target_id", flat=True) if pk is not None
        }
    if model not in (Enterprise, Park):
        return {}
    noun = "enterprise" if model is Enterprise else "park"
    hanging: dict[int, str] = {}
    asked: list[tuple[Any, str]] = [(CastOrganization, "名下已登记科协组织")]
    if model is Enterprise:
        asked += [
            (ContactPerson, "名下已登记联系人"),
            (HolderReport, "外单位有反映"),
            (ContactVisit, "已记过联系情况"),
        ]
    else:
        asked.append((Enterprise, "已有企业登记在这个园区"))
    for other, words in asked:
        rows = other.objects.filter(**{f"{noun}__in": pks})
        hanging.update(dict.fromkeys(rows.values_list(f"{noun}_id", flat=True), words))
    return hanging


def _parts(effects: Any) -> Iterator[list[tuple[int, str, int, int]]]:
    part: list[tuple[int, str, int, int]] = []
    for effect in effects.iterator():
        part.append(effect)
        if len(part) == ASKED_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def request_undo(*, actor: User, batch_id: int) -> ImportBatch:
    """Have an import taken back by a job; refused at once where something was built on it."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state != ImportState.DONE:
            raise ClosedByState(f"这次导入现在是“{batch.get_state_display()}”，不能撤销。")
        _require_nothing_built(batch)
        batch.state, batch.message = ImportState.UNDOING, ""
        batch.save(update_fields=["state", "message"])
        request_job(kind=UNDO, key=str(batch.pk), args={"batch": batch.pk, "actor": actor.pk}, actor=actor)
    return batch


def _require_nothing_built(batch: ImportBatch) -> None:
    blockers = undo_blockers(batch)
    if blockers:
        lines = "；".join(f"第 {one.number} 行“{one.label}”{one.reason}" for one in blockers[:3])
        more = "等" if len(blockers) > 3 else ""
        raise DomainError(f"不能整批撤销：{lines}{more}。请逐条处理这些记录。")


def undo_import(*, batch_id: int, actor: User, job: JobRun) -> str:
    """Take the records of an import away and put changed ones back, in one transaction. Returns a sentence."""
    batch = take_fence(batch_id, ImportState.UNDOING)
    if batch is None:
        return "这次导入已撤销"
    job.progress(0, 0, "核对导入之后的改动")
    try:
        with transaction.atomic():
            advisory_lock(LOCK)
            hold_fence(batch)
            removed, restored = _take_back(batch, actor)
            ImportBatch.objects.filter(pk=batch.pk).update(
                state=ImportState.UNDONE, finished_at=clock.machine_now(), message=""
            )
            record_event(
                actor=actor,
                action=f"{batch.kind}.undo_import",
                target=batch,
                after={"删除": removed, "恢复": restored},
                unit=acting_unit(actor),
            )
    except DomainError as refusal:
        with transaction.atomic():
            hold_fence(batch)
            ImportBatch.objects.filter(pk=batch.pk).update(
                state=ImportState.DONE, message=refusal.message[:500]
            )
        raise
    return f"已撤销：删除 {removed:,} 条，恢复 {restored:,} 条"


def _take_back(batch: ImportBatch, actor: User) -> tuple[int, int]:
    model = MODELS[batch.kind]
    created: list[int] = []
    updated: list[int] = []
    for number, action, pk, _ in _written(batch):
        (created if action == EffectAction.CREATED else updated).append(
            pk if action == EffectAction.CREATED else number
        )
    for start in range(0, len(created), ASKED_AT_ONCE):
        lock_rows(model._default_manager.all(), created[start : start + ASKED_AT_ONCE])
    _require_nothing_built(batch)
    _require_reach(model, created, actor)
    for start in range(0, len(created), ASKED_AT_ONCE):
        _remove(model, created[start : start + ASKED_AT_ONCE], actor)
    places = PlaceBook(actor) if updated else None
    for effect in ImportEffect.objects.filter(batch=batch, number__in=updated).order_by("number"):
        assert places is not None  # there are updated ones
        assert effect.record_id is not None  # by the table's own constraint
        before = dict(effect.before)
        office_id = before.pop("office_id", None)
        edit_record(
            actor=actor,
            kind=batch.kind,
            pk=effect.record_id,
            version=effect.version,
            changed=with_dates(before),
            places=places,
            office=Office.objects.get(pk=office_id) if office_id else None,
        )
    if created:
        tell_registry_change(RegistryChange(effective_on=None, counts_changed=False))
    return len(created), len(updated)


def _require_reach(model: type[RegistryRecord], pks: list[int], actor: User) -> None:
    paths: set[str] = set()
    for start in range(0, len(pks), ASKED_AT_ONCE):
        rows = model._default_manager.filter(pk__in=pks[start : start + ASKED_AT_ONCE])
        paths.update(rows.order_by().values_list("office__path", flat=True).distinct())
    if not all(reach_of(actor).covers(ENTER, path) for path in paths):
        raise DomainError("这批记录里有不在您单位范围内的，不能撤销。请由导入单位的经办撤销。")


def _remove(model: type[RegistryRecord], pks: list[int], actor: User) -> None:
    """Delete records nothing hangs on; their trail stays, with the act of their removal."""
    at, unit = clock.machine_now(), acting_unit(actor)
    noun, target = AUDIT_NOUNS[model], model._meta.label_lower
    rows = model._default_manager.filter(pk__in=pks).order_by("pk")
    rows = rows.select_related(*_NAMED_BY.get(model, ()))
    events = [
        (
            at,
            actor.pk,
            actor.name,
            unit,
            f"{noun}.undo_import",
            target,
            row.pk,
            str(row)[:200],
            "{}",
            "{}",
            "",
        )
        for row in rows
    ]
    through: Any = model.contributors.through
    through.objects.filter(**{f"{model._meta.model_name}__in": pks})._raw_delete("default")
    if model is Enterprise:
        FormerName.objects.filter(enterprise__in=pks).delete()
    model._default_manager.filter(pk__in=pks).order_by()._raw_delete("default")
    insert_rows(AuditEvent, EVENT_COLUMNS, events)
