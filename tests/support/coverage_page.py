"""The worked table of docs/algorithms/coverage.md as a registry and expected figures."""

import datetime as dt
from collections.abc import Iterator

from tests.support.coverage_oracle import Contact, Host, Office, Organization, Registry
from tests.support.markdown_tables import Row, day_or_none, read_table, read_tables

PAGE = "coverage.md"
YEAR = 2014
EXPECTED_TABLES = ("expected-enterprises", "expected-parks", "expected-pending")


def read_registry() -> Registry:
    """The offices, hosts, organisations and contacts of the page."""
    tables = read_tables(PAGE)
    return Registry(
        year=YEAR,
        offices=[Office(row["code"], row["parent"], row["level"]) for row in tables["offices"]],
        hosts=[_host(row) for row in tables["hosts"]],
        organizations=[
            Organization(
                row["id"],
                row["host"],
                row["state"],
                dt.date.fromisoformat(row["established_on"]),
                day_or_none(row["dissolved_on"]),
            )
            for row in tables["organisations"]
        ],
        contacts=[
            Contact(
                row["id"],
                row["enterprise"],
                row["state"],
                dt.date.fromisoformat(row["established_on"]),
                day_or_none(row["left_on"]),
            )
            for row in tables["contacts"]
        ],
    )


def deputy_provincial_codes() -> frozenset[str]:
    """The offices of the page that "excluding deputy-provincial cities" leaves out."""
    return frozenset(row["code"] for row in read_table(PAGE, "offices") if row["deputy_provincial"] == "yes")


def expected_figures() -> dict[tuple[dt.date, str], dict[str, int]]:
    """(day, office code) → measure → expected figure, over the three tables of the page together."""
    figures: dict[tuple[dt.date, str], dict[str, int]] = {}
    for name in EXPECTED_TABLES:
        for key, measures in _figures(name):
            figures.setdefault(key, {}).update(measures)
    return figures


def expected_without_deputy_provincial() -> dict[tuple[dt.date, str], dict[str, int]]:
    """(day, office code) → measure → expected figure without deputy-provincial cities."""
    return dict(_figures("expected-excluding"))


def _figures(name: str) -> Iterator[tuple[tuple[dt.date, str], dict[str, int]]]:
    for row in read_table(PAGE, name):
        measures = {header: int(cell) for header, cell in row.items() if header not in {"on", "office"}}
        yield (dt.date.fromisoformat(row["on"]), row["office"]), measures


def _host(row: Row) -> Host:
    established = row["established"]
    return Host(
        id=row["id"],
        kind=row["kind"],
        state=row["state"],
        grade=row["grade"],
        types=frozenset(row["types"].split()),
        above_scale=row["above_scale"] == "yes",
        office=row["office"],
        established=(int(established) if row["kind"] == "park" else dt.date.fromisoformat(established))
        if established
        else None,
        closed=day_or_none(row["closed"]),
    )
