"""The reference data: what the files hold, in the shape the portal works with."""

from collections import Counter

import pytest

from orgs.models import Division, Office, OfficePlacement, Park
from orgs.services import reference


@pytest.fixture
def loaded(db):
    return [reference.load_divisions(), reference.load_offices(), reference.load_parks()]


def test_loading_counts_and_loading_twice_changes_nothing(loaded):
    assert [report.created for report in loaded] == [3231, 3218, 1014]
    again = [reference.load_divisions(), reference.load_offices(), reference.load_parks()]
    assert {(report.created, report.changed) for report in again} == {(0, 0)}
    assert OfficePlacement.objects.count() == 3218


def test_offices_by_level(loaded):
    assert Counter(Office.objects.values_list("level", flat=True)) == {
        "hq": 1,
        "province": 32,
        "prefecture": 333,
        "county": 2852,
    }
    assert Office.objects.find_problems() == ([], [], [], [], [])


def test_grouping_codes_get_no_office_and_stand_in_no_path(loaded):
    assert Division.objects.filter(is_grouping=True).count() == 12
    assert not Office.objects.filter(division__is_grouping=True).exists()
    dongcheng = Office.objects.get(code="110101")
    assert dongcheng.division.full_name == "北京市 东城区"
    assert dongcheng.parent_path == Office.objects.get(code="110000").path


def test_corps_cities_and_parks_belong_to_the_corps(loaded):
    corps = Office.objects.get(code="660000")
    assert corps.division is None
    assert list(
        Office.objects.filter(path__startswith=corps.path).order_by("code").values_list("code", flat=True)
    ) == [
        "659001",
        "659002",
        "659003",
        "659004",
        "660000",
    ]
    assert Park.objects.held_within(corps).count() == 6
    assert (
        Park.objects.held_within(Office.objects.get(code="650000"))
        .filter(division__code__startswith="659")
        .count()
        == 0
    )


def test_marks_and_national_parks(loaded):
    assert Office.objects.filter(is_deputy_provincial=True).count() == 15
    assert Office.objects.filter(is_provincial_capital=True).count() == 27
    assert Office.objects.filter(is_separately_planned=True).count() == 5
    assert Park.objects.national().count() == 334
    assert Office.objects.filter(division__code__in=("710000", "810000", "820000")).count() == 0


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("广东省", "广东"),
        ("广州市", "广州"),
        ("天河区", "天河"),
        ("内蒙古自治区", "内蒙古"),
        ("延边朝鲜族自治州", "延边朝鲜族自治州"),
        ("矿区", "矿区"),
        ("大兴安岭地区", "大兴安岭"),
    ],
)
def test_region_short(name, short):
    assert reference.region_short(name) == short
