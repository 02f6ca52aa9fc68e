"""Rows of the registry."""

from orgs.models.confirming_level import ConfirmingLevel
from orgs.models.contact import ContactPerson
from orgs.models.contact_visit import ContactVisit
from orgs.models.distinct_pair import DistinctPair
from orgs.models.division import Division
from orgs.models.enterprise import Enterprise
from orgs.models.former_name import FormerName
from orgs.models.founding_record import FoundingRecord
from orgs.models.holder_report import HolderReport
from orgs.models.holding import PastHolding
from orgs.models.import_batch import ImportBatch
from orgs.models.import_row import ImportEffect, ImportRow
from orgs.models.merger import Merger
from orgs.models.office import Office, OfficePlacement
from orgs.models.organization import CastOrganization
from orgs.models.park import Park
from orgs.models.post import Post
from orgs.models.rating import Difficulty, Rating
from orgs.models.remembered_column import RememberedColumn

__all__ = [
    "CastOrganization",
    "ConfirmingLevel",
    "ContactPerson",
    "ContactVisit",
    "Difficulty",
    "DistinctPair",
    "Division",
    "Enterprise",
    "FormerName",
    "FoundingRecord",
    "HolderReport",
    "ImportBatch",
    "ImportEffect",
    "ImportRow",
    "Merger",
    "Office",
    "OfficePlacement",
    "Park",
    "PastHolding",
    "Post",
    "Rating",
    "RememberedColumn",
]
