"""What one person may do with one record now: asked of the very rules the services enforce."""

import datetime as dt
from collections.abc import Callable

from accounts.models import User
from core.exceptions import NotAllowed
from orgs.models import Enterprise, Park
from orgs.models.record import RecordQuerySet, RegistryRecord
from orgs.services.access import require_confirm, require_enter, require_enter_park
from orgs.services.states import allowed_moves


def offered_acts(*, actor: User, record: RegistryRecord, today: dt.date) -> frozenset[str]:
    """The acts a page offers: ``edit``, ``submit``, ``withdraw``, ``delete``, ``confirm``, ``return``, ``void``.

    An act that is not among them would be refused; one that is may still be refused by the record's dates or by what
    someone else does meanwhile.
    """
    moves = set(allowed_moves(record.state))
    acts: set[str] = set()
    if _may(lambda: require_enter(actor, record.office)):
        acts |= moves & {"withdraw"}
        if record.is_editable and not _has_dependents(record):
            acts.add("delete")
        if _may(lambda: _require_entry(actor, record)):
            acts |= moves & {"submit"}
            if record.is_editable:
                acts.add("edit")
    judged = moves & {"confirm", "return", "void"}
    if judged and _may(lambda: require_confirm(actor, record, today=today)):
        acts |= judged
    if "void" in acts and _has_dependents(record, live_only=True):
        acts.remove("void")
    return frozenset(acts)


def _require_entry(actor: User, record: RegistryRecord) -> None:
    if isinstance(record, Park):
        require_enter_park(actor, office=record.office, is_national=record.is_national)


def _may(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except NotAllowed:
        return False
    return True


def _has_dependents(record: RegistryRecord, *, live_only: bool = False) -> bool:
    """Whether organisations or contacts hang on the record, which then is neither deleted nor voided."""
    if not isinstance(record, (Enterprise, Park)):
        return False
    attached: list[RecordQuerySet] = [record.organizations.all()]
    if isinstance(record, Enterprise):
        attached.append(record.contacts.all())
    return any((rows.live() if live_only else rows).exists() for rows in attached)
