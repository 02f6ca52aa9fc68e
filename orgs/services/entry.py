"""What an entry form does in one step: a new host, its record, and their submission together, or nothing at all.

The services of each noun keep their own rules; here they are put in one transaction and their refusals in one list, so
that a form shows all of them at once. Refusals about the new host name their field ``host.<field>``.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import DomainError, DomainErrors, NotAllowed
from core.services.attachments import SlotChange, change_attachments
from orgs.choices import OfficeLevel
from orgs.models import CastOrganization, ContactPerson, Division, Enterprise, Office, Park
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import ENTER
from orgs.selectors.finders import lookalikes
from orgs.services.access import confirming_level_for, require_enter_park
from orgs.services.contact_succession import succession_refusals
from orgs.services.contacts import create_contact, edit_contact
from orgs.services.enterprises import (
    code_conflicts,
    create_enterprise,
    edit_enterprise,
    missing_division,
    refuse_all,
)
from orgs.services.former_names import add_former_names, former_names_refusals
from orgs.services.holders import holder_choices, resolve_holder
from orgs.services.organizations import create_organization, edit_organization, host_period
from orgs.services.parks import create_park, edit_park, name_conflicts
from orgs.services.records import RecordRef, kind_of_record, submit_record
from orgs.services.standing import (
    contact_beside_message,
    organization_standing_at,
    overlapping_organization,
    second_organization_message,
)
from orgs.validators.entries import check_contact, check_enterprise, check_organization, check_park

HOST = "host."
Record = TypeVar("Record", bound=RegistryRecord)
Host = Enterprise | Park


class ProbableDuplicate(DomainError):
    """An enterprise with the same or nearly the same name is registered; the clerk has not said that it is another one."""

    def __init__(self, found: list[Enterprise]) -> None:
        first = found[0]
        super().__init__(
            f"可能已经登记过：“{first.name}”（{first.office.short_name}持有）名称相同或相近。"
            "是同一家请选用它；不是请按“不是同一家”。",
            field="name",
        )
        self.found = found


@dataclasses.dataclass(frozen=True)
class NewHost:
    """The typed values of an enterprise or park that is entered together with its record.

    ``acknowledged`` are the look-alikes the clerk has declared to be other enterprises, ``former_names`` a text of names
    to put on record beside those it has.
    """

    kind: type[Enterprise] | type[Park]
    values: Mapping[str, Any]
    division: Division | None
    office: Office | None = None
    acknowledged: frozenset[int] = frozenset()
    former_names: str = ""


# ---------- refusals: read only, all at once ----------


def host_refusals(*, actor: User, host: NewHost, except_pk: int | None = None) -> list[DomainError]:
    """Every refusal of a new or edited enterprise or park, with plain field names. Writes nothing."""
    errors: list[DomainError] = []
    holder = None
    if host.division is None:
        errors.append(missing_division())
    else:
        try:
            holder = resolve_holder(actor, division=host.division, office=host.office)
        except DomainError as refusal:
            errors.append(refusal)
    today = clock.business_today()
    if host.kind is Park:
        checked, wrong = check_park(host.values, today=today)
        errors += wrong
        if holder is not None:
            errors += _national_refusals(actor, holder, host.values)
        if host.division is not None:
            errors += name_conflicts(checked, host.division, except_pk)
        return errors
    checked, wrong = check_enterprise(host.values, today=today)
    errors += wrong
    refused = {error.field for error in wrong}
    errors += [
        conflict
        for conflict in code_conflicts(checked, actor=actor, except_pk=except_pk, found_below=True)
        if conflict.field not in refused
    ]
    errors += former_names_refusals(host.former_names)
    return errors + duplicate_refusals(actor=actor, host=host, except_pk=except_pk)


def _national_refusals(actor: User, holder: Office, values: Mapping[str, Any]) -> list[DomainError]:
    try:
        require_enter_park(actor, office=holder, is_national=values.get("grade") == "national")
    except NotAllowed as refusal:
        return [DomainError(refusal.message, field="grade")]
    return []


def duplicate_refusals(*, actor: User, host: NewHost, except_pk: int | None = None) -> list[DomainError]:
    """A refusal while a look-alike in the same prefecture is not acknowledged."""
    known = {*host.acknowledged, *([except_pk] if except_pk else [])}
    found = lookalikes(actor, name=host.values.get("name") or "", division=host.division, except_pks=known)
    return [ProbableDuplicate(found)] if found else []


def _host_facts(host: Host | NewHost | None) -> dict[str, Any]:
    """What the rules of an organisation ask about its host."""
    if host is None:
        return {"host_name": "", "host_starts_on": None, "host_ends_on": None}
    if isinstance(host, NewHost):
        trial = host.kind(
            **{name: host.values.get(name) for name in ("established_on", "dissolved_on")}
            if host.kind is Enterprise
            else {name: host.values.get(name) for name in ("established_year", "closed_on")}
        )
        starts_on, ends_on = host_period(trial)
        return {
            "host_name": host.values.get("name") or "",
            "host_starts_on": starts_on,
            "host_ends_on": ends_on,
        }
    starts_on, ends_on = host_period(host)
    return {"host_name": host.name, "host_starts_on": starts_on, "host_ends_on": ends_on}


def _named_host(errors: list[DomainError]) -> list[DomainError]:
    """The same refusals with their fields marked as the new host's."""
    for error in errors:
        error.field = f"{HOST}{error.field or 'name'}"
    return errors


