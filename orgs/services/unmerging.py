"""Taking a merger back, as long as nothing was built on it. Rules: docs/concepts.md, 合并."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import ClosedByState, DomainError
from core.models import AuditEvent
from core.services.audit import record_event, snapshot_fields
from orgs.choices import EDITABLE_STATES, RecordState
from orgs.models import (
    CastOrganization,
    ContactPerson,
    ContactVisit,
    DistinctPair,
    Enterprise,
    FormerName,
    HolderReport,
    Merger,
)
from orgs.models.record import RegistryRecord, rows_of
from orgs.selectors.comparison import Dependent
from orgs.services.access import (
    acting_unit,
    confirming_level_for,
    require_confirming_place,
    require_enter,
)
from orgs.services.enterprises import code_conflicts, labelled
from orgs.services.merge_steps import (
    STORED,
    TouchedDays,
    lock_pair,
    move_dependent,
    registration_label,
    save,
)
from orgs.services.standing import overlapping_organization, require_room_for_dependents
from orgs.services.states import FormerState, move_record

_KINDS: dict[str, Any] = {"organization": CastOrganization, "contact": ContactPerson}
_NOUNS = {"organization": "科协组织", "contact": "联系人"}
_SHOWN = 3


def require_unmerge(actor: User, merger: Merger, *, today: dt.date) -> None:
    """The actor could merge the two as they stood before: a clerk of both, or a reviewer who confirms both.

    The merger comes with both enterprises and their offices.
    """
    pair = (merger.kept, merger.absorbed)
    if all(merger.before[side]["state"] in EDITABLE_STATES for side in ("kept", "absorbed")):
        for row in pair:
            require_enter(actor, row.office)
        return
    for row in pair:
        require_confirming_place(actor, path=row.office.path, lowest=confirming_level_for(row, today))


def unmerge_blockers(merger: Merger) -> list[str]:
    """What was done since the merger that keeps it from being taken back, in words; nothing when it can be.

    Every row it touched must be as it left it, and nothing may have been registered at the kept enterprise since: whether
    that belongs to the one or the other nobody could tell. The merger comes with both enterprises.
    """
    blockers = [
        _changed_since(row, merger)
        for row, version in (
            (merger.kept, merger.kept_version),
            (merger.absorbed, merger.absorbed_version),
        )
        if row.version != version
    ]
    for kind, model in _KINDS.items():
        touched = {effect["pk"]: effect for effect in merger.effects if effect["kind"] == kind}
        found = {row.pk: row for row in model.objects.filter(pk__in=touched).select_related("enterprise")}
        for pk, effect in touched.items():
            row = found.get(pk)
            if row is None:
                blockers.append(f"转入的一条{_NOUNS[kind]}已被删除")
            elif row.version != effect["version"]:
                blockers.append(_changed_since(row, merger))
        new = (
            rows_of(model)
            .filter(enterprise=merger.kept)
            .exclude(pk__in=merger.after["attached"][kind])
            .exclude(state=RecordState.VOIDED)
        )
        blockers += [f"合并后登记了{_NOUNS[kind]}“{row}”" for row in new.select_related("enterprise")]
    return blockers


def _changed_since(row: RegistryRecord, merger: Merger) -> str:
    last = AuditEvent.objects.of(row).filter(at__gt=merger.merged_at).first()
    if last is None:
        return f"“{row}”在合并后有改动"
    who = f"{last.actor_unit} {last.actor_label}".strip()
    return f"“{row}”在合并后由{who}{last.action_label}"


@transaction.atomic
def unmerge_enterprises(*, actor: User, merger_id: int) -> Merger:
    """Take a merger back: every row is as it was, but for its version and time of change.

    Raises ``Merger.DoesNotExist`` or ``Enterprise.DoesNotExist`` for what is out of sight, ``NotAllowed``,
    ``ClosedByState`` when it was taken back already or something was built on it, ``DomainError`` when a code given up by
    the merger belongs to another enterprise by now.
    """
    found = Merger.objects.visible_to(actor).get(pk=merger_id)
    rows = lock_pair(actor, (found.kept_id, found.absorbed_id))
    merger = Merger.objects.select_for_update(of=("self",)).get(pk=merger_id)
    merger.kept, merger.absorbed = rows[merger.kept_id], rows[merger.absorbed_id]
    if merger.undone_at is not None:
        raise ClosedByState("这次合并已经撤销，不用再办。请刷新页面。")
    require_unmerge(actor, merger, today=clock.business_today())
    blockers = unmerge_blockers(merger)
    if blockers:
        raise ClosedByState(blocked_message(blockers))
    _Undoing(actor, merger, at=clock.machine_now()).run()
    return merger


def blocked_message(blockers: list[str]) -> str:
    """Why a merger cannot be taken back, from its blockers."""
    words = "；".join(blockers[:_SHOWN]) + (f"等 {len(blockers)} 项" if len(blockers) > _SHOWN else "")
    return f"合并之后又有办理，不能撤销：{words}。如登记有误，请按作废或修改办理。"


class _Undoing:
    """One undoing on its way."""

    def __init__(self, actor: User, merger: Merger, *, at: dt.datetime) -> None:
        self.actor, self.merger, self.at = actor, merger, at
        self.kept, self.absorbed = merger.kept, merger.absorbed
        self.unit = acting_unit(actor)
        self.days = TouchedDays()

    def run(self) -> None:
        dependents = self._locked_dependents()
        self.days.see(self.kept, *(row for row, _ in dependents))
        self._put_rows_without_versions_back()
        self._put_kept_back()
        self._put_absorbed_back()
        # Who goes back to the absorbed one goes first, so that nobody meets a twin at the kept one.
        for row, before in sorted(dependents, key=lambda one: one[1]["enterprise_id"] != self.absorbed.pk):
            self._put_dependent_back(row, before)
        self._require_room(dependents)
        self.days.see(self.kept, self.absorbed, *(row for row, _ in dependents))
        self.merger.undone_at, self.merger.undone_by = self.at, self.actor
        self.merger.save(update_fields=["undone_at", "undone_by"])
        self._carry_versions(dependents)
        self.days.tell()

    def _locked_dependents(self) -> list[tuple[Dependent, dict[str, Any]]]:
        found: list[tuple[Dependent, dict[str, Any]]] = []
        for kind, model in _KINDS.items():
            befores = {
                effect["pk"]: effect["before"] for effect in self.merger.effects if effect["kind"] == kind
            }
            rows = model.objects.select_for_update(of=("self",)).filter(pk__in=befores).order_by("pk")
            for row in rows.select_related("office"):
                row.enterprise = self.kept
                found.append((row, befores[row.pk]))
        return found

    def _put_rows_without_versions_back(self) -> None:
        for effect in self.merger.effects:
            if effect["kind"] == "report":
                HolderReport.objects.filter(pk=effect["pk"], enterprise=self.kept).update(
                    enterprise=self.absorbed
                )
            elif effect["kind"] == "visit":
                ContactVisit.objects.filter(pk=effect["pk"], enterprise=self.kept).update(
                    enterprise=self.absorbed
                )
            elif effect["kind"] == "former_name":
                FormerName.objects.filter(pk=effect["pk"], enterprise=self.kept).delete()
            elif effect["kind"] == "distinct_pair":
                DistinctPair.objects.filter(pk=effect["pk"]).delete()
            elif effect["kind"] == "contributors":
                self.kept.contributors.remove(*effect["added"])

    def _put_kept_back(self) -> None:
        audited = Enterprise.AUDITED_FIELDS
        before = labelled(self.kept, snapshot_fields(self.kept, audited))
        _restore(self.kept, self.merger.before["kept"])
        self._require_codes_free(self.kept)
        self.kept.version += 1
        self.kept.updated_at = self.at
        save(self.kept)
        record_event(
            actor=self.actor,
            action="enterprise.unmerge",
            target=self.kept,
            before=before | {"并入的登记": registration_label(self.absorbed)},
            after=labelled(self.kept, snapshot_fields(self.kept, audited)),
            unit=self.unit,
            at=self.at,
        )

    def _put_absorbed_back(self) -> None:
        before = self.merger.before["absorbed"]
        self._require_codes_free(self.absorbed)
        move_record(
            self.absorbed,
            "unmerge",
            actor=self.actor,
            at=self.at,
            back_to=FormerState(before["state"], before["return_reason"]),
        )

    def _require_codes_free(self, row: Enterprise) -> None:
        values = {
            name: getattr(row, name) for name in ("credit_code", "organization_code", "registration_number")
        }
        for conflict in code_conflicts(values, actor=self.actor, except_pk=row.pk, in_file=True):
            raise DomainError(f"不能撤销：“{row}”合并时让出的代码又有人登记。{conflict.message}")

    def _put_dependent_back(self, row: Dependent, before: dict[str, Any]) -> None:
        if before["enterprise_id"] != row.enterprise_id:
            move_dependent(
                row, self.absorbed, actor=self.actor, unit=self.unit, at=self.at, reason="撤销企业合并"
            )
        if before["state"] != row.state:
            move_record(
                row,
                "unmerge",
                actor=self.actor,
                at=self.at,
                back_to=FormerState(before["state"], before["return_reason"]),
            )

    def _require_room(self, dependents: list[tuple[Dependent, dict[str, Any]]]) -> None:
        """What stayed at the kept one all along may have changed: its dates must fit what comes back."""
        for row, _ in dependents:
            if not isinstance(row, CastOrganization) or row.enterprise_id != self.kept.pk:
                continue
            other = overlapping_organization(
                host=self.kept,
                established_on=row.established_on,
                dissolved_on=row.dissolved_on,
                except_pk=row.pk,
            )
            if other is not None and row.state != RecordState.VOIDED:
                raise DomainError(f"不能撤销：“{other}”与要恢复的“{row}”时间重叠。请先处理它。")
        try:
            require_room_for_dependents(
                self.kept,
                starts_on=self.kept.established_on,
                ends_on=self.kept.dissolved_on,
                field="established_on",
            )
        except DomainError as refusal:
            raise DomainError(f"不能撤销：{refusal.message}") from refusal

    def _carry_versions(self, dependents: list[tuple[Dependent, dict[str, Any]]]) -> None:
        """Earlier mergers into either one find their rows as they left them: they can be taken back after this one."""
        before = self.merger.before
        now: dict[tuple[type, int], int] = {
            (Enterprise, row.pk): row.version for row in (self.kept, self.absorbed)
        }
        now |= {(type(row), row.pk): row.version for row, _ in dependents}
        then: dict[tuple[type, int], int] = {
            (Enterprise, self.kept.pk): before["kept_version"],
            (Enterprise, self.absorbed.pk): before["absorbed_version"],
        }
        then |= {(type(row), row.pk): position["version"] for row, position in dependents}
        for merger in Merger.objects.standing().filter(kept__in=(self.kept, self.absorbed)).order_by("pk"):
            key = (Enterprise, merger.kept_id)
            if merger.kept_version == then[key]:
                merger.kept_version = now[key]
            for effect in merger.effects:
                row_key = (_KINDS.get(effect["kind"], type(None)), effect.get("pk", 0))
                if row_key in then and effect["version"] == then[row_key]:
                    effect["version"] = now[row_key]
            merger.save(update_fields=["kept_version", "effects"])


def _restore(row: Enterprise, values: dict[str, Any]) -> None:
    for name in STORED:
        field: Any = Enterprise._meta.get_field(name)
        if field.attname not in values:
            continue  # the merger is older than the column
        setattr(row, field.attname, field.to_python(values[field.attname]))
