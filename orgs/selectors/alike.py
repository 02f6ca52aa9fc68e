"""Registered hosts with a name much like a record's host: what a reviewer looks at before confirming."""

import dataclasses

from django.db.models import Prefetch, Q

from accounts.models import User
from orgs.calculations.names import is_probable_duplicate, split_name
from orgs.choices import LIVE_STATES, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.record import RegistryRecord
from orgs.selectors.finders import lookalikes, region_names, same_prefecture_q

SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Alike:
    """One look-alike of the host with the key ``beside``: its row, and in words how its codes compare and whether it has an
    organisation.
    """

    kind: str
    host: Enterprise | Park
    codes: str
    organization: str
    beside: int


def alike_hosts(record: RegistryRecord, *, user: User) -> list[Alike]:
    """Hosts of the same prefecture, among those the person may see, that may be the record's own host again.

    At most four queries; ``record`` comes with its host and the host's division.
    """
    if isinstance(record, (CastOrganization, ContactPerson)):
        host = record.host if isinstance(record, CastOrganization) else record.enterprise
    else:
        host = record
    if isinstance(host, Enterprise):
        found = lookalikes(user, name=host.name, division=host.division, except_pks=[host.pk], limit=SHOWN)
        return [
            Alike("enterprise", other, _codes(host, other), _organization(other), host.pk) for other in found
        ]
    return [Alike("park", other, "", _organization(other), host.pk) for other in _alike_parks(user, host)]


def _alike_parks(user: User, park: Park) -> list[Park]:
    regions = region_names(park.division)
    begins = Q(name_key=park.name_key)
    for character in set(split_name(park.name, region_names=regions).core[:2]):
        begins |= Q(name_key__contains=character)
    rows = (
        Park.objects.visible_to(user)
        .exclude(state=RecordState.VOIDED)
        .exclude(pk=park.pk)
        .filter(same_prefecture_q(park.division), begins)
        .select_related("division", "office")
        .prefetch_related(Prefetch("organizations", CastOrganization.objects.order_by("-established_on")))
    )
    alike = [other for other in rows if is_probable_duplicate(park.name, other.name, region_names=regions)]
    return alike[:SHOWN]


def _codes(a: Enterprise, b: Enterprise) -> str:
    """How the codes of two enterprises compare."""
    for field, label in (
        ("credit_code", "信用代码"),
        ("organization_code", "组织机构代码"),
        ("registration_number", "注册号"),
    ):
        mine, other = getattr(a, field), getattr(b, field)
        if mine and other:
            return f"{label}{'相同' if mine == other else '不同'}"
    return "没有可比的代码"


def _organization(host: Enterprise | Park) -> str:
    """The host's latest submitted or confirmed organisation in words; reads the prefetched ones."""
    for organization in host.organizations.all():
        if organization.state in LIVE_STATES:
            if organization.state == RecordState.SUBMITTED:
                standing = "待确认"
            else:
                standing = f"{organization.dissolved_on} 撤销" if organization.dissolved_on else "在册"
            return f"{organization.established_on.year} 年建立科协，{standing}"
    return "没有科协组织"
