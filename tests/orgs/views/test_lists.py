"""The four lists: what they hold, what narrows them, how many queries they take."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from orgs.choices import RecordState
from orgs.models import Enterprise
from orgs.selectors.counted import counted_rows
from orgs.selectors.lists import COUNT_LIMIT, CappedPaginator, Order
from tests import factories

LISTS = ("organization_list", "enterprise_list", "park_list", "contact_list")


def titles(response) -> list[str]:
    """The names of a page's rows, in order."""
    return [row["name"] for row in response.context["rows"]]


def fill(office, number: int, **values) -> None:
    """As many rows in each of the four tables, at one office."""
    for _ in range(number):
        enterprise = factories.make_enterprise(office)
        factories.make_organization(enterprise, **values)
        factories.make_contact(factories.make_enterprise(office))
        factories.make_park(office)


@pytest.fixture
def signed_in(client, cast):
    """Sign somebody of the cast in."""

    def sign_in(name: str):
        client.force_login(getattr(cast, name))
        return client

    return sign_in


@pytest.mark.parametrize("route", LISTS)
@pytest.mark.parametrize("rows", [1, 50], ids=["one-row", "fifty-rows"])
def test_list_takes_the_same_queries_for_one_row_and_fifty(
    signed_in, tree, route, rows, django_assert_num_queries
):
    fill(tree.tianhe, rows)
    client = signed_in("reviewer_and_clerk")
    # 1 session, 2 user, 3 posts, 4 offices of the breadcrumb, 5 total, 6 rows, 7 what waits (navigation),
    # 8 offices below to narrow to
    with django_assert_num_queries(8):
        response = client.get(reverse(route))
    assert response.status_code == 200
    assert len(response.context["rows"]) in {min(50, rows), min(50, 2 * rows)}


@pytest.mark.parametrize("route", LISTS)
def test_narrowed_list_stays_within_twelve_queries(signed_in, tree, route, django_assert_max_num_queries):
    fill(tree.tianhe, 3)
    client = signed_in("upper")
    with django_assert_max_num_queries(12):
        response = client.get(
            reverse(route), {"office": "440106", "q": "示范", "state": "confirmed", "sort": "name"}
        )
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("owner", True),
        ("colleague", True),
        ("viewer", True),
        ("reviewer", True),
        ("upper", True),
        ("hq_leader", True),
        ("office_admin", True),
        ("neighbour", False),
        ("stranger", False),
        ("foreign_reviewer", False),
        ("expert", False),
        ("auditor", False),
        ("sysadmin", False),
    ],
)
@pytest.mark.parametrize("route", LISTS)
def test_list_holds_what_the_person_may_see(signed_in, tree, route, who, sees):
    fill(tree.tianhe, 1)
    response = signed_in(who).get(reverse(route))
    assert bool(response.context["rows"]) is sees
    assert response.context["page"].paginator.count == len(response.context["rows"])


def test_list_needs_an_account(client):
    response = client.get(reverse("organization_list"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


def test_list_answers_get_only(signed_in, tree):
    assert signed_in("owner").post(reverse("organization_list")).status_code == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "甲乙丙"),
        ({"q": "示例甲"}, "甲"),
        ({"q": "穗科协〔2014〕9号"}, "乙"),
        ({"q": "00000001-9"}, "甲"),
        ({"q": "0000000"}, "甲"),
        ({"state": "submitted"}, "乙"),
        ({"kind": "park"}, "丙"),
        ({"type": "state_owned"}, "乙"),
        ({"type": ["state_owned", "private"]}, "甲乙"),
        ({"from": "2014-09-02"}, "乙"),
        ({"from": "20140901", "to": "2014年9月1日"}, "甲"),
        ({"to": "2013-12-31"}, "丙"),
        ({"office": "440106"}, "甲丙"),
        ({"office": "440100"}, "甲乙丙"),
        ({"office": "440100", "own": "1"}, "乙"),
        ({"division": "天河"}, "甲丙"),
        ({"division": "440106"}, "甲丙"),
        ({"first": "new"}, "甲乙"),
        ({"state": "confirmed", "kind": "enterprise"}, "甲"),
        ({"state": "submitted", "kind": "park"}, ""),
    ],
    ids=str,
)
def test_filters_narrow_organizations(signed_in, tree, query, found):
    one = factories.make_enterprise(tree.tianhe, organization_code="000000019")
    two = factories.make_enterprise(tree.guangzhou, is_private=False, is_state_owned=True)
    factories.make_organization(one, name="示例甲科协")
    factories.make_organization(
        two,
        name="示例乙科协",
        state="submitted",
        established_on=dt.date(2014, 9, 20),
        approval_number="穗科协〔2014〕9号",
    )
    factories.make_organization(
        factories.make_park(tree.tianhe), name="示例丙科协", established_on=dt.date(2012, 5, 1)
    )
    response = signed_in("upper").get(reverse("organization_list"), query)
    assert {title[2] for title in titles(response)} == set(found)
    assert response.context["asked"].problems == []


