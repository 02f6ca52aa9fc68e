"""Two registrations of one enterprise made into one, and taken apart again while nothing was built on it.

Who may: while both are drafts or returned, a clerk for both holders; as soon as one waits or is confirmed, a reviewer who
may confirm at both holders. The one that is further on its way is kept. A waiting record stays waiting: merging confirms
nothing.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError, StaleVersion
from core.locks import lock_rows
from core.services.audit import record_event, snapshot_fields
from orgs.changes import RegistryChange, tell_registry_change
from orgs.choices import ENTERPRISE_TYPES, LIVE_STATES, RecordState
from orgs.models import (
    CastOrganization,
    ContactPerson,
    DistinctPair,
    Enterprise,
    FormerName,
    HolderReport,
    Merger,
)
from orgs.models.record import RegistryRecord
from orgs.services.access import acting_unit, confirming_level_for, require_confirming_place, require_enter
from orgs.services.enterprises import CODE_FIELDS, code_conflicts, labelled, refuse_all
from orgs.services.standing import require_room_for_dependents
from orgs.services.states import FormerState, audit_noun, check_version, integrity_message, move_record
from orgs.validators.entries import check_enterprise

# What may be taken over from the absorbed one, in the order of the form. Address and holder are the kept one's.
TYPES = "types"
FIELDS: tuple[str, ...] = (
    *(
        "name",
        *CODE_FIELDS,
        "established_on",
        "dissolved_on",
        TYPES,
        "size",
        "is_above_scale",
        "is_hitech",
        "park",
    ),
    *("employees", "technicians", "leader_wish", "no_organization_reason"),
)
_FLAGS = tuple(flag for flag, _ in ENTERPRISE_TYPES)
_RANK = {
    RecordState.DRAFT: 0,
    RecordState.RETURNED: 0,
    RecordState.SUBMITTED: 1,
    RecordState.CONFIRMED: 2,
    RecordState.VOIDED: -1,
}
Dependent = CastOrganization | ContactPerson


def rank_of(enterprise: Enterprise) -> int:
    """How far a registration is on its way: the further one is kept."""
    return _RANK[RecordState(enterprise.state)]


def require_merge(actor: User, a: Enterprise, b: Enterprise) -> None:
    """The actor may merge these two, or ``NotAllowed`` with words."""
    if a.is_editable and b.is_editable:
        for one in (a, b):
            require_enter(actor, one.office)
        return
    for one in (a, b):
        lowest = confirming_level_for(one, clock.business_today())
        require_confirming_place(actor, path=one.office.path, lowest=lowest)


def columns_of(names: Iterable[str]) -> list[str]:
    """The model's fields behind names of ``FIELDS``."""
    return [column for name in names for column in (_FLAGS if name == TYPES else (name,))]


def clashes_of(kept: Sequence[Dependent], absorbed: Sequence[Dependent]) -> list[tuple[Dependent, Dependent]]:
    """The pairs of live records that cannot both stand at one enterprise: overlapping organisations, one mobile twice."""
    return [(a, b) for a in kept for b in absorbed if _clash(a, b)]


def _clash(a: Dependent, b: Dependent) -> bool:
    if a.state not in LIVE_STATES or b.state not in LIVE_STATES:
        return False
    if isinstance(a, CastOrganization) and isinstance(b, CastOrganization):
        ends_a, ends_b = a.dissolved_on or dt.date.max, b.dissolved_on or dt.date.max
        return a.established_on < ends_b and b.established_on < ends_a
    if isinstance(a, ContactPerson) and isinstance(b, ContactPerson):
        return a.mobile == b.mobile and a.left_on is None and b.left_on is None
    return False


@dataclasses.dataclass
class _Work:
    """The rows of one merger under lock, and what was done to them."""

    actor: User
    kept: Enterprise
    absorbed: Enterprise
    at: dt.datetime
    effects: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def note(self, record: Dependent, action: str, before: dict[str, Any]) -> None:
        """Keep what an undoing needs."""
        self.effects.append(
            {
                "model": audit_noun(record),
                "pk": record.pk,
                "action": action,
                "before": before,
                "version": record.version,
            }
        )


def _locked(kept_id: int, absorbed_id: int) -> tuple[Enterprise, Enterprise]:
    rows = lock_rows(Enterprise.objects.select_related("office"), [kept_id, absorbed_id])
    if len(rows) < 2:
        raise ClosedByState("其中一条登记已被删除。请刷新页面。")
    return rows[kept_id], rows[absorbed_id]


