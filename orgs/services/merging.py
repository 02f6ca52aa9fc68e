"""Making two registrations of one enterprise into one. Rules: docs/concepts.md, 合并.

One is kept, the other absorbed: it is voided, and everything that hung on it hangs on the kept one. All of it happens in
one transaction under the locks of both; what an undoing needs stands in the ``Merger``.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from core import clock
from core.exceptions import DomainError, DomainErrors, StaleVersion
from core.services.audit import record_event, snapshot_fields
from orgs.models import ContactPerson, ContactVisit, DistinctPair, Enterprise, FormerName, Merger
from orgs.selectors.comparison import Clash, Comparison, Dependent, columns_of, compare
from orgs.services.access import acting_unit
from orgs.services.enterprises import code_conflicts, labelled
from orgs.services.merge_rights import require_merge, require_two
from orgs.services.merge_steps import (
    TouchedDays,
    lock_pair,
    move_dependent,
    position_of,
    registration_label,
    save,
    stored,
)
from orgs.services.records import RecordRef, kind_of_record
from orgs.services.standing import require_room_for_dependents
from orgs.services.states import move_record
from orgs.validators.entries import check_enterprise

_CHECKED = tuple(name for name in Enterprise.AUDITED_FIELDS if name not in ("division", "office"))


@dataclasses.dataclass(frozen=True)
class Choices:
    """What somebody decided on the page; left out means the default of the comparison.

    ``values``: line of the comparison → the enterprise (its key) whose value is taken. ``stays``: key of a clash → the
    enterprise whose organisation or contact stays.
    """

    values: Mapping[str, int] = dataclasses.field(default_factory=dict)
    stays: Mapping[str, int] = dataclasses.field(default_factory=dict)


def _twin_reason(stays: Dependent) -> str:
    if isinstance(stays, ContactPerson):
        return "与同一手机号的另一条联系人重复，企业合并时作废"
    return f"与“{stays}”重复，企业合并时作废"


@transaction.atomic
def merge_enterprises(
    *, actor: User, kept: RecordRef, absorbed: RecordRef, choices: Choices | None = None
) -> Merger:
    """Make ``absorbed`` part of ``kept``. Both references carry the version the page showed.

    Raises ``Enterprise.DoesNotExist`` for one out of sight, ``NotAllowed``, ``StaleVersion``, ``ClosedByState``, and
    ``DomainErrors`` with the field names of the comparison and the keys of its clashes.
    """
    rows = lock_pair(actor, (kept.pk, absorbed.pk))
    keeping, leaving = rows[kept.pk], rows[absorbed.pk]
    require_two(keeping, leaving)
    require_merge(actor, keeping, leaving, today=clock.business_today())
    _require_versions((keeping, kept), (leaving, absorbed))
    merging = _Merging(
        actor, compare(keeping, leaving, lock=True), choices or Choices(), at=clock.machine_now()
    )
    return merging.run()


def _require_versions(*pairs: tuple[Enterprise, RecordRef]) -> None:
    stale = [row for row, ref in pairs if ref.version is not None and row.version != ref.version]
    if stale:
        names = "和".join(f"“{row}”" for row in stale)
        raise StaleVersion(f"{names}在您打开本页之后由他人改过，没有合并。您的选择还在，请核对后再合并。")


class _Merging:
    """One merger on its way. The parts of ``run`` are in the order the database's constraints need."""

    def __init__(self, actor: User, pair: Comparison, choices: Choices, *, at: dt.datetime) -> None:
        self.actor, self.pair, self.choices, self.at = actor, pair, choices, at
        self.kept, self.absorbed = pair.kept, pair.absorbed
        self.unit = acting_unit(actor)
        self.effects: list[dict[str, Any]] = []
        self._names = [(row.name, row.name_key) for row in (pair.kept, pair.absorbed)]

    def run(self) -> Merger:
        pair = (self.kept, self.absorbed)
        before = {
            "kept": stored(self.kept),
            "absorbed": stored(self.absorbed),
            "kept_version": self.kept.version,
            "absorbed_version": self.absorbed.version,
        }
        days = TouchedDays()
        days.see(*pair, *self.pair.dependents)
        losing = self._losing()
        values, changed = self._values()
        attached = {name: self._keys(name) for name in ("organization", "contact")}
        move_record(
            self.absorbed,
            "merge",
            actor=self.actor,
            reason=f"与“{self.kept}”（{self.kept.office.short_name}持有）重复，已并入"[:500],
            at=self.at,
        )
        self._move_dependents(losing)
        self._save_kept(values, changed)
        self._keep_names()
        self._move_reports()
        self._move_visits()
        self._carry_declarations()
        days.see(self.kept)
        days.tell()
        return Merger.objects.create(
            kept=self.kept,
            absorbed=self.absorbed,
            merged_at=self.at,
            merged_by=self.actor,
            before=before,
            after={"kept": stored(self.kept), "attached": attached},
            effects=self.effects,
            kept_version=self.kept.version,
            absorbed_version=self.absorbed.version,
        )

    def _keys(self, kind: str) -> list[int]:
        return [row.pk for row in self.pair.dependents if kind_of_record(row) == kind]

    # ---------- choices ----------

    def _losing(self) -> dict[tuple[str, int], Dependent]:
        """Who gives way to whom: (kind, key) of a record → one that stays."""
        losing: dict[tuple[str, int], Dependent] = {}
        missing: list[DomainError] = []
        for clash in self.pair.clashes:
            stays = self._stays(clash)
            if stays is None:
                noun = "联系人" if clash.is_of_contacts else "科协组织"
                missing.append(DomainError(f"请选择保留哪一边的{noun}。", field=clash.key))
                continue
            goes = self.absorbed.pk if stays == self.kept.pk else self.kept.pk
            for row in clash.staying(goes):
                losing[kind_of_record(row), row.pk] = clash.staying(stays)[0]
        if missing:
            raise DomainErrors(missing)
        return losing

    def _stays(self, clash: Clash) -> int | None:
        chosen = self.choices.stays.get(clash.key)
        if clash.is_open and chosen in (self.kept.pk, self.absorbed.pk):
            return chosen
        return clash.default

    def _values(self) -> tuple[dict[str, Any], bool]:
        """The columns of the result, and whether any is another than the kept one's now."""
        values = {name: getattr(self.kept, name) for name in Enterprise.AUDITED_FIELDS}
        for line in self.pair.fields:
            chosen = self.choices.values.get(line.name, line.default)
            if line.differs and not line.fixed and chosen == self.absorbed.pk:
                values |= {column: getattr(self.absorbed, column) for column in columns_of(line.name)}
        changed = any(values[name] != getattr(self.kept, name) for name in values)
        return values, changed

    # ---------- writing ----------

    def _move_dependents(self, losing: Mapping[tuple[str, int], Dependent]) -> None:
        """Whoever gives way is voided first, so that nobody meets a twin at the kept one."""
        befores = [(row, position_of(row)) for row in self.pair.dependents]
        for row in self.pair.dependents:
            stays = losing.get((kind_of_record(row), row.pk))
            if stays is not None:
                move_record(row, "merge", actor=self.actor, reason=_twin_reason(stays), at=self.at)
        for row in self.pair.of(self.absorbed):
            move_dependent(
                row, self.kept, actor=self.actor, unit=self.unit, at=self.at, reason="随企业合并转入"
            )
        self.effects += [
            {"kind": kind_of_record(row), "pk": row.pk, "before": before, "version": row.version}
            for row, before in befores
            if row.version != before["version"]
        ]

    def _save_kept(self, values: Mapping[str, Any], changed: bool) -> None:
        """The chosen values must satisfy every rule of an entry; all refusals are raised together."""
        given = {name: values[name] for name in _CHECKED}
        checked, errors = check_enterprise(given, today=clock.business_today())
        refused = {error.field for error in errors}
        for conflict in code_conflicts(checked, actor=self.actor, except_pk=self.kept.pk, in_file=True):
            if conflict.field not in refused:
                errors.append(conflict)
        try:
            require_room_for_dependents(
                self.kept,
                starts_on=values["established_on"],
                ends_on=values["dissolved_on"],
                field="established_on",
            )
        except DomainError as refusal:
            refusal.field = refusal.field or "dissolved_on"
            errors.append(refusal)
        if errors:
            raise DomainErrors(errors)
        audited = Enterprise.AUDITED_FIELDS
        before = labelled(self.kept, snapshot_fields(self.kept, audited))
        for name, value in {**checked, "division": values["division"]}.items():
            setattr(self.kept, name, value)
        after = labelled(self.kept, snapshot_fields(self.kept, audited))
        self.kept.version += 1
        self.kept.updated_at = self.at
        save(self.kept)
        if not self.kept.is_confirmed:
            self._add_contributors(changed)
        record_event(
            actor=self.actor,
            action="enterprise.merge",
            target=self.kept,
            before=before,
            after=after | {"并入的登记": registration_label(self.absorbed)},
            unit=self.unit,
            at=self.at,
        )

    def _add_contributors(self, changed: bool) -> None:
        """Whoever had a hand in either version, and who chose among their values, does not confirm the result."""
        had = set(self.kept.contributors.values_list("pk", flat=True))
        now = had | set(self.absorbed.contributors.values_list("pk", flat=True))
        if changed:
            now.add(self.actor.pk)
        if added := sorted(now - had):
            self.kept.contributors.add(*added)
            self.effects.append({"kind": "contributors", "added": added})

    def _keep_names(self) -> None:
        """The kept one is known by every name either had."""
        known = {self.kept.name_key, *self.kept.former_names.values_list("name_key", flat=True)}
        names = [(row.name, row.name_key) for row in self.pair.former_names]
        for name, key in [*names, *self._names]:
            if key not in known:
                known.add(key)
                former = FormerName.objects.create(
                    enterprise=self.kept,
                    name=name,
                    name_key=key,
                    recorded_at=self.at,
                    recorded_by=self.actor,
                )
                self.effects.append({"kind": "former_name", "pk": former.pk})

    def _move_reports(self) -> None:
        for report in self.pair.reports:
            if report.enterprise_id == self.absorbed.pk:
                report.enterprise = self.kept
                report.save(update_fields=["enterprise"])
                self.effects.append({"kind": "report", "pk": report.pk})

    def _move_visits(self) -> None:
        """What was said with the absorbed one was said with the kept one."""
        visits = ContactVisit.objects.filter(enterprise=self.absorbed).order_by("pk")
        for visit in visits.select_for_update(of=("self",)):
            visit.enterprise = self.kept
            visit.save(update_fields=["enterprise"])
            self.effects.append({"kind": "visit", "pk": visit.pk})

    def _carry_declarations(self) -> None:
        """Who was declared another enterprise than the absorbed one is another than the kept one."""
        pairs = DistinctPair.objects.filter(Q(first=self.absorbed) | Q(second=self.absorbed))
        for pair in pairs.order_by("pk"):
            other = pair.second_id if pair.first_id == self.absorbed.pk else pair.first_id
            if other == self.kept.pk:
                continue
            carried, is_new = DistinctPair.objects.get_or_create(
                first_id=min(other, self.kept.pk),
                second_id=max(other, self.kept.pk),
                defaults={"declared_at": pair.declared_at, "declared_by_id": pair.declared_by_id},
            )
            if is_new:
                self.effects.append({"kind": "distinct_pair", "pk": carried.pk})