def test_each_condition_has_a_chip_that_takes_it_off(signed_in, tree):
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    query = {"q": "示范", "state": "confirmed", "office": "440106", "from": "2014-06-04", "sort": "name"}
    response = signed_in("upper").get(reverse("organization_list"), query)
    chips = {chip.label: (chip.words, chip.without) for chip in response.context["chips"]}
    assert {label: words for label, (words, _) in chips.items()} == {
        "持有": "天河区科协及以下",
        "查找": "示范",
        "状态": "已确认",
        "成立日期": "2014-06-04 起",
    }
    without = chips["状态"][1]
    assert "state=" not in without
    assert "q=" in without
    assert "office=440106" in without
    assert response.context["asked"].cleared == "?sort=name"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"state": "lost"}, "条件“状态”没有采用"),
        ({"from": "2014-02-30"}, "2014 年 2 月没有 30 日"),
        ({"office": "999999"}, "没有代码为“999999”的科协"),
        ({"counted": "nothing"}, "这个数字不是这张表的"),
        ({"counted": "parks"}, "这个数字不是这张表的"),
        ({"counted": "orgs_new", "year": "0000"}, "这个数字不是这张表的"),
        ({"counted": "orgs_new", "on": "gestern"}, "截至日期没有采用"),
    ],
    ids=str,
)
def test_what_a_condition_cannot_be_is_said_and_left_out(signed_in, tree, query, words):
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    response = signed_in("upper").get(reverse("organization_list"), query)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert len(response.context["rows"]) == 1


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", ""])
def test_page_that_does_not_exist_gives_the_nearest(signed_in, tree, page):
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    response = signed_in("owner").get(reverse("organization_list"), {"page": page})
    assert len(response.context["rows"]) == 1


def test_sorting_is_marked_in_the_head_and_kept_in_the_address(signed_in, tree):
    for name, day in (("示例波科协", 3), ("示例安科协", 9)):
        factories.make_organization(
            factories.make_enterprise(tree.tianhe), name=name, established_on=dt.date(2014, 9, day)
        )
    client = signed_in("owner")
    by_name = client.get(reverse("organization_list"), {"sort": "name"})
    assert titles(by_name) == ["示例安科协", "示例波科协"]
    by_day = client.get(reverse("organization_list"), {"sort": "established"})
    assert titles(by_day) == ["示例波科协", "示例安科协"]
    head = re.search(
        r'<th[^>]*aria-sort="ascending"[^>]*><a href="([^"]+)">成立日期', by_day.content.decode()
    )
    assert head is not None
    assert head[1] == "?sort=-established"


def test_empty_values_come_last_in_either_direction(signed_in, tree):
    for name, members in (("示例一科协", None), ("示例二科协", 5), ("示例三科协", 9)):
        factories.make_organization(factories.make_enterprise(tree.tianhe), name=name, members=members)
    client = signed_in("owner")
    up = titles(client.get(reverse("organization_list"), {"sort": "members"}))
    down = titles(client.get(reverse("organization_list"), {"sort": "-members"}))
    assert up == ["示例二科协", "示例三科协", "示例一科协"]
    assert down == ["示例三科协", "示例二科协", "示例一科协"]


def test_pages_never_repeat_a_row(signed_in, tree):
    for _ in range(53):
        factories.make_enterprise(tree.tianhe)
    client = signed_in("owner")
    first = [row["pk"] for row in client.get(reverse("enterprise_list")).context["rows"]]
    second = [row["pk"] for row in client.get(reverse("enterprise_list"), {"page": "2"}).context["rows"]]
    assert len(first) == 50
    assert len(second) == 3
    assert not set(first) & set(second)


def test_total_above_the_limit_says_more_than(db, tree, monkeypatch):
    monkeypatch.setattr("orgs.selectors.lists.COUNT_LIMIT", 2)
    for _ in range(3):
        factories.make_enterprise(tree.tianhe)
    paginator = CappedPaginator(Enterprise.objects.all(), Order("updated_at"), descending=True)
    assert paginator.count == 2
    assert paginator.is_capped
    assert COUNT_LIMIT == 50_000


@pytest.mark.parametrize("office", ["000000", "440000", "440100", "440106", "330000"])
@pytest.mark.parametrize(
    ("route", "measure"),
    [
        ("organization_list", "orgs_new"),
        ("organization_list", "orgs_total"),
        ("enterprise_list", "contact_enterprises"),
        ("park_list", "parks"),
        ("organization_list", "park_orgs"),
    ],
)
def test_list_behind_a_figure_has_as_many_rows_as_the_figure(signed_in, tree, route, measure, office):
    for place in (tree.tianhe, tree.panyu, tree.guangzhou, tree.xihu):
        factories.make_organization(factories.make_enterprise(place))
        factories.make_organization(factories.make_enterprise(place), established_on=dt.date(2010, 1, 1))
        factories.make_organization(factories.make_enterprise(place), state="submitted")
        enterprise = factories.make_enterprise(place)
        factories.make_contact(enterprise)
        factories.make_contact(enterprise)
        factories.make_organization(factories.make_park(place))
    day = dt.date(2014, 10, 15)
    for own in (False, True):
        query = {"counted": measure, "year": "2014", "on": "2014-10-15", "office": office} | (
            {"own": "1"} if own else {}
        )
        response = signed_in("hq_leader").get(reverse(route), query)
        figure = counted_rows(measure, year=2014, day=day, office=_office(tree, office), own_only=own).count()
        assert response.context["page"].paginator.count == figure
        assert len(response.context["rows"]) == figure
        assert "截至 2014-10-15" in response.content.decode()


