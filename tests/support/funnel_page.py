"""The worked table of docs/algorithms/funnel.md as rows of the registry and expected figures."""

import datetime as dt

from orgs.models import CastOrganization, Enterprise, Office
from tests import factories
from tests.support.markdown_tables import Row, day_or_none, read_table

PAGE = "funnel.md"
TODAY = dt.date(2014, 10, 15)
TYPES = ("state_owned", "private", "tech_sme", "industry", "other")


def moment(day: dt.date) -> dt.datetime:
    """Noon of a day."""
    return dt.datetime.combine(day, dt.time(12), tzinfo=factories.SHANGHAI)


def flags_of(types: str) -> dict[str, bool]:
    """The type columns of a list of types."""
    ticked = {"other_type" if name == "other" else name for name in types.split()}
    names = ("state_owned", "private", "tech_sme", "industry", "other_type")
    return {f"is_{name}": name in ticked for name in names}


def write_enterprises() -> dict[str, Enterprise]:
    """The enterprises of the page with their contacts and organisations, by id."""
    offices = {office.code: office for office in Office.objects.all()}
    return {row["id"]: _write(row, offices) for row in read_table(PAGE, "enterprises")}


def _write(row: Row, offices: dict[str, Office]) -> Enterprise:
    enterprise = factories.make_enterprise(
        offices[row["office"]],
        state=row["state"],
        name=f"示范{row['id']}机械有限公司",
        dissolved_on=day_or_none(row["dissolved"]),
        leader_wish=row["wish"],
        reason_code=row["reason"],
        no_organization_reason="负责人在外地" if row["reason"] == "other" else "",
        established_on=dt.date(2000, 1, 1),
        **flags_of(row["types"]),
    )
    for part in filter(None, row["contacts"].split("; ")):
        state, since, left = _period(part)
        factories.make_contact(enterprise, state=state, established_on=since, left_on=left)
    for part in filter(None, row["organisations"].split("; ")):
        state, since, until = _period(part)
        made = factories.make_organization(enterprise, state=state, established_on=since, dissolved_on=until)
        entered = moment(dt.date.fromisoformat(row["entered"]))
        CastOrganization.objects.filter(pk=made.pk).update(created_at=entered)
    Enterprise.objects.filter(pk=enterprise.pk).update(
        updated_at=moment(dt.date.fromisoformat(row["changed"]))
    )
    return enterprise


def _period(text: str) -> tuple[str, dt.date, dt.date | None]:
    state, _, days = text.partition(" ")
    since, _, until = days.partition("…")
    return state, dt.date.fromisoformat(since), day_or_none(until)
