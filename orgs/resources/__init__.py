"""The sheets offices keep: one resource per kind of record, for import, template and export alike."""

from orgs.resources.base import ExportColumn, SheetField, SheetResource
from orgs.resources.contact import ContactResource
from orgs.resources.enterprise import EnterpriseResource
from orgs.resources.organization import OrganizationResource
from orgs.resources.park import ParkResource

RESOURCES: dict[str, type[SheetResource]] = {
    resource.kind: resource
    for resource in (OrganizationResource, EnterpriseResource, ParkResource, ContactResource)
}

__all__ = [
    "RESOURCES",
    "ContactResource",
    "EnterpriseResource",
    "ExportColumn",
    "OrganizationResource",
    "ParkResource",
    "SheetField",
    "SheetResource",
]
