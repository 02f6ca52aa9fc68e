"""What the tests of services share: people who act on rows of a batch."""

import pytest

from orgs.services.bulk_rows import Act, EnterpriseEntry
from tests.support.bulk import AT, HOUR, REASON, enterprise_values


@pytest.fixture
def acts(cast):
    """The acts that lead to a state: the owner enters and submits, Guangzhou's reviewer decides, an hour between them."""
    ways = {
        "draft": (),
        "submitted": ("submit",),
        "returned": ("submit", "return"),
        "confirmed": ("submit", "confirm"),
        "voided": ("submit", "confirm", "void"),
    }

    def make(state="confirmed", *, clerk=cast.owner, reviewer=cast.reviewer):
        made = [Act("create", clerk, AT)]
        for number, action in enumerate(ways[state], start=1):
            actor = clerk if action == "submit" else reviewer
            reason = REASON if action in ("return", "void") else ""
            made.append(Act(action, actor, AT + number * HOUR, reason=reason))
        return tuple(made)

    return make


@pytest.fixture
def at_tianhe(division):
    """A row for an enterprise of Tianhe."""

    def make(acts, *dependents, key="1", values=None, **more):
        place = more.pop("division", None) or division("440106")
        return EnterpriseEntry(key, values or enterprise_values(), place, acts, dependents=dependents, **more)

    return make
