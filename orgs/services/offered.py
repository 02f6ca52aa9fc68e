"""What one person may do with one record now: asked of the very rules the services enforce."""

import datetime as dt

from accounts.models import User
from orgs.models.record import RegistryRecord
from orgs.services.access import allows, require_confirm, require_entry
from orgs.services.standing import has_live_dependents, has_waiting_dependents, is_referred_to
from orgs.services.states import allowed_moves


def offered_acts(*, actor: User, record: RegistryRecord, today: dt.date) -> frozenset[str]:
    """The acts a page offers: ``edit``, ``submit``, ``withdraw``, ``delete``, ``confirm``, ``return``, ``void``.

    An act that is not among them would be refused; one that is may still be refused by the record's dates or by what
    someone else does meanwhile.
    """
    moves = set(allowed_moves(record.state))
    acts: set[str] = set()
    if allows(lambda: require_entry(actor, record)):
        acts |= moves & {"submit", "withdraw"}
        if record.is_editable:
            acts.add("edit")
            if not is_referred_to(record):
                acts.add("delete")
    judged = moves & {"confirm", "return", "void"}
    if judged and allows(lambda: require_confirm(actor, record, today=today)):
        acts |= judged
    if acts & {"withdraw", "return"} and has_waiting_dependents(record):
        acts -= {"withdraw", "return"}
    if "void" in acts and has_live_dependents(record):
        acts.remove("void")
    return frozenset(acts)