def organization_refusals(
    *,
    actor: User,
    kind: str,
    host: Host | NewHost | None,
    values: Mapping[str, Any],
    except_pk: int | None = None,
) -> list[DomainError]:
    """Every refusal of an organisation and its new host, in the order of the form. Writes nothing."""
    errors: list[DomainError] = []
    noun = "园区" if kind == "park" else "企业"
    if host is None:
        errors.append(DomainError(f"请先选定{noun}：按名称查找，从结果里选。", field=kind))
    elif isinstance(host, NewHost):
        errors += _named_host(host_refusals(actor=actor, host=host))
    _, wrong = check_organization(values, today=clock.business_today(), host_noun=noun, **_host_facts(host))
    errors += wrong
    founded = values.get("established_on")
    if founded is not None and isinstance(host, (Enterprise, Park)):
        other = overlapping_organization(
            host=host, established_on=founded, dissolved_on=values.get("dissolved_on"), except_pk=except_pk
        )
        if other is not None:
            errors.append(DomainError(second_organization_message(host, other), field=kind))
    return errors


def contact_refusals(
    *,
    actor: User,
    host: Host | NewHost | None,
    values: Mapping[str, Any],
    replaces: ContactPerson | None = None,
) -> list[DomainError]:
    """Every refusal of a contact person and its new enterprise, and of the one it replaces. Writes nothing."""
    errors: list[DomainError] = []
    if host is None:
        errors.append(DomainError("请先选定企业：按名称或代码查找，从结果里选。", field="enterprise"))
    elif isinstance(host, NewHost):
        errors += _named_host(host_refusals(actor=actor, host=host))
    _, wrong = check_contact(
        values, today=clock.business_today(), enterprise_starts_on=_host_facts(host)["host_starts_on"]
    )
    errors += wrong
    since = values.get("established_on")
    standing = organization_standing_at(host, since) if since and isinstance(host, Enterprise) else None
    if standing is not None and since is not None:
        errors.append(DomainError(contact_beside_message(standing, since), field="enterprise"))
    if replaces is not None:
        errors += succession_refusals(
            old=replaces,
            enterprise_id=host.pk if isinstance(host, Enterprise) else None,
            left_on=values.get("replaced_left_on"),
            today=clock.business_today(),
        )
    return errors


# ---------- writing ----------


def _create(actor: User, host: NewHost) -> Host:
    create: Callable[..., Host] = create_park if host.kind is Park else create_enterprise
    made = create(actor=actor, values=host.values, division=host.division, office=host.office)
    if isinstance(made, Enterprise):
        add_former_names(actor=actor, enterprise_id=made.pk, text=host.former_names)
    return made


def _create_host(actor: User, host: NewHost) -> Host:
    try:
        return _create(actor, host)
    except NotAllowed:
        raise
    except DomainErrors as refusal:
        raise DomainErrors(_named_host(refusal.errors)) from refusal
    except DomainError as refusal:
        raise DomainErrors(_named_host([refusal])) from refusal


def _submitted(actor: User, record: Record, submit: bool) -> Record:
    if submit:
        submit_record(actor=actor, ref=RecordRef(kind_of_record(record), record.pk, record.version))
        record.refresh_from_db()
    return record


