"""Changing a registered record by a row of a file: through the service its form uses, with what the row leaves unsaid."""

from typing import Any

from accounts.models import User
from core.services.audit import readable
from orgs.models import CastOrganization, ContactPerson, Enterprise, Office, Park
from orgs.models.record import RegistryRecord
from orgs.selectors.places import PlaceBook
from orgs.services.contacts import edit_contact
from orgs.services.enterprises import edit_enterprise
from orgs.services.former_names import add_former_names
from orgs.services.organizations import edit_organization
from orgs.services.parks import edit_park

# What a form of each kind sends beside division and holder.
FORM_VALUES: dict[str, tuple[str, ...]] = {
    "enterprise": (
        *(
            "name",
            "credit_code",
            "organization_code",
            "registration_number",
            "established_on",
            "dissolved_on",
        ),
        *("is_state_owned", "is_private", "is_tech_sme", "is_industry", "is_other_type", "size"),
        *("is_above_scale", "is_hitech", "employees", "technicians", "leader_wish"),
        *("reason_code", "no_organization_reason", "park"),
    ),
    "park": ("name", "kind", "grade", "established_year", "closed_on", "has_reported_organization"),
    "organization": (
        *("name", "established_on", "dissolved_on", "approval_number", "chair", "secretary", "members"),
        *("phone", "effect"),
    ),
    "contact": ("name", "job_title", "mobile", "email", "liaison", "established_on", "left_on"),
}


def edit_record(
    *,
    actor: User,
    kind: str,
    pk: int,
    version: int | None,
    changed: dict[str, Any],
    places: PlaceBook,
    office: Office | None = None,
) -> tuple[RegistryRecord, dict[str, Any]]:
    """Apply a row's changed values. Returns the record and what stood there before, empty when nothing changed.

    ``office`` is the holder at a changed address, by default the nearest. Raises the service's refusals, ``StaleVersion``
    among them when somebody saved the record since the preview.
    """
    models: dict[str, type[RegistryRecord]] = {
        "enterprise": Enterprise,
        "park": Park,
        "organization": CastOrganization,
        "contact": ContactPerson,
    }
    record: Any = models[kind]._default_manager.get(pk=pk)
    changed = dict(changed)
    former_names = changed.pop("former_names", None)
    before = _stored(record, changed)
    division_id = changed.pop("division_id", None)
    if "park_id" in changed:
        park_id = changed.pop("park_id")
        changed["park"] = Park.objects.get(pk=park_id) if park_id else None
    values = {name: getattr(record, name) for name in FORM_VALUES[kind]} | changed
    asked: dict[str, Any] = {
        "actor": actor,
        "version": record.version if version is None else version,
        "values": values,
    }
    edited: RegistryRecord
    if kind == "enterprise" or kind == "park":
        place: dict[str, Any] = {
            "division": places.division(division_id or record.division_id),
            "office": office if division_id else record.office,
        }
        if kind == "enterprise":
            if "credit_code" in changed and "organization_code" not in changed:
                values["organization_code"] = None  # follows the new credit code
            edited = edit_enterprise(enterprise_id=pk, **asked, **place)
        else:
            edited = edit_park(park_id=pk, **asked, **place)
    elif kind == "organization":
        edited = edit_organization(organization_id=pk, **asked)
    else:
        edited = edit_contact(contact_id=pk, **asked)
    if former_names:
        add_former_names(actor=actor, enterprise_id=pk, text=former_names)
    return edited, before if edited.version != record.version else {}


def _stored(record: Any, changed: dict[str, Any]) -> dict[str, Any]:
    """The values a change replaces, as JSON keeps them; relations by key."""
    before = {name: readable(getattr(record, name)) for name in changed if name != "former_names"}
    if "division_id" in before:
        before["office_id"] = record.office_id
    return before
