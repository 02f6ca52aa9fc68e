"""One record with what its page shows, and what hangs on it."""

import dataclasses

from django.db.models import QuerySet

from accounts.models import User
from orgs.models import CastOrganization, ContactPerson, ContactVisit, Enterprise, HolderReport, Office, Park
from orgs.models.record import RegistryRecord, rows_of

RELATED: dict[type, tuple[str, ...]] = {
    CastOrganization: ("enterprise__division", "enterprise__office", "park__division", "park__office"),
    ContactPerson: ("enterprise__division", "enterprise__office", "replaces"),
    Enterprise: ("division", "park"),
    Park: ("division",),
}
_SHOWN = 20


def records_with_people(model: type[RegistryRecord], *, user: User) -> QuerySet:
    """Records of a kind the person may see, with holder, host, address and the people of its states; one query."""
    return (
        rows_of(model)
        .visible_to(user)
        .select_related("office", "created_by", "submitted_by", "confirmed_by", *RELATED[model])
    )


def office_chain(office: Office) -> list[Office]:
    """The offices from HQ down to this one; one query."""
    return list(Office.objects.filter(path__in=[*office.ancestor_paths, office.path]).order_by("path"))


@dataclasses.dataclass(frozen=True)
class Attached:
    """What hangs on an enterprise or park, among what the person may see; newest first, at most twenty of each."""

    organizations: list[CastOrganization]
    contacts: list[ContactPerson]
    reports: list[HolderReport]
    visits: list[ContactVisit]

    @property
    def is_empty(self) -> bool:
        """Whether nothing hangs on it."""
        return not (self.organizations or self.contacts or self.reports)


def attached_to(record: RegistryRecord, *, user: User) -> Attached | None:
    """Organisations, contacts and reports of a host; None for a record that is no host."""
    if isinstance(record, Park):
        found = (
            CastOrganization.objects.visible_to(user).filter(park=record).order_by("-established_on", "-pk")
        )
        return Attached(list(found[:_SHOWN]), [], [], [])
    if not isinstance(record, Enterprise):
        return None
    organizations = CastOrganization.objects.visible_to(user).filter(enterprise=record)
    contacts = ContactPerson.objects.visible_to(user).filter(enterprise=record).select_related("replaces")
    reports = HolderReport.objects.visible_to(user).filter(enterprise=record).select_related("from_office")
    return Attached(
        list(organizations.order_by("-established_on", "-pk")[:_SHOWN]),
        list(contacts.order_by("-established_on", "-pk")[:_SHOWN]),
        list(reports[:_SHOWN]),
        list(record.visits.select_related("created_by")[:_SHOWN]),
    )