def test_list_behind_a_figure_shows_no_more_than_one_may_see(signed_in, tree):
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    factories.make_organization(factories.make_enterprise(tree.xihu))
    response = signed_in("owner").get(
        reverse("organization_list"), {"counted": "orgs_new", "year": "2014", "office": "000000"}
    )
    assert len(response.context["rows"]) == 1


def _office(tree, code: str):
    return next(office for office in vars(tree).values() if office.code == code)


@pytest.mark.parametrize(
    ("who", "shown"), [("owner", "13800000001"), ("reviewer", "13800000001"), ("viewer", "138****0001")]
)
def test_mobile_is_masked_for_those_who_need_not_call(signed_in, tree, who, shown):
    factories.make_contact(factories.make_enterprise(tree.tianhe), mobile="13800000001")
    response = signed_in(who).get(reverse("contact_list"))
    assert [row["mobile"] for row in response.context["rows"]] == [shown]
    assert ("13800000001" in response.content.decode()) is (shown == "13800000001")


def test_empty_list_says_what_to_do_first(signed_in, tree):
    assert "登记企业科协" in signed_in("owner").get(reverse("organization_list")).content.decode()
    assert "还没有记录" in signed_in("viewer").get(reverse("organization_list")).content.decode()


def test_empty_result_names_the_condition_to_take_off(signed_in, tree):
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    response = signed_in("owner").get(reverse("organization_list"), {"state": RecordState.RETURNED})
    assert "去掉“状态：已退回”还有 1 条" in response.content.decode()


@pytest.mark.parametrize("sort", ["name", "-name", "updated", "-updated"])
@pytest.mark.parametrize(
    "query", [{"state": "confirmed"}, {"office": "440106"}, {"q": "企业", "type": "private"}], ids=str
)
def test_long_list_walks_the_index_and_gives_the_same_pages(signed_in, tree, monkeypatch, query, sort):
    for _ in range(52):
        factories.make_enterprise(tree.tianhe)
        factories.make_enterprise(tree.panyu, state="draft", is_private=False, is_state_owned=True)
    client = signed_in("reviewer")
    pages = [
        [
            row["pk"]
            for row in client.get(reverse("enterprise_list"), query | {"sort": sort, "page": page}).context[
                "rows"
            ]
        ]
        for page in ("1", "2")
    ]
    monkeypatch.setattr("orgs.selectors.lists.WALK_FROM", 1)
    monkeypatch.setattr("orgs.selectors.lists.COUNT_LIMIT", 51)
    walked = [
        [
            row["pk"]
            for row in client.get(reverse("enterprise_list"), query | {"sort": sort, "page": page}).context[
                "rows"
            ]
        ]
        for page in ("1", "2")
    ]
    assert walked[0] == pages[0]
    assert walked[1] == pages[1][: len(walked[1])]


def test_markup_in_a_name_is_printed_as_text(signed_in, tree):
    name = "示例<script>100%(x)s</script>&公司"
    factories.make_enterprise(tree.tianhe, name=name)
    page = signed_in("owner").get(reverse("enterprise_list")).content.decode()
    assert "示例&lt;script&gt;100%(x)s&lt;/script&gt;&amp;公司</a>" in page
    assert "<script>100" not in page


@pytest.mark.parametrize("route", LISTS)
def test_rows_are_complete_and_ticks_are_for_those_who_act(signed_in, tree, route):
    fill(tree.tianhe, 1)
    acting = signed_in("owner").get(reverse(route)).content.decode()
    looking = signed_in("viewer").get(reverse(route)).content.decode()
    assert "\0" not in acting + looking
    assert acting.count("data-pick ") + acting.count("data-pick>") >= 1
    assert "data-pick>" not in looking
    head, body = (
        part.count(mark)
        for part, mark in (
            (acting.split("</thead>")[0], "<th"),
            (acting.split("<tbody>")[1].split("</tr>")[0], "<td"),
        )
    )
    assert head - 1 == body  # <thead> itself begins with <th


@pytest.mark.parametrize(("who", "offered"), [("owner", True), ("viewer", False), ("reviewer", False)])
def test_organization_list_offers_to_enter_a_parks_organization(signed_in, tree, who, offered):
    page = signed_in(who).get(reverse("organization_list")).content.decode()
    assert (f'href="{reverse("organization_new")}?kind=park"' in page) is offered
