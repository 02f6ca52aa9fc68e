"""What a board shows: its own row and its children's make the whole, for counts, levels, trend and map."""

import datetime as dt
from fractions import Fraction

import pytest

from orgs.models import Office, OfficePlacement, PastHolding
from quotas.models import Plan
from quotas.selectors.board import Board, BoardChoice, Numbers, board_of
from quotas.selectors.tilemap import grid
from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.conftest import TODAY, Tree


def new(office: Office, number: int, **values) -> None:
    for _ in range(number):
        factories.make_organization(factories.make_enterprise(office, **values))


def read(office: Office, **choice) -> Board:
    board = board_of(office=office, choice=BoardChoice(**choice), today=TODAY, visible=lambda one: True)
    assert board is not None
    return board


def numbers_of(office: Office, **choice) -> Numbers:
    numbers = read(office, **choice).numbers
    assert numbers is not None
    return numbers


@pytest.fixture
def registry(tree, plan) -> Tree:
    """New organisations: Tianhe 3, Guangzhou itself 2, Foshan 4, Guangdong itself 1, Dongcheng 2, XPCC's Shihezi 1."""
    new(tree.tianhe, 3)
    new(tree.guangzhou, 2)
    new(tree.foshan, 4)
    new(tree.guangdong, 1)
    new(tree.dongcheng, 2)
    new(tree.shihezi, 1)
    compute_snapshot(plan=plan, on=TODAY)
    return tree


def ranked(numbers: Numbers) -> list[tuple[int | None, str, int]]:
    assert numbers.ranking is not None
    return [(row.rank, row.code, row.figure.count) for row in numbers.ranking.rows]


def test_children_are_ranked_and_equal_figures_share_a_place(registry) -> None:
    assert ranked(numbers_of(registry.hq)) == [
        (1, "440000", 10),
        (2, "110000", 2),
        (3, "660000", 1),
        (4, "330000", 0),
        (4, "650000", 0),
    ]


def test_own_row_and_children_make_the_whole(registry) -> None:
    ranking = numbers_of(registry.guangdong).ranking
    assert ranking is not None
    assert (ranking.own.figure.count, ranking.total.count) == (1, 10)
    assert "own=1" in ranking.own.figure.url
    assert ranking.own.share == Fraction(1, 10)


def test_the_xpcc_is_beside_xinjiang_and_not_below(registry) -> None:
    assert (None, "650000", 0) not in ranked(numbers_of(registry.hq))
    assert numbers_of(registry.xinjiang).figure.count == 0


@pytest.mark.parametrize(
    ("sort", "first"),
    [("figure", "330000"), ("office", "440000"), ("-pending", "440000"), ("-figure", "440000")],
)
def test_the_order_can_be_chosen(registry, sort, first) -> None:
    assert ranked(numbers_of(registry.hq, sort=sort))[0][1] == first


def test_without_deputy_provincial_cities_they_are_no_row_and_in_no_sum(registry) -> None:
    assert ranked(numbers_of(registry.hq, without_deputy_provincial=True))[0] == (1, "440000", 5)
    assert ranked(numbers_of(registry.guangdong, without_deputy_provincial=True)) == [(1, "440600", 4)]


@pytest.mark.parametrize(
    ("office", "without", "expected"),
    [
        ("hq", False, {"县级持有": 6, "市级本级": 6, "省级本级": 1}),
        ("hq", True, {"县级持有": 3, "市级本级": 4, "省级本级": 1}),
        ("guangdong", False, {"县级持有": 3, "市级本级": 6, "省级本级": 1}),
        ("guangdong", True, {"县级持有": 0, "市级本级": 4, "省级本级": 1}),
        ("guangzhou", False, {"县级持有": 3, "市级本级": 2}),
        ("beijing", False, {"县级持有": 2, "省级本级": 0}),
        ("tianhe", False, {}),
    ],
)
def test_levels_of_holders_make_the_whole(registry, office, without, expected) -> None:
    numbers = numbers_of(getattr(registry, office), without_deputy_provincial=without)
    assert {line.label: line.count for line in numbers.levels} == expected
    assert not expected or sum(expected.values()) == numbers.new


def test_levels_follow_the_tree_of_the_day(registry, plan: Plan) -> None:
    """Tianhe stood directly under Guangdong until 1 September."""
    OfficePlacement.objects.filter(office=registry.tianhe).update(starts_on=dt.date(2014, 9, 2))
    OfficePlacement.objects.create(
        office=registry.tianhe, parent=registry.guangdong, ends_on=dt.date(2014, 9, 2)
    )
    compute_snapshot(plan=plan, on=dt.date(2014, 9, 1))
    then = numbers_of(registry.guangdong, on=dt.date(2014, 9, 1))
    assert (1, "440600", 4) in ranked(then)
    assert (2, "440106", 3) in ranked(then)
    assert {line.label: line.count for line in then.levels} == {"县级持有": 3, "市级本级": 6, "省级本级": 1}
    without = numbers_of(registry.guangdong, on=dt.date(2014, 9, 1), without_deputy_provincial=True)
    assert {line.label: line.count for line in without.levels} == {
        "县级持有": 3,
        "市级本级": 4,
        "省级本级": 1,
    }
    assert without.new == 8


