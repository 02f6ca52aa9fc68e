"""Judging rows of a batch with the rules of the single services: what breaks one is refused with all its reasons."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from core.exceptions import ClosedByState, DomainError, DomainErrors
from orgs.choices import OfficeLevel, OrganizationKind, ParkGrade, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Office, Park
from orgs.models.contact import contact_label
from orgs.models.record import RegistryRecord
from orgs.services.access import require_confirm
from orgs.services.bulk_book import OfficeBook, Standing, Taken, is_live
from orgs.services.bulk_course import Course, Rights, plan_levels, play
from orgs.services.bulk_rows import (
    Act,
    ContactEntry,
    DependentEntry,
    EnterpriseEntry,
    HostEntry,
    OrganizationEntry,
)
from orgs.services.bulk_writer import Prepared
from orgs.services.contacts import twin_message
from orgs.services.enterprises import CODE_FIELDS, code_conflicts
from orgs.services.organizations import host_period
from orgs.services.parks import name_conflicts
from orgs.services.standing import contact_beside_message, second_organization_message
from orgs.services.states import move_record
from orgs.validators.entries import (
    Checked,
    SortKey,
    check_contact,
    check_enterprise,
    check_organization,
    check_park,
)

# What a dependent's state asks of its host's (DESIGN §3: they are submitted and confirmed together).
_HOST_STATES: dict[str, tuple[str, ...]] = {
    RecordState.DRAFT: (
        RecordState.DRAFT,
        RecordState.RETURNED,
        RecordState.SUBMITTED,
        RecordState.CONFIRMED,
    ),
    RecordState.RETURNED: (
        RecordState.DRAFT,
        RecordState.RETURNED,
        RecordState.SUBMITTED,
        RecordState.CONFIRMED,
    ),
    RecordState.SUBMITTED: (RecordState.SUBMITTED, RecordState.CONFIRMED),
    RecordState.CONFIRMED: (RecordState.CONFIRMED,),
    RecordState.VOIDED: (RecordState.CONFIRMED, RecordState.VOIDED),
}


def _limits(model: type[models.Model]) -> tuple[tuple[str, str, int, frozenset[str]], ...]:
    """Of the text fields: name, label, greatest length, allowed values (none: any)."""
    return tuple(
        (field.name, str(field.verbose_name), field.max_length or 0, frozenset(dict(field.flatchoices)))
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField)
        and field.name not in ("state", "return_reason", "sort_key", "name_key")
    )


_LIMITS: dict[type[RegistryRecord], tuple[tuple[str, str, int, frozenset[str]], ...]] = {
    model: _limits(model) for model in (Enterprise, Park, CastOrganization, ContactPerson)
}


def field_refusals(model: type[RegistryRecord], values: Mapping[str, Any]) -> list[DomainError]:
    """What a form's own fields refuse: texts that are too long, values no list has."""
    errors = []
    for name, label, length, allowed in _LIMITS[model]:
        value = values.get(name)
        if not value:
            continue
        if len(value) > length:
            errors.append(
                DomainError(f"{label}不能超过 {length} 个字，现为 {len(value)} 个字。请精简。", field=name)
            )
        elif allowed and value not in allowed:
            errors.append(DomainError(f"{label}没有“{value}”这一项。请从列出的项里选。", field=name))
    return errors


