"""The worked table of docs/algorithms/coverage.md is right: record by record, and rolled up by the tree.

The engine is compared with the same page in tests/quotas/test_coverage_algorithm.py.
"""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from quotas.calculations.rates import Rate
from quotas.calculations.rollup import exclude_subtrees, roll_up
from tests.support.coverage_oracle import MEASURES, Registry
from tests.support.coverage_page import (
    deputy_provincial_codes,
    expected_figures,
    expected_without_deputy_provincial,
    read_registry,
)

EXPECTED = expected_figures()
DAYS = sorted({day for day, _ in EXPECTED})


@pytest.fixture(scope="module")
def registry() -> Registry:
    return read_registry()


def own_counts(registry: Registry, day: dt.date) -> np.ndarray:
    """What each office holds itself, by counting every office as if it stood alone."""
    alone = replace(registry, offices=[replace(office, parent="") for office in registry.offices])
    tallies = alone.tallies(day)
    return np.array([[tallies[office.code][m] for m in MEASURES] for office in registry.offices])


def parents_of(registry: Registry) -> list[int]:
    codes = [office.code for office in registry.offices]
    return [codes.index(office.parent) if office.parent else -1 for office in registry.offices]


def test_every_measure_is_expected_for_every_office_and_day(registry: Registry) -> None:
    assert len(EXPECTED) == len(registry.offices) * 3
    assert all(set(figures) == set(MEASURES) for figures in EXPECTED.values())


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_counting_record_by_record_gives_the_page(registry: Registry, day: dt.date) -> None:
    expected = {code: figures for (on, code), figures in EXPECTED.items() if on == day}
    assert registry.tallies(day) == expected


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_rolling_up_the_own_counts_gives_the_page(registry: Registry, day: dt.date) -> None:
    totals = roll_up(parents_of(registry), own_counts(registry, day))
    for office, row in zip(registry.offices, totals.tolist(), strict=True):
        assert dict(zip(MEASURES, row, strict=True)) == EXPECTED[day, office.code]


def test_leaving_out_deputy_provincial_cities_gives_the_page(registry: Registry) -> None:
    codes = [office.code for office in registry.offices]
    cut = deputy_provincial_codes()
    for (day, code), figures in expected_without_deputy_provincial().items():
        assert replace(registry, cut=cut).tallies(day)[code] == figures
        parents = parents_of(registry)
        totals = roll_up(parents, own_counts(registry, day))
        row = exclude_subtrees(totals, parents, [codes.index(city) for city in cut])[codes.index(code)]
        assert dict(zip(MEASURES, row.tolist(), strict=True)) == figures


@pytest.mark.parametrize("day", [dt.date(2014, month, 1) for month in range(1, 13)], ids=str)
def test_parts_are_within_their_wholes_on_every_day(registry: Registry, day: dt.date) -> None:
    for figures in registry.tallies(day).values():
        for part, whole in [
            ("park_orgs", "parks"),
            ("national_park_orgs", "national_parks"),
            ("national_parks", "parks"),
            ("park_orgs_start", "parks_start"),
            ("contact_converted", "contact_enterprises"),
        ]:
            Rate(figures[part], figures[whole])
        assert figures["orgs_new"] + figures["orgs_refounded"] <= figures["orgs_total"]
        assert all(
            figures[f"new_{kind}"] <= figures["orgs_new"] for kind in ("state_owned", "private", "tech_sme")
        )


@pytest.mark.parametrize("office", [office.code for office in read_registry().offices])
def test_the_start_measures_are_the_figures_of_1_january(registry: Registry, office: str) -> None:
    start = registry.tallies(dt.date(2014, 1, 1))[office]
    later = registry.tallies(dt.date(2014, 10, 31))[office]
    for measure in ("parks", "park_orgs", "national_parks", "national_park_orgs"):
        assert later[f"{measure}_start"] == start[measure]