def _dependents(*enterprises: Enterprise) -> list[Dependent]:
    found: list[Dependent] = []
    pks = [enterprise.pk for enterprise in enterprises]
    for model in (CastOrganization, ContactPerson):
        rows = model.objects.filter(enterprise__in=pks).exclude(state=RecordState.VOIDED)
        found += lock_rows(rows, rows.values_list("pk", flat=True)).values()
    return found


@transaction.atomic
def merge_enterprises(
    *,
    actor: User,
    kept_id: int,
    absorbed_id: int,
    kept_version: int,
    absorbed_version: int,
    take: frozenset[str] = frozenset(),
    drop: frozenset[tuple[str, int]] = frozenset(),
) -> Merger:
    """Make two registrations one. ``take`` are the fields of ``FIELDS`` the absorbed one's value stands in.

    ``drop`` are (``organization`` or ``contact``, key) of records that are voided because the other side has the same one.
    Everything else moves to the kept one. Raises ``NotAllowed``, ``StaleVersion``, ``ClosedByState``, ``DomainError``.
    """
    if kept_id == absorbed_id:
        raise DomainError("一家企业不能并入它自己。请选两条登记。")
    kept, absorbed = _locked(kept_id, absorbed_id)
    for one in (kept, absorbed):
        if one.state == RecordState.VOIDED:
            raise ClosedByState(f"“{one}”的登记已作废，不能再合并。")
    require_merge(actor, kept, absorbed)
    for one, version in ((kept, kept_version), (absorbed, absorbed_version)):
        _check_unchanged(one, version)
    if rank_of(kept) < rank_of(absorbed):
        raise DomainError("请保留办理得更远的一条（已确认先于待确认，待确认先于草稿），把另一条并入它。")
    work = _Work(actor, kept, absorbed, clock.machine_now())
    before = _stored(kept, absorbed)
    dependents = _dependents(kept, absorbed)
    _drop(work, dependents, drop)
    _require_no_clash(kept, absorbed, dependents)
    reason = f"与“{kept}”是同一家企业，已并入"
    move_record(absorbed, "merge", actor=actor, reason=reason, at=work.at)
    former = _move_all(work, dependents)
    _take_values(work, take)
    merger = Merger.objects.create(
        kept=kept,
        absorbed=absorbed,
        merged_at=work.at,
        merged_by=actor,
        before=before,
        after=_stored(kept, absorbed),
        effects=[*work.effects, *former],
        kept_version=kept.version,
        absorbed_version=absorbed.version,
    )
    # A duplicate's records count at the kept one's holder on all days: from the first day on figures change.
    tell_registry_change(RegistryChange(effective_on=None, counts_changed=True))
    return merger


def _check_unchanged(enterprise: Enterprise, version: int) -> None:
    try:
        check_version(enterprise, version)
    except StaleVersion as stale:
        raise StaleVersion(f"“{enterprise}”：{stale.message}") from stale


def _stored(kept: Enterprise, absorbed: Enterprise) -> dict[str, Any]:
    names = [*columns_of(FIELDS), "office", "division", "state", "return_reason", "name_key", "sort_key"]
    rows = {
        side: {field.attname: field.value_from_object(one) for field in map(_field, names)}
        for side, one in (("kept", kept), ("absorbed", absorbed))
    }
    stored: dict[str, Any] = json.loads(json.dumps(rows, cls=DjangoJSONEncoder))
    return stored


def _field(name: str) -> models.Field:
    field = Enterprise._meta.get_field(name)
    assert isinstance(field, models.Field)  # columns of the own table only
    return field


def _drop(work: _Work, dependents: list[Dependent], drop: frozenset[tuple[str, int]]) -> None:
    known = {(audit_noun(record), record.pk): record for record in dependents}
    for key in sorted(drop):
        record = known.get(key)
        if record is None:
            raise DomainError("选中的记录不在这两家企业名下，可能已被改动。请刷新页面。")
        before = {"state": record.state, "return_reason": record.return_reason}
        move_record(
            record, "merge", actor=work.actor, reason=f"企业“{work.kept}”合并时发现重复登记", at=work.at
        )
        work.note(record, "merge", before)


def _require_no_clash(kept: Enterprise, absorbed: Enterprise, dependents: Sequence[Dependent]) -> None:
    sides = {
        one.pk: [record for record in dependents if record.enterprise_id == one.pk]
        for one in (kept, absorbed)
    }
    for a, b in clashes_of(sides[kept.pk], sides[absorbed.pk]):
        noun = "科协组织时间重叠" if isinstance(a, CastOrganization) else "联系人手机号相同"
        raise DomainError(f"两边的{noun}：“{a}”和“{b}”。请选定保留哪一个，另一个随合并作废。")


