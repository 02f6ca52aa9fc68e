"""Rows of the registry."""

from orgs.models.confirming_level import ConfirmingLevel
from orgs.models.contact import ContactPerson
from orgs.models.division import Division
from orgs.models.enterprise import Enterprise
from orgs.models.holder_report import HolderReport
from orgs.models.holding import PastHolding
from orgs.models.office import Office, OfficePlacement
from orgs.models.organization import CastOrganization
from orgs.models.park import Park
from orgs.models.post import Post

__all__ = [
    "CastOrganization",
    "ConfirmingLevel",
    "ContactPerson",
    "Division",
    "Enterprise",
    "HolderReport",
    "Office",
    "OfficePlacement",
    "Park",
    "PastHolding",
    "Post",
]
