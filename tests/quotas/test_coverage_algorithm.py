"""The engine on a real database gives the worked table of docs/algorithms/coverage.md, and every list its figure's rows."""

import datetime as dt

import pytest

from orgs.models import Division, Office, OfficePlacement
from orgs.selectors.counted import COUNTED, counted_rows
from quotas.models import Plan, Tally
from quotas.selectors.sheet import read_sheet
from quotas.selectors.surroundings import surroundings_of
from quotas.services.plans import load_plan, read_plan_file
from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.conftest import PLAN_FILE
from tests.support.coverage_oracle import Registry
from tests.support.coverage_page import (
    YEAR,
    deputy_provincial_codes,
    expected_figures,
    expected_without_deputy_provincial,
    read_registry,
)

EXPECTED = expected_figures()
WITHOUT = expected_without_deputy_provincial()
DAYS = sorted({day for day, _ in EXPECTED})


def write_offices(registry: Registry) -> dict[str, Office]:
    """The page's offices under one division each."""
    offices: dict[str, Office] = {}
    divisions: dict[str, Division] = {}
    below: dict[str, int] = {}
    cities = deputy_provincial_codes()
    for row in registry.offices:
        upper = offices.get(row.parent)
        below[row.parent] = below.get(row.parent, 0) + 1
        depth = upper.depth + 1 if upper else 1
        if upper is not None:
            divisions[row.code] = Division.objects.create(
                code=row.code,
                name=row.code,
                full_name=row.code,
                level=row.level,
                kind="市",
                parent=divisions.get(row.parent),
            )
        offices[row.code] = Office.objects.create(
            path=Office._get_path(upper.path if upper else "", depth, below[row.parent]),
            depth=depth,
            code=row.code,
            name=row.code,
            short_name=row.code,
            region_short=row.code,
            level=row.level,
            division=divisions.get(row.code),
            is_deputy_provincial=row.code in cities,
        )
        OfficePlacement.objects.create(office=offices[row.code], parent=upper)
    return offices


def write_records(registry: Registry, offices: dict[str, Office]) -> None:
    """The page's hosts, organisations and contacts, each in its state."""
    divisions = {code: office.division for code, office in offices.items()}
    anywhere = next(division for division in divisions.values() if division)
    hosts = {}
    for row in registry.hosts:
        office = offices[row.office]
        place = {"state": row.state, "division": divisions[row.office] or anywhere, "closed_on": row.closed}
        if row.kind == "park":
            hosts[row.id] = factories.make_park(
                office, grade=row.grade, established_year=row.established, **place
            )
            continue
        types = {
            f"is_{kind}": kind in row.types for kind in ("private", "tech_sme", "state_owned", "industry")
        }
        place["dissolved_on"] = place.pop("closed_on")
        hosts[row.id] = factories.make_enterprise(
            office,
            established_on=row.established,
            is_above_scale=row.above_scale,
            is_other_type="other" in row.types,
            **types,
            **place,
        )
    for row in registry.organizations:
        factories.make_organization(
            hosts[row.host],
            name=row.id,
            state=row.state,
            established_on=row.established_on,
            dissolved_on=row.dissolved_on,
        )
    for row in registry.contacts:
        factories.make_contact(
            hosts[row.enterprise],
            name=row.id,
            state=row.state,
            established_on=row.established_on,
            left_on=row.left_on,
        )


@pytest.fixture
def offices(db) -> dict[str, Office]:
    registry = read_registry()
    offices = write_offices(registry)
    write_records(registry, offices)
    return offices


@pytest.fixture
def plan(offices) -> Plan:
    return load_plan(read_plan_file(PLAN_FILE))[0]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_snapshot_holds_the_page(offices, plan, day: dt.date) -> None:
    snapshot = compute_snapshot(plan=plan, on=day)
    stored = {
        tally.office.code: tally.as_counts()
        for tally in Tally.objects.filter(snapshot=snapshot).select_related("office")
    }
    for code in offices:
        counts = stored.get(code, dict.fromkeys(EXPECTED[day, code], 0))
        assert counts == EXPECTED[day, code], code


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_without_deputy_provincial_cities_the_sheet_holds_the_page(offices, plan, day: dt.date) -> None:
    snapshot = compute_snapshot(plan=plan, on=day)
    for (on, code), expected in WITHOUT.items():
        if on != day:
            continue
        around = surroundings_of(offices[code], day)
        sheet = read_sheet(snapshot.pk, offices[code], around, without_deputy_provincial=True)
        assert {key: sheet.total[key] for key in expected} == expected, code
        assert all(
            sheet.total[key] == sheet.own[key] + sum(c[key] for c in sheet.children.values())
            for key in expected
        )


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_list_has_as_many_rows_as_its_figure_says(offices, plan, day: dt.date) -> None:
    compute_snapshot(plan=plan, on=day)
    for code, office in offices.items():
        for measure in COUNTED:
            rows = counted_rows(measure, year=YEAR, day=day, office=office)
            assert rows.count() == EXPECTED[day, code][measure], (code, measure)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_list_without_deputy_provincial_cities_has_the_rows_of_its_figure(
    offices, plan, day: dt.date
) -> None:
    for (on, code), expected in WITHOUT.items():
        for measure in set(COUNTED) & set(expected) if on == day else ():
            rows = counted_rows(
                measure, year=YEAR, day=day, office=offices[code], without_deputy_provincial=True
            )
            assert rows.count() == expected[measure], (code, measure)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_own_rows_and_the_childrens_make_the_whole(offices, plan, day: dt.date) -> None:
    for office in offices.values():
        own = counted_rows("orgs_new", year=YEAR, day=day, office=office, own_only=True).count()
        children = Office.objects.filter(depth=office.depth + 1, path__startswith=office.path)
        below = sum(EXPECTED[day, child.code]["orgs_new"] for child in children)
        assert own + below == EXPECTED[day, office.code]["orgs_new"]