def _move_all(work: _Work, dependents: Sequence[Dependent]) -> list[dict[str, Any]]:
    """Everything at the absorbed one goes to the kept one. Returns the effects on rows without versions."""
    kept, absorbed = work.kept, work.absorbed
    for record in dependents:
        if record.enterprise_id != absorbed.pk or record.state == RecordState.VOIDED:
            continue
        before = {"enterprise_id": record.enterprise_id, "office_id": record.office_id}
        record.enterprise, record.office = kept, kept.office
        _save_move(work, record, {"企业": absorbed.name, "持有单位": absorbed.office.short_name})
        work.note(record, "move", before)
    effects: list[dict[str, Any]] = []
    reports = list(HolderReport.objects.filter(enterprise=absorbed).values_list("pk", flat=True))
    if reports:
        HolderReport.objects.filter(pk__in=reports).update(enterprise=kept)
        effects.append({"model": "report", "pks": reports})
    keys = {kept.name_key, *kept.former_names.values_list("name_key", flat=True)}
    names = [(absorbed.name, absorbed.name_key), *absorbed.former_names.values_list("name", "name_key")]
    added = []
    for name, key in names:
        if key and key not in keys:
            keys.add(key)
            added.append(
                FormerName.objects.create(
                    enterprise=kept, name=name, name_key=key, recorded_at=work.at, recorded_by=work.actor
                ).pk
            )
    if added:
        effects.append({"model": "former_name", "pks": added})
    return effects


def _save_move(work: _Work, record: Dependent, before: dict[str, str]) -> None:
    record.version += 1
    record.updated_at = work.at
    _saved(record, ["enterprise", "office", "version", "updated_at"])
    assert record.enterprise is not None  # it was just moved to one
    record_event(
        actor=work.actor,
        action=f"{audit_noun(record)}.move",
        target=record,
        before=before,
        after={"企业": record.enterprise.name, "持有单位": record.office.short_name},
        unit=acting_unit(work.actor),
        at=work.at,
    )


