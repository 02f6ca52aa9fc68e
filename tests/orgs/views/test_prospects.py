"""The pages of wishes, reasons and stages: who sees which office, what they print, what they cost, what they export."""

import io

import openpyxl
import pytest
from django.urls import reverse

from tests import factories
from tests.support.funnel_page import write_enterprises

ROUTES = ("contact_wishes", "contact_reasons", "contact_funnel")


@pytest.fixture
def page(tree):
    """The enterprises of the worked table."""
    return write_enterprises()


def labels(response) -> list[str]:
    return [row.label for row in response.context["table"].all_rows]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("owner", "440106", 200),
        ("viewer", "440106", 200),
        ("owner", "440113", 404),
        ("owner", "440100", 404),
        ("reviewer", "440113", 200),
        ("hq_leader", "330000", 200),
        ("stranger", "440106", 404),
        ("expert", "440106", 404),
        ("auditor", "440106", 404),
    ],
)
def test_offices_out_of_reach_are_not_there(client, cast, route, who, code, status):
    client.force_login(getattr(cast, who))
    assert client.get(reverse(route), {"office": code}).status_code == status


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("who", ["expert", "auditor", "sysadmin"])
def test_people_without_an_office_have_no_page(client, cast, route, who):
    client.force_login(getattr(cast, who))
    assert client.get(reverse(route)).status_code == 404


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("who", "rows"), [("hq_leader", 7), ("reviewer", 4), ("owner", 2)])
def test_the_own_office_comes_first_with_the_same_queries_at_every_level(
    client, cast, page, route, who, rows, django_assert_max_num_queries
):
    client.force_login(getattr(cast, who))
    with django_assert_max_num_queries(12):
        response = client.get(reverse(route))
    assert (response.status_code, len(labels(response))) == (200, rows)


def test_drill_down_keeps_the_order_and_leaves_the_cities_out(client, cast, page):
    client.force_login(cast.hq_leader)
    response = client.get(reverse("contact_wishes"), {"without": "1", "sort": "-unsaid"})
    row = next(row for row in response.context["table"].rows if row.label == "广东")
    assert row.url == f"{reverse('contact_wishes')}?office=440000&without=1&sort=-unsaid"
    assert row.cells["all"].count == 1
    assert "without=1" in row.cells["all"].url
    inner = client.get(row.url)
    assert labels(inner) == ["佛山", "本级", "合计"]


@pytest.mark.parametrize("sort", ["", "code", "-code", "contact", "nonsense", "-"])
def test_any_order_is_answered(client, cast, page, sort):
    client.force_login(cast.hq_leader)
    for route in ROUTES:
        assert client.get(reverse(route), {"sort": sort}).status_code == 200


def test_the_page_says_that_types_overlap(client, cast, page):
    client.force_login(cast.hq_leader)
    text = client.get(reverse("contact_reasons")).content.decode()
    assert "一家企业可同属几类，各类不能相加" in text


def test_the_funnel_says_what_to_do_next(client, cast, page):
    client.force_login(cast.owner)
    text = client.get(reverse("contact_funnel")).content.decode()
    for words in ("问 1 家的意愿", "为 1 家着手筹备", "看 2 家筹备超过 60 天的"):
        assert words in text


@pytest.mark.parametrize(
    ("route", "titles"),
    [
        ("contact_wishes", ["说明", "意愿"]),
        ("contact_reasons", ["说明", "按地区", "按企业类型"]),
        ("contact_funnel", ["说明", "从联系人到科协"]),
    ],
)
def test_tables_are_exported_as_the_page_shows_them(client, cast, page, route, titles):
    client.force_login(cast.reviewer)
    response = client.get(reverse(route), {"as": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == titles
    names = [row[1].value for row in book[titles[1]].iter_rows(min_row=2)]
    assert sorted(names[:2]) == ["天河", "番禺"]
    assert names[2:] == ["本级", "合计"]


def test_the_sheet_has_numbers_and_shares_rounded_down(client, cast, page):
    client.force_login(cast.reviewer)
    response = client.get(reverse("contact_funnel"), {"as": "csv"})
    head, *lines = response.content.decode("utf-8-sig").splitlines()
    total = dict(zip(head.split(","), lines[-1].split(","), strict=True))
    assert (total["单位"], total["有联系人"], total["其中愿意"], total["其中愿意占比"]) == (
        "合计",
        "7",
        "4",
        "57.1%",
    )


def test_a_list_of_enterprises_without_leads_to_entering_there(client, cast, page):
    enterprise = page["E2"]
    client.force_login(cast.owner)
    text = client.get(reverse("enterprise_list"), {"has": "0", "wish": "willing"}).content.decode()
    for route in ("contact_new", "organization_new"):
        address = f"{reverse(route)}?enterprise={enterprise.pk}"
        assert address in text
        assert enterprise.name in client.get(address).content.decode()


def test_who_enters_nothing_gets_no_such_links(client, cast, page):
    client.force_login(cast.viewer)
    text = client.get(reverse("enterprise_list"), {"has": "0"}).content.decode()
    assert reverse("contact_new") not in text


def test_lists_leave_the_cities_below_out_and_say_so(client, cast, tree):
    factories.make_enterprise(tree.tianhe, name="广州示范甲子机械有限公司")
    factories.make_enterprise(tree.foshan, name="佛山示范甲子机械有限公司")
    client.force_login(cast.hq_leader)
    response = client.get(reverse("enterprise_list"), {"office": "440000", "without": "1"})
    assert [row["name"] for row in response.context["rows"]] == ["佛山示范甲子机械有限公司"]
    assert [chip.words for chip in response.context["chips"]] == ["广东省科协及以下", "不含副省级城市"]
    inside = client.get(reverse("enterprise_list"), {"office": "440106", "without": "1"})
    assert [row["name"] for row in inside.context["rows"]] == ["广州示范甲子机械有限公司"]