@transaction.atomic
def enter_organization(
    *,
    actor: User,
    kind: str,
    host: Host | NewHost | None,
    values: Mapping[str, Any],
    submit: bool,
    attachments: SlotChange | None = None,
) -> CastOrganization:
    """Enter an organisation, with its host when that is new and what was uploaded for it, and hand both to the reviewer when
    ``submit``.
    """
    refuse_all(organization_refusals(actor=actor, kind=kind, host=host, values=values))
    assert host is not None  # refused above
    held = _create_host(actor, host) if isinstance(host, NewHost) else host
    made = create_organization(actor=actor, host=held, values=values)
    change_attachments(actor=actor, target=made, change=attachments)
    return _submitted(actor, made, submit)


@transaction.atomic
def change_organization(
    *,
    actor: User,
    organization_id: int,
    version: int,
    values: Mapping[str, Any],
    submit: bool,
    attachments: SlotChange | None = None,
) -> CastOrganization:
    """Edit a draft or returned organisation and hand it to the reviewer again when ``submit``."""
    changed = edit_organization(actor=actor, organization_id=organization_id, version=version, values=values)
    change_attachments(actor=actor, target=changed, change=attachments)
    return _submitted(actor, changed, submit)


@transaction.atomic
def enter_contact(
    *,
    actor: User,
    host: Host | NewHost | None,
    values: Mapping[str, Any],
    submit: bool,
    replaces: ContactPerson | None = None,
) -> ContactPerson:
    """Enter a contact person, with the enterprise when that is new; ``replaces`` is the one it follows."""
    refuse_all(contact_refusals(actor=actor, host=host, values=values, replaces=replaces))
    held = _create_host(actor, host) if isinstance(host, NewHost) else host
    assert isinstance(held, Enterprise)  # a contact's host is an enterprise; none was refused above
    made = create_contact(actor=actor, enterprise=held, values=values, replaces=replaces)
    return _submitted(actor, made, submit)


@transaction.atomic
def change_contact(
    *, actor: User, contact_id: int, version: int, values: Mapping[str, Any], submit: bool
) -> ContactPerson:
    """Edit a draft or returned contact person."""
    changed = edit_contact(actor=actor, contact_id=contact_id, version=version, values=values)
    return _submitted(actor, changed, submit)


@transaction.atomic
def enter_host(*, actor: User, host: NewHost, submit: bool) -> Host:
    """Enter an enterprise or park by itself."""
    refuse_all(host_refusals(actor=actor, host=host))
    return _submitted(actor, _create(actor, host), submit)


@transaction.atomic
def change_host(*, actor: User, pk: int, version: int, host: NewHost, submit: bool) -> Host:
    """Edit a draft or returned enterprise or park."""
    if host.division is None:
        raise missing_division()
    changed: Host
    if host.kind is Park:
        changed = edit_park(
            actor=actor,
            park_id=pk,
            version=version,
            values=host.values,
            division=host.division,
            office=host.office,
        )
    else:
        changed = edit_enterprise(
            actor=actor,
            enterprise_id=pk,
            version=version,
            values=host.values,
            division=host.division,
            office=host.office,
        )
        refuse_all(
            duplicate_refusals(actor=actor, host=host, except_pk=pk)
            + former_names_refusals(host.former_names)
        )
        add_former_names(actor=actor, enterprise_id=pk, text=host.former_names)
    return _submitted(actor, changed, submit)


# ---------- who will confirm ----------


def confirming_office(record: RegistryRecord, *, holder: Office) -> Office | None:
    """The nearest office at or above the holder that may confirm the record (its new host counted in)."""
    today = clock.business_today()
    lowest = OfficeLevel(confirming_level_for(record, today)).rank
    host = record.host if isinstance(record, CastOrganization) else None
    if isinstance(host, Park) and not host.is_confirmed:
        lowest = min(lowest, OfficeLevel(confirming_level_for(host, today)).rank)
    chain = Office.objects.filter(path__in=[*holder.ancestor_paths, holder.path]).order_by("-depth")
    return next((office for office in chain if OfficeLevel(office.level).rank <= lowest), None)


def likely_holder(actor: User, division: Division | None, office: Office | None) -> Office | None:
    """The holder a new entry would get: the chosen one, the address's nearest, else the clerk's own office."""
    if division is not None:
        choices = holder_choices(actor, division)
        if office is not None and office.pk in {choice.pk for choice in choices}:
            return office
        if choices:
            return choices[0]
    posts = reach_of(actor).with_roles(ENTER)
    return Office.objects.filter(pk=posts[0].office_id).first() if posts else None
