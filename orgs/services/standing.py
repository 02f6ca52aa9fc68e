"""A host and what stands at it: one organisation at a time, dates that fit, what keeps a host from going.

The database refuses a second undissolved organisation; this refuses overlapping periods too, under the host's lock, with
words.
"""

import datetime as dt

from django.db.models import Q, QuerySet

from core.exceptions import DomainError
from orgs.calculations.periods import periods_meet
from orgs.choices import OrganizationKind, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.record import RecordQuerySet, RegistryRecord


def host_of(record: RegistryRecord) -> Enterprise | Park | None:
    """The enterprise or park a dependent record stands at; None for a host itself."""
    if isinstance(record, CastOrganization):
        return record.host
    if isinstance(record, ContactPerson):
        return record.enterprise
    return None


def dependents_of(host: RegistryRecord) -> list[RecordQuerySet]:
    """The organisations and contacts that stand at a host, by kind; nothing for a record that is no host."""
    if isinstance(host, Enterprise):
        return [host.organizations.all(), host.contacts.all()]
    return [host.organizations.all()] if isinstance(host, Park) else []


def has_live_dependents(host: RegistryRecord) -> bool:
    """Whether a submitted or confirmed record stands at the host, which then is not voided."""
    return any(rows.live().exists() for rows in dependents_of(host))


def has_waiting_dependents(host: RegistryRecord, *, besides: RegistryRecord | None = None) -> bool:
    """Whether a submitted record stands at the host, another than ``besides``: the host then waits with it."""
    return any(
        (rows.exclude(pk=besides.pk) if isinstance(besides, rows.model) else rows).submitted().exists()
        for rows in dependents_of(host)
    )


def is_referred_to(record: RegistryRecord) -> bool:
    """Whether other rows name the record, which then is not deleted: what stands at it, reports, talks, enterprises of a
    park, registrations merged into it.
    """
    others: list[QuerySet] = [*dependents_of(record)]
    if isinstance(record, Enterprise):
        others += [record.holder_reports.all(), record.mergers.standing(), record.visits.all()]
    elif isinstance(record, Park):
        others.append(record.enterprises.all())
    return any(rows.exists() for rows in others)


def require_room_for_dependents(
    host: Enterprise | Park, *, starts_on: dt.date | None, ends_on: dt.date | None, field: str
) -> None:
    """Refuse new dates of a host into which what stands at it does not fit any more, drafts included.

    ``field`` names the host's first date on its form.
    """
    for rows in dependents_of(host):
        standing = rows.exclude(state=RecordState.VOIDED).order_by("established_on")
        early = standing.filter(established_on__lt=starts_on).first() if starts_on else None
        if early is not None:
            noun, what = _words_of(host, early)
            raise DomainError(
                f"{noun}成立日期晚于{what}（{early.established_on}）。请核对两个日期。", field=field
            )
        if ends_on is None or rows.model is not CastOrganization:
            continue
        late = standing.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=ends_on)).first()
        if late is not None:
            raise DomainError(f"{ends_on} 以后还有科协组织“{late}”没有撤销。请先补登它的撤销日期。")


def _words_of(host: Enterprise | Park, record: RegistryRecord) -> tuple[str, str]:
    what = "科协组织的成立日期" if isinstance(record, CastOrganization) else "联系人的建立日期"
    return ("企业" if isinstance(host, Enterprise) else "园区"), f"它的{what}"


def overlapping_organization(
    *,
    host: Enterprise | Park,
    established_on: dt.date,
    dissolved_on: dt.date | None,
    except_pk: int | None = None,
) -> CastOrganization | None:
    """A submitted or confirmed organisation of the host whose period shares a day with the given one."""
    for other in host.organizations.live().exclude(pk=except_pk).order_by("established_on"):
        if periods_meet(established_on, dissolved_on, other.established_on, other.dissolved_on):
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
