"""The board's tables as files."""

import io
from fractions import Fraction

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.conftest import TODAY


@pytest.fixture
def figures(cast, tree, plan):
    """Two new organisations in Tianhe, one in Xihu, parks in both; computed today."""
    for office, number in ((tree.tianhe, 2), (tree.xihu, 1)):
        for _ in range(number):
            factories.make_organization(factories.make_enterprise(office))
    factories.make_organization(factories.make_park(tree.tianhe))
    factories.make_park(tree.tianhe)
    factories.make_park(tree.tianhe)
    compute_snapshot(plan=plan, on=TODAY)


def book(user, code, query=""):
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("dashboard_export", args=[code]) + query)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_ranking_has_the_numbers_of_the_page_with_sum_and_own_row(figures, cast):
    table = rows(book(cast.hq_leader, "000000")["各省进度"])
    lines = {row[2]: row for row in table[1:]}
    assert (lines["广东"][0], lines["广东"][3], lines["浙江"][0], lines["浙江"][3]) == (1, 2, 2, 1)
    assert (lines["全国合计"][3], lines["全国本级"][3]) == (3, 0)


def test_rates_are_numbers_rounded_down_as_on_the_page(figures, cast):
    sheet = book(cast.hq_leader, "000000", "?by=park_coverage")["各省进度"]
    table = rows(sheet)
    place = table[0].index("比例")
    line = next(row for row in table if row[2] == "广东")
    assert line[place] == float(Fraction(333, 1000))
    assert sheet.cell(2, place + 1).number_format == "0.0%"


def test_all_levels_lists_every_office_of_the_subtree(figures, cast, tree):
    table = rows(book(cast.upper, "440000", "?levels=all")["各级单位"])
    assert [(row[2], row[4]) for row in table[1:]] == [
        ("广东省科协", 2),
        ("广州市科协", 2),
        ("天河区科协", 2),
        ("番禺区科协", 0),
        ("佛山市科协", 0),
        ("禅城区科协", 0),
    ]


def test_without_deputy_provincial_cities_their_subtree_leaves_rows_and_sums(figures, cast):
    table = rows(book(cast.hq_leader, "000000", "?levels=all&without=1")["各级单位"])
    counts = {row[2]: row[4] for row in table[1:]}
    assert (counts["中国科协"], counts["广东省科协"], "广州市科协" in counts, "天河区科协" in counts) == (
        0,
        0,
        False,
        False,
    )


def test_another_province_is_not_there(figures, cast):
    client = Client()
    client.force_login(cast.stranger)
    assert client.get(reverse("dashboard_export", args=["440000"])).status_code == 404
