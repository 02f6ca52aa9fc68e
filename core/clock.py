"""The only place that asks what time it is.

``business_now`` decides deadlines and as-of days; ``machine_now`` decides leases, sessions, tokens and the trail.
"""

import datetime as dt

from django.conf import settings
from django.utils import timezone


def machine_now() -> dt.datetime:
    """The real moment, aware."""
    return timezone.now()


def business_now() -> dt.datetime:
    """The moment business rules count with, aware, in the portal's time zone.

    With ``PORTAL_TODAY`` pinned, that date with the real time of day; otherwise the real moment.
    """
    local = timezone.localtime(machine_now())
    pinned: dt.date | None = settings.PORTAL_TODAY
    if pinned is None:
        return local
    return timezone.make_aware(dt.datetime.combine(pinned, local.time().replace(tzinfo=None)))


def business_today() -> dt.date:
    """The date of ``business_now``."""
    return business_now().date()


def business_date_is_pinned() -> bool:
    """Whether the date is held for demonstration or training."""
    return settings.PORTAL_TODAY is not None