def _saved(record: RegistryRecord, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            record.save(update_fields=fields)
    except IntegrityError as error:
        raise DomainError(integrity_message(record, error)) from error


def _take_values(work: _Work, take: frozenset[str]) -> None:
    """Put the chosen values into the kept one and write its part of the trail."""
    kept, absorbed = work.kept, work.absorbed
    if unknown := take - set(FIELDS):
        raise DomainError(f"没有这些项：{'、'.join(sorted(unknown))}。请刷新页面。")
    before = snapshot_fields(kept, kept.AUDITED_FIELDS)
    values = {name: getattr(kept, name) for name in columns_of(FIELDS)}
    values |= {name: getattr(absorbed, name) for name in columns_of(take)}
    if "credit_code" in take and "organization_code" not in take:
        values["organization_code"] = None  # it follows the credit code
    park = values.pop("park")
    checked, errors = check_enterprise(values, today=clock.business_today())
    refuse_all(errors + code_conflicts(checked, actor=work.actor, except_pk=kept.pk))
    require_room_for_dependents(
        kept, starts_on=checked["established_on"], ends_on=checked["dissolved_on"], field="established_on"
    )
    for name, value in {**checked, "park": park}.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.updated_at = work.at
    _saved(kept, [*columns_of(FIELDS), "name_key", "sort_key", "version", "updated_at"])
    after = snapshot_fields(kept, kept.AUDITED_FIELDS)
    record_event(
        actor=work.actor,
        action="enterprise.merge",
        target=kept,
        before=labelled(kept, {name: before[name] for name in before if before[name] != after[name]}),
        after=labelled(kept, {name: after[name] for name in after if before[name] != after[name]})
        | {"并入": absorbed.name},
        unit=acting_unit(work.actor),
        at=work.at,
    )


# ---------- taking apart again ----------

_MODELS: dict[str, type[CastOrganization] | type[ContactPerson]] = {
    "organization": CastOrganization,
    "contact": ContactPerson,
}


def undo_refusal(merger: Merger) -> str:
    """Why a merger cannot be taken back any more; empty when it can."""
    if merger.undone_at is not None:
        return "这次合并已经撤销。"
    if merger.kept.version != merger.kept_version:
        return f"合并之后“{merger.kept}”又有改动，不能撤销合并。"
    if merger.absorbed.version != merger.absorbed_version:
        return f"合并之后“{merger.absorbed}”又有改动，不能撤销合并。"
    for effect in merger.effects:
        model = _MODELS.get(effect["model"])
        if model is None:
            continue
        record = model.objects.filter(pk=effect["pk"]).first()
        if record is None or record.version != effect["version"]:
            return f"合并之后“{record or '移过来的记录'}”又有改动，不能撤销合并。"
    return ""


@transaction.atomic
def undo_merger(*, actor: User, merger_id: int) -> Merger:
    """Take two registrations apart again, exactly as they were; refused when something changed since."""
    found = Merger.objects.get(pk=merger_id)
    kept, absorbed = _locked(found.kept_id, found.absorbed_id)
    merger = Merger.objects.select_for_update(of=("self",)).get(pk=merger_id)
    merger.kept, merger.absorbed = kept, absorbed
    require_merge_undo(actor, merger)
    if refusal := undo_refusal(merger):
        raise ClosedByState(refusal)
    work = _Work(actor, kept, absorbed, clock.machine_now())
    _restore_kept(work, merger)
    was = merger.before["absorbed"]
    move_record(
        absorbed,
        "unmerge",
        actor=actor,
        at=work.at,
        back_to=FormerState(was["state"], was["return_reason"]),
    )
    for effect in reversed(merger.effects):
        _take_effect_back(work, effect)
    merger.undone_at, merger.undone_by = work.at, actor
    merger.save(update_fields=["undone_at", "undone_by"])
    tell_registry_change(RegistryChange(effective_on=None, counts_changed=True))
    return merger


def require_merge_undo(actor: User, merger: Merger) -> None:
    """As for merging: judged by the states the two had before."""
    states = {merger.before[side]["state"] for side in ("kept", "absorbed")}
    if states <= {RecordState.DRAFT, RecordState.RETURNED}:
        for one in (merger.kept, merger.absorbed):
            require_enter(actor, one.office)
        return
    for one in (merger.kept, merger.absorbed):
        lowest = confirming_level_for(one, clock.business_today())
        require_confirming_place(actor, path=one.office.path, lowest=lowest)


def _restore_kept(work: _Work, merger: Merger) -> None:
    kept = work.kept
    before = snapshot_fields(kept, kept.AUDITED_FIELDS)
    names = [*columns_of(FIELDS), "name_key", "sort_key"]
    for field in map(_field, names):
        setattr(kept, field.attname, field.to_python(merger.before["kept"][field.attname]))
    kept.version += 1
    kept.updated_at = work.at
    _saved(kept, [*names, "version", "updated_at"])
    kept.refresh_from_db()
    after = snapshot_fields(kept, kept.AUDITED_FIELDS)
    record_event(
        actor=work.actor,
        action="enterprise.unmerge",
        target=kept,
        before=labelled(kept, {name: before[name] for name in before if before[name] != after[name]})
        | {"并入": work.absorbed.name},
        after=labelled(kept, {name: after[name] for name in after if before[name] != after[name]}),
        unit=acting_unit(work.actor),
        at=work.at,
    )


def _take_effect_back(work: _Work, effect: dict[str, Any]) -> None:
    if effect["model"] == "report":
        HolderReport.objects.filter(pk__in=effect["pks"]).update(enterprise=work.absorbed)
        return
    if effect["model"] == "former_name":
        FormerName.objects.filter(pk__in=effect["pks"]).delete()
        return
    record = _MODELS[effect["model"]].objects.select_related("enterprise", "office").get(pk=effect["pk"])
    before = effect["before"]
    if effect["action"] == "move":
        assert record.enterprise is not None  # it was moved to one
        old = {"企业": record.enterprise.name, "持有单位": record.office.short_name}
        record.enterprise, record.office = work.absorbed, work.absorbed.office
        _save_move(work, record, old)
    else:
        former = FormerState(before["state"], before["return_reason"])
        move_record(record, "unmerge", actor=work.actor, at=work.at, back_to=former)


@transaction.atomic
def declare_distinct(*, actor: User, a: Enterprise, b: Enterprise) -> DistinctPair:
    """Remember that two registrations are two enterprises, so that they are not listed as duplicates any more."""
    require_merge(actor, a, b)
    first, second = sorted((a, b), key=lambda one: one.pk)
    at = clock.machine_now()
    pair, is_new = DistinctPair.objects.get_or_create(
        first=first, second=second, defaults={"declared_at": at, "declared_by": actor}
    )
    if is_new:
        for one, other in ((first, second), (second, first)):
            record_event(
                actor=actor,
                action="enterprise.declare_distinct",
                target=one,
                after={"不是同一家": other.name},
                unit=acting_unit(actor),
                at=at,
            )
    return pair