def test_types_overlap(registry, plan) -> None:
    new(registry.foshan, 1, is_private=True, is_tech_sme=True)
    compute_snapshot(plan=plan, on=TODAY, force=True)
    types = {line.label: line.count for line in numbers_of(registry.foshan).types}
    assert (types["民营企业"], types["科技型中小企业"]) == (5, 1)


def test_the_trend_holds_every_stored_day_up_to_the_day_shown(registry, plan) -> None:
    for day in (dt.date(2014, 3, 31), dt.date(2014, 9, 1), dt.date(2014, 10, 31)):
        compute_snapshot(plan=plan, on=day)
    trend = numbers_of(registry.hq).trend
    assert trend.data["points"] == [["2014-03-31", 0], ["2014-09-01", 13], ["2014-10-15", 13]]
    assert trend.data["target"] == 6000
    assert trend.data["pace"][0] == ["2014-01-01", 0]
    assert trend.data["pace"][-1] == ["2014-12-31", 6000]
    assert (trend.rows[0].day, trend.rows[0].value) == ("2014-10-15", "13 家")
    without = numbers_of(registry.hq, without_deputy_provincial=True).trend
    assert without.data["points"][-1] == ["2014-10-15", 8]
    assert without.data["target"] is None


def test_the_trend_of_a_rate_climbs_from_1_january(tree, plan) -> None:
    parks = [factories.make_park(tree.foshan, established_year=2000) for _ in range(8)]
    factories.make_organization(parks[0], established_on=dt.date(2012, 1, 1))
    compute_snapshot(plan=plan, on=TODAY)
    data = numbers_of(tree.hq, by="park_coverage").trend.data
    assert (data["unit"], data["points"], data["pace"][0], data["pace"][-1]) == (
        "%",
        [["2014-10-15", 12.5]],
        ["2014-01-01", 12.5],
        ["2014-12-31", 25],
    )


def test_the_map_has_every_province_and_says_what_is_outside(registry) -> None:
    tiles = {tile.spot.label: tile for tile in numbers_of(registry.hq).map.tiles}
    assert tiles["广东"].whole == "10"
    assert tiles["广东"].step > tiles["北京"].step > tiles["新疆"].step
    assert [tiles[name].row for name in ("台湾", "香港", "澳门")] == [None, None, None]
    assert tiles["兵团"].row.code == "660000"
    assert numbers_of(registry.guangdong).map is None


def test_the_grid_has_each_place_once() -> None:
    assert len({(spot.row, spot.col) for spot in grid()}) == len(grid()) == 35
    assert sum(bool(spot.code) for spot in grid()) == 32


def test_an_office_with_nothing_below_names_its_records(registry) -> None:
    numbers = numbers_of(registry.tianhe)
    assert numbers.ranking is None
    assert len(numbers.records) == 3
    assert numbers.records[0].url.startswith("/organizations/")


def test_today_not_yet_computed_shows_the_day_before(tree, plan) -> None:
    compute_snapshot(plan=plan, on=dt.date(2014, 10, 14))
    board = read(tree.hq)
    assert (board.on, board.is_today) == (dt.date(2014, 10, 14), False)


def test_a_day_asked_for_by_name_is_that_day_or_none(tree, plan) -> None:
    compute_snapshot(plan=plan, on=dt.date(2014, 10, 14))
    board = read(tree.hq, on=dt.date(2014, 10, 13))
    assert (board.on, board.numbers) == (dt.date(2014, 10, 13), None)


def test_without_a_plan_there_is_no_board(tree) -> None:
    assert board_of(office=tree.hq, choice=BoardChoice(), today=TODAY, visible=lambda one: True) is None


def test_a_former_holders_board_does_not_name_what_moved_away(registry, plan: Plan) -> None:
    """It counted there on the day, but it is another office's now, which the reader may not reach."""
    moved = factories.make_organization(factories.make_enterprise(registry.xihu))
    PastHolding.objects.create(
        enterprise=moved.enterprise, office=registry.tianhe, ends_on=TODAY + dt.timedelta(days=1)
    )
    compute_snapshot(plan=plan, on=TODAY, force=True)
    numbers = numbers_of(registry.tianhe)
    assert numbers.figure.count == 4
    assert numbers.records is not None
    assert moved.name not in {line.name for line in numbers.records}
    assert len(numbers.records) == 3
