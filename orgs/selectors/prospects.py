"""Enterprises without a CAST organisation and how near they are to one: the conditions behind figures and lists alike.

docs/algorithms/funnel.md has the rules with a worked table. All of it is as of now: nothing here asks the clock.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from orgs.choices import NoOrganizationReason, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise

# An organisation that somebody is preparing: entered, and not confirmed yet.
PREPARED_STATES = (RecordState.DRAFT, RecordState.SUBMITTED, RecordState.RETURNED)
# In preparation for longer than this, somebody should see what is in the way.
LONG_DAYS = 60


def standing_organizations(enterprise: Any) -> QuerySet:
    """The confirmed organisations of an enterprise (or an outer reference to one) that were not dissolved."""
    return CastOrganization.objects.confirmed().filter(enterprise=enterprise, dissolved_on=None)


def current_contacts(enterprise: Any) -> QuerySet:
    """The confirmed contacts of an enterprise who have not left."""
    return ContactPerson.objects.confirmed().filter(enterprise=enterprise, left_on=None)


def prospects() -> QuerySet:
    """Confirmed enterprises that exist and have no organisation."""
    return existing().filter(~Exists(standing_organizations(OuterRef("pk"))))


def existing() -> QuerySet:
    """Confirmed enterprises that were not dissolved."""
    return Enterprise.objects.confirmed().filter(dissolved_on=None)


def with_contact(rows: QuerySet, *, having: bool) -> QuerySet:
    """Enterprises that have, or have not, a confirmed contact who has not left."""
    if having:
        # As a list of keys: few have one, and SQLite then goes from these to their rows.
        served = ContactPerson.objects.confirmed().filter(left_on=None).order_by().values("enterprise")
        return rows.filter(pk__in=served)
    return rows.filter(~Exists(current_contacts(OuterRef("pk"))))


def left_alone(rows: QuerySet) -> QuerySet:
    """Enterprises whose confirmed contacts have all left."""
    known = ContactPerson.objects.confirmed().filter(enterprise=OuterRef("pk"))
    return rows.filter(Exists(known), ~Exists(current_contacts(OuterRef("pk"))))


def preparing_q(enterprise: str = "", *, before: dt.date | None = None) -> Q:
    """The condition "in preparation": an organisation is entered and not confirmed, or the enterprise is marked 正在筹备.

    ``enterprise`` leads from the row to the enterprise. ``before``: only what has been in preparation since before that
    day. An organisation since it was entered; a mark, of which no day is known, since the registration last changed.
    """
    outer = enterprise.removesuffix("__") + "_id" if enterprise else "pk"
    entered = CastOrganization.objects.filter(enterprise=OuterRef(outer), state__in=PREPARED_STATES)
    marked = Q(**{f"{enterprise}reason_code": NoOrganizationReason.PREPARING})
    if before is not None:
        moment = timezone.make_aware(dt.datetime.combine(before, dt.time.min))
        entered = entered.filter(created_at__lt=moment)
        marked &= Q(**{f"{enterprise}updated_at__lt": moment})
    return Q(Exists(entered)) | marked


def converted_organizations(year: int) -> QuerySet:
    """Standing organisations founded in the year at an enterprise that had a contact before it, and none of them while it
    had another organisation.
    """
    before = (
        ContactPerson.objects.confirmed()
        .at_enterprise_without_organization()
        .filter(enterprise=OuterRef("enterprise"), established_on__lt=OuterRef("established_on"))
    )
    founded = CastOrganization.objects.confirmed().in_enterprises().founded_in(year).filter(dissolved_on=None)
    return founded.filter(Exists(before))


def converted(rows: QuerySet, year: int) -> QuerySet:
    """Enterprises behind ``converted_organizations``."""
    return rows.filter(pk__in=converted_organizations(year).values("enterprise"))
