"""Groups of duplicates: the worked table of docs/algorithms/duplicates.md."""

import re

import pytest

from orgs.calculations.names import normalize_enterprise_name
from orgs.models import FormerName
from orgs.selectors.duplicates import find_duplicates
from tests import factories
from tests.support.markdown_tables import read_table

_ONE = re.compile(r"(?P<key>\w) (?P<name>[^@\[]+?)\s*(?:\[(?P<former>[^\]]+)\])? @ (?P<place>\w+)")


@pytest.mark.parametrize(
    "row",
    read_table("duplicates.md", "groups"),
    ids=lambda row: row["groups"] + row["registrations (name @ place, former names in brackets)"][:20],
)
def test_groups_follow_the_worked_table(cast, tree, row):
    made = {}
    for text in row["registrations (name @ place, former names in brackets)"].split("; "):
        found = _ONE.fullmatch(text)
        assert found is not None
        enterprise = factories.make_enterprise(getattr(tree, found["place"]), name=found["name"])
        made[enterprise.pk] = found["key"]
        if found["former"]:
            FormerName.objects.create(
                enterprise=enterprise,
                name=found["former"],
                name_key=normalize_enterprise_name(found["former"]),
                recorded_at=factories.AT,
            )
    groups = [" ".join(made[pk] for pk in group.pks) for group in find_duplicates(cast.hq_leader).groups]
    assert "; ".join(groups) == row["groups"]