class Judge:
    """The rules with what they need, read once for a whole call. ``on_trial``: nothing is moved, only asked whether it may."""

    def __init__(
        self, *, sort_key: SortKey, on_trial: bool = False, offices: OfficeBook | None = None
    ) -> None:
        self.offices = offices or OfficeBook()
        self._sort_key = sort_key
        self._on_trial = on_trial
        self._courses: dict[tuple[int, str, str], tuple[tuple[Act, ...], Course]] = {}
        self._plan_level = plan_levels()
        self._rights = Rights()
        # Registered hosts that were confirmed with what stands at them; whoever writes the batch empties it.
        self.confirmed_hosts: list[Enterprise | Park] = []

    # ---------- hosts ----------

    def check_host(self, entry: HostEntry) -> Checked:
        """The rules that need no database."""
        if entry.is_checked:
            return dict(entry.values), []
        today = entry.acts[0].business_day
        if isinstance(entry, EnterpriseEntry):
            values, errors = check_enterprise(entry.values, today=today, sort_key=self._sort_key)
            return values, errors + field_refusals(Enterprise, values)
        values, errors = check_park(entry.values, today=today)
        return values, errors + field_refusals(Park, values)

    def judge_host(self, entry: HostEntry, checked: Checked, taken: Taken) -> Prepared:
        """The record to write. Raises every refusal of the row at once."""
        values, errors = checked
        model: type[Enterprise | Park] = Enterprise if isinstance(entry, EnterpriseEntry) else Park
        errors = errors + self._host_conflicts(entry, values, taken)
        holder = course = None
        try:
            holder, course = self.place_host(entry, values)
        except DomainError as refusal:
            errors.append(refusal)
        if errors or holder is None or course is None:
            raise DomainErrors(errors)
        if model is Enterprise:
            for field in CODE_FIELDS:
                if values.get(field):
                    taken.take(field, values[field], values["name"])
        else:
            taken.take(f"park:{entry.division.pk}", values["name_key"], values["name"])
        columns = {**values, "division_id": entry.division.pk, "office_id": holder.pk}
        if (park := columns.pop("park", None)) is not None:
            columns["park_id"] = park.pk
        shown = {**values, "division": entry.division, "office": holder}
        return Prepared(model, entry.key, values["name"], columns, shown, entry.acts, course)

    def place_host(self, entry: HostEntry, values: Mapping[str, Any]) -> tuple[Office, Course]:
        """Its holder and its way through the table of states. Of the values a park's grade decides, of an enterprise none."""
        holder = self.offices.holder(entry.acts[0].actor, division=entry.division, office=entry.office)
        return holder, self._host_course(entry, values, holder)

    def new_host(self, prepared: Prepared) -> Standing:
        """The accepted host as what stands at it is judged."""
        known = ("name", "established_on", "dissolved_on", "established_year", "closed_on", "grade")
        fields = {name: prepared.values[name] for name in known if name in prepared.values}
        make: type[Enterprise | Park] = Enterprise if prepared.model is Enterprise else Park
        host = make(**fields, state=prepared.course.state)
        return Standing(host, prepared.shown["office"], host_period(host))

    def _host_conflicts(self, entry: HostEntry, values: dict[str, Any], taken: Taken) -> list[DomainError]:
        errors: list[DomainError] = []
        if not isinstance(entry, EnterpriseEntry):
            place = f"park:{entry.division.pk}"
            if (place, values["name_key"]) in taken.registered:
                return name_conflicts(values, entry.division)
            twin = taken.in_batch(place, values["name_key"])
            return [DomainError(f"本批已有同名园区“{twin}”。请只留一行。", field="name")] if twin else []
        codes = [(field, code) for field in CODE_FIELDS if (code := values.get(field))]
        if not taken.registered.isdisjoint(codes):
            errors += code_conflicts(values, actor=entry.acts[0].actor)
        for field, code in codes:
            twin = taken.in_batch(field, code)
            if twin is not None:
                label = Enterprise._meta.get_field(field).verbose_name  # type: ignore[union-attr]
                errors.append(
                    DomainError(f"这个{label}与本批的“{twin}”相同。请只留一行，或核对代码。", field=field)
                )
        return errors

    def _host_course(self, entry: HostEntry, values: Mapping[str, Any], holder: Office) -> Course:
        if isinstance(entry, EnterpriseEntry):
            return self._play(entry.acts, values.get("name", ""), holder)
        is_national = values.get("grade") == ParkGrade.NATIONAL
        known = self._known_course(entry.acts, holder, f"park{is_national}")
        if known is not None:
            return known
        level = OfficeLevel.HQ if is_national else OfficeLevel.PROVINCE
        return self._remember_course(
            entry.acts,
            holder,
            f"park{is_national}",
            play(
                entry.acts,
                label=values.get("name", ""),
                path=holder.path,
                rights=self._rights,
                lowest_on=lambda day: level,
                may_enter=lambda actor: self._rights.require_enter_park(
                    actor, holder, is_national=is_national
                ),
            ),
        )

    def _play(self, acts: tuple[Act, ...], label: str, holder: Office) -> Course:
        known = self._known_course(acts, holder, "")
        if known is not None:
            return known
        return self._remember_course(
            acts,
            holder,
            "",
            play(
                acts,
                label=label,
                path=holder.path,
                rights=self._rights,
                lowest_on=self._plan_level,
                may_enter=lambda actor: self._rights.require_enter(actor, holder),
            ),
        )

    def _known_course(self, acts: tuple[Act, ...], holder: Office, rule: str) -> Course | None:
        """The course of rows that share the very same acts, as those of one file do: it is played once for each holder."""
        known = self._courses.get((id(acts), holder.path, rule))
        return known[1] if known is not None else None

    def _remember_course(self, acts: tuple[Act, ...], holder: Office, rule: str, course: Course) -> Course:
        # The acts are kept with it, so that no other tuple can have their id.
        self._courses[id(acts), holder.path, rule] = acts, course
        return course

    # ---------- what stands at hosts ----------

    def judge_dependent(self, entry: DependentEntry, at: Standing, host: Prepared | None) -> Prepared:
        """The record to write at a host that is new in this batch (``host``) or registered. Raises all its refusals."""
        if at.host.state == RecordState.VOIDED and host is None:
            raise ClosedByState(
                f"“{at.host}”的登记已作废，不能在它名下登记。请改选或重新登记。", field="enterprise"
            )
        is_organization = isinstance(entry, OrganizationEntry)
        model: type[RegistryRecord] = CastOrganization if is_organization else ContactPerson
        if entry.is_checked:
            values: dict[str, Any] = dict(entry.values)
            errors: list[DomainError] = []
        else:
            values, errors = self._check_dependent(entry, at)
            errors = errors + field_refusals(model, values)
        label = values["name"] if is_organization else contact_label(at.host)
        course = None
        try:
            course = self._play(entry.acts, label, at.office)
        except DomainError as refusal:
            errors.append(refusal)
        if not errors:
            errors = self._place_refusals(entry, values, at)
        if errors or course is None:
            raise DomainErrors(errors)
        if at.host.is_confirmed:
            _require_host_keeps_up(at.host, course)
        else:
            self._take_host_along(entry, course, at)
        if is_live(course.state):
            _remember(at, is_organization, values, course.state)
        kind = OrganizationKind.ENTERPRISE if isinstance(at.host, Enterprise) else OrganizationKind.PARK
        columns = {**values, "office_id": at.office.pk}
        shown = {**values, "office": at.office, str(kind): at.host}
        if is_organization:
            columns["kind"] = shown["kind"] = kind
        if host is None:
            columns[f"{kind}_id"] = at.host.pk
        return Prepared(model, entry.key, label, columns, shown, entry.acts, course, host)

    def _check_dependent(self, entry: DependentEntry, at: Standing) -> Checked:
        today = entry.acts[0].business_day
        starts_on, ends_on = at.period
        if isinstance(entry, ContactEntry):
            return check_contact(entry.values, today=today, enterprise_starts_on=starts_on)
        return check_organization(
            entry.values,
            today=today,
            host_name=at.host.name,
            host_starts_on=starts_on,
            host_ends_on=ends_on,
            host_noun="企业" if isinstance(at.host, Enterprise) else "园区",
            sort_key=self._sort_key,
        )

    @staticmethod
    def _place_refusals(entry: DependentEntry, values: dict[str, Any], at: Standing) -> list[DomainError]:
        founded = values["established_on"]
        if isinstance(entry, OrganizationEntry):
            other = at.overlapping(founded, values.get("dissolved_on"))
            if other is None:
                return []
            field = "enterprise" if isinstance(at.host, Enterprise) else "park"
            return [DomainError(second_organization_message(at.host, other), field=field)]
        standing = at.confirmed_on(founded)
        if standing is not None:
            return [DomainError(contact_beside_message(standing, founded), field="enterprise")]
        twin = at.twin(values["mobile"]) if values.get("left_on") is None else None
        return [DomainError(twin_message(twin), field="mobile")] if twin is not None else []

    def _take_host_along(self, entry: DependentEntry, course: Course, at: Standing) -> None:
        """Submitting or confirming a record takes its registered, unconfirmed host along, as in the single services."""
        host = at.host
        if self._on_trial and host.is_editable and any(act.action == "submit" for act in entry.acts):
            return
        was_confirmed = False
        try:
            with transaction.atomic():
                for act in entry.acts if host.pk is not None else ():
                    if act.action == "submit" and host.is_editable:
                        move_record(host, "submit", actor=act.actor, at=act.at)
                    elif act.action == "confirm" and host.state == RecordState.SUBMITTED:
                        require_confirm(act.actor, host, today=act.business_day)
                        move_record(host, "confirm", actor=act.actor, at=act.at)
                        was_confirmed = True
                _require_host_keeps_up(host, course)
        except DomainError:
            if host.pk is not None:
                host.refresh_from_db()
            raise
        if was_confirmed:
            self.confirmed_hosts.append(host)


def _require_host_keeps_up(host: Enterprise | Park, course: Course) -> None:
    if host.state not in _HOST_STATES[course.state]:
        label = RecordState(host.state).label
        raise ClosedByState(f"依托的“{host}”是“{label}”，须与它名下的记录一起提交和确认。请核对办理经过。")


def _remember(at: Standing, is_organization: bool, values: dict[str, Any], state: str) -> None:
    if is_organization:
        at.organizations.append((values["established_on"], values.get("dissolved_on"), state, values["name"]))
    else:
        at.contacts.append((values["mobile"], values.get("left_on"), state, values["name"]))
