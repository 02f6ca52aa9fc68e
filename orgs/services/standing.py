"""One organisation at a time at each host, one place for the rule.

The database refuses a second undissolved one; this refuses overlapping periods too, under the host's lock, with words.
"""

import datetime as dt

from core.exceptions import DomainError
from orgs.choices import OrganizationKind
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.record import RegistryRecord


def overlapping_organization(
    *,
    host: Enterprise | Park,
    established_on: dt.date,
    dissolved_on: dt.date | None,
    except_pk: int | None = None,
) -> CastOrganization | None:
    """A submitted or confirmed organisation of the host whose period shares a day with the given one."""
    for other in host.organizations.live().exclude(pk=except_pk).order_by("established_on"):
        starts_before_end = dissolved_on is None or other.established_on < dissolved_on
        ends_after_start = other.dissolved_on is None or other.dissolved_on > established_on
        if starts_before_end and ends_after_start:
            return other
    return None


def organization_standing_at(enterprise: Enterprise, day: dt.date) -> CastOrganization | None:
    """The confirmed organisation the enterprise had on a day."""
    return enterprise.organizations.counted_on(day).first()


def second_organization_message(host: Enterprise | Park, other: CastOrganization) -> str:
    """Why a second organisation is refused, and what to do."""
    noun = "企业" if isinstance(host, Enterprise) else "园区"
    until = f"至 {other.dissolved_on}" if other.dissolved_on else "至今"
    return (
        f"这{'家' if noun == '企业' else '个'}{noun}已有科协组织“{other.name}”"
        f"（{other.established_on} {until}，{other.get_state_display()}），同一时期不能再登记一个。"
        "如是同一个组织，请不要重复登记；如原组织已撤销，请先补登撤销日期。"
    )


def contact_beside_message(standing: CastOrganization, day: dt.date) -> str:
    """Why a contact is refused at an enterprise that had an organisation on the day, and what to do."""
    return (
        f"这家企业在 {day} 已有企业科协“{standing.name}”（{standing.established_on} 成立），"
        "联系人制度只用于未建科协的企业。请核对企业或日期。"
    )


def require_place_at_host(record: RegistryRecord) -> None:
    """Refuse an organisation beside another, and a contact where an organisation stands. Host already locked."""
    if isinstance(record, CastOrganization):
        other = overlapping_organization(
            host=record.host,
            established_on=record.established_on,
            dissolved_on=record.dissolved_on,
            except_pk=record.pk,
        )
        if other is not None:
            field = "enterprise" if record.kind == OrganizationKind.ENTERPRISE else "park"
            raise DomainError(second_organization_message(record.host, other), field=field)
    elif isinstance(record, ContactPerson):
        standing = organization_standing_at(record.enterprise, record.established_on)
        if standing is not None:
            raise DomainError(contact_beside_message(standing, record.established_on), field="enterprise")
