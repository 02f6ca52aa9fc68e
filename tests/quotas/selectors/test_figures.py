"""The figures of an office: exact, judged by its own target or the national rate as reference."""

import datetime as dt
from fractions import Fraction
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import resolve

from quotas.calculations.lights import Light
from quotas.selectors.cards import kpi_cards
from quotas.selectors.figures import Figure, figures_for
from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.conftest import TODAY


@pytest.fixture
def figures(tree, plan):
    """Compute the day and hand out an office's figures."""

    def read(office, *, on=TODAY, without=False) -> dict[str, Figure]:
        compute_snapshot(plan=plan, on=on, force=True)
        found = figures_for(office=office, plan=plan, on=on, without_deputy_provincial=without)
        assert found is not None
        return dict(found)

    return read


def test_the_nation_is_judged_by_the_plan(tree, figures) -> None:
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    figure = figures(tree.hq)["new_organizations"]
    assert (figure.count, figure.target, figure.is_reference) == (1, 6000, False)
    # 30 June to 31 October is 123 days, of which 107 have passed: 0.30 + 0.55 × 107/123.
    assert figure.pace_value == 6000 * (Fraction(3, 10) + Fraction(55, 100) * Fraction(107, 123))
    assert (figure.light, figure.attained, figure.missing, figure.attainment_tenths) == (
        Light.BAD,
        False,
        5999,
        0,
    )


def test_another_office_has_no_count_target(tree, figures) -> None:
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    figure = figures(tree.guangdong)["new_organizations"]
    assert (figure.count, figure.target, figure.pace_value) == (1, None, None)
    assert (figure.light, figure.attained, figure.missing, figure.attainment_tenths) == (
        Light.NONE,
        None,
        None,
        None,
    )


def test_another_office_is_compared_with_the_national_rate(tree, figures) -> None:
    parks = [factories.make_park(tree.foshan, established_year=2000) for _ in range(4)]
    factories.make_organization(parks[0])
    figure = figures(tree.foshan)["park_coverage"]
    assert (figure.rate, figure.target, figure.is_reference) == (25, 25, True)
    assert (figure.light, figure.attained, figure.missing) == (Light.OK, True, 0)


def test_the_pace_of_a_rate_begins_at_its_value_of_1_january(tree, figures) -> None:
    parks = [factories.make_park(tree.foshan, established_year=2000) for _ in range(10)]
    factories.make_organization(parks[0], established_on=dt.date(2012, 1, 1))
    figure = figures(tree.foshan, on=dt.date(2014, 6, 30))["park_coverage"]
    assert figure.pace_value == 10 + Fraction(3, 10) * (25 - 10)


def test_without_parks_there_is_no_figure(tree, figures) -> None:
    figure = figures(tree.foshan)["park_coverage"]
    assert (figure.rate, figure.value, figure.light, figure.attained) == (None, None, Light.NONE, None)


def test_just_below_the_target_is_neither_printed_nor_passed(tree, figures) -> None:
    parks = [factories.make_park(tree.foshan, established_year=2000) for _ in range(13)]
    for park in parks[:3]:
        factories.make_organization(park)
    figure = figures(tree.foshan)["park_coverage"]
    assert (figure.rate_tenths, figure.attained, figure.missing) == (230, False, 1)


def test_what_waits_stands_beside_and_never_inside(tree, figures) -> None:
    factories.make_organization(factories.make_enterprise(tree.tianhe), state="submitted")
    figure = figures(tree.hq)["new_organizations"]
    assert (figure.count, figure.pending) == (0, 1)


def test_deputy_provincial_cities_leave_figure_and_target_alike(tree, figures) -> None:
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    factories.make_organization(factories.make_enterprise(tree.foshan))
    national = figures(tree.hq, without=True)["new_organizations"]
    assert (national.count, national.target, national.light) == (1, None, Light.NONE)
    assert figures(tree.guangdong, without=True)["new_organizations"].count == 1
    # A city's own board keeps the city.
    assert figures(tree.guangzhou, without=True)["new_organizations"].count == 1


def test_links_name_measure_year_day_and_office(tree, figures) -> None:
    figure = figures(tree.guangdong, without=True)["park_coverage"]
    address = urlsplit(figure.whole_url)
    assert resolve(address.path).url_name == "park_list"
    assert parse_qs(address.query) == {
        "counted": ["parks"],
        "year": ["2014"],
        "on": ["2014-10-15"],
        "office": ["440000"],
        "without": ["1"],
    }
    assert resolve(urlsplit(figure.url).path).url_name == "organization_list"
    assert "counted=pending_park_orgs" in figure.pending_url


def test_a_day_without_a_snapshot_has_no_figures(tree, plan) -> None:
    assert figures_for(office=tree.hq, plan=plan, on=dt.date(2014, 5, 3)) is None


def test_cards_of_the_home_page_come_from_the_latest_day(tree, plan, django_assert_num_queries) -> None:
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    compute_snapshot(plan=plan, on=dt.date(2014, 9, 30))
    with django_assert_num_queries(3):
        head = kpi_cards(tree.tianhe, today=TODAY)
    assert head.on == dt.date(2014, 9, 30)
    assert [card["title"] for card in head.cards][:2] == ["新建企业科协组织", "建立联系人的企业"]
    assert head.cards[0]["value"] == "1"
    assert head.cards[2]["value"] is None


def test_cards_without_figures_or_plan_are_none(tree) -> None:
    assert kpi_cards(tree.hq, today=TODAY).cards == []
