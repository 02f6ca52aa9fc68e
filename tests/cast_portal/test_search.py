"""Searching everything one may see."""

import pytest
from django.urls import reverse

from tests.factories import make_contact, make_enterprise, make_organization, make_park

pytestmark = pytest.mark.django_db


def found(client, user, text):
    client.force_login(user)
    page = client.get(reverse("search"), {"q": text})
    assert page.status_code == 200
    return {part.title: [hit.title for hit in part.hits] for part in page.context["found"]}


@pytest.fixture
def records(tree):
    """One of each kind in Tianhe, and the same names in Hangzhou."""
    for office, code in ((tree.tianhe, "000000019"), (tree.xihu, "000000027")):
        enterprise = make_enterprise(
            office, name=f"示范精工{office.region_short}有限公司", organization_code=code
        )
        make_organization(
            enterprise,
            name=f"示范精工{office.region_short}科协",
            approval_number=f"{office.region_short}科协〔2014〕7号",
        )
        make_contact(
            make_enterprise(office, name=f"样例光电{office.region_short}公司"),
            name=f"林{office.region_short}",
        )
        make_park(office, name=f"示范精工{office.region_short}园区")


def test_only_what_one_may_see(client, cast, records):
    assert found(client, cast.owner, "示范精工") == {
        "企业科协和园区科协": ["示范精工天河科协"],
        "企业": ["示范精工天河有限公司"],
        "园区": ["示范精工天河园区"],
    }
    assert found(client, cast.stranger, "示范精工") == {
        "企业科协和园区科协": ["示范精工西湖科协"],
        "企业": ["示范精工西湖有限公司"],
        "园区": ["示范精工西湖园区"],
    }
    assert found(client, cast.neighbour, "示范精工") == {}
    for outsider in (cast.auditor, cast.sysadmin, cast.expert):
        assert found(client, outsider, "示范精工") == {}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("000000019", "企业"),
        ("天河科协〔2014〕7号", "企业科协和园区科协"),
        ("天河科协[2014]7号", "企业科协和园区科协"),
        ("林天河", "联系人"),
    ],
    ids=["code", "document-number", "document-number-typed", "person"],
)
def test_by_code_document_number_and_person(client, cast, records, text, part):
    assert part in found(client, cast.owner, text)
    assert found(client, cast.neighbour, text) == {}


def test_names_of_persons_only_for_those_who_work_with_them(client, cast, records):
    client.force_login(cast.viewer)
    assert "林天河" not in client.get(reverse("search"), {"q": "样例光电"}).content.decode()
    client.force_login(cast.owner)
    assert "林天河" in client.get(reverse("search"), {"q": "样例光电"}).content.decode()


def test_eight_of_each_and_the_way_to_all(client, cast, tree):
    for number in range(11):
        make_enterprise(tree.tianhe, name=f"样例机械{number}有限公司")
    client.force_login(cast.owner)
    [part] = client.get(reverse("search"), {"q": "样例机械"}).context["found"]
    assert (len(part.hits), part.total) == (8, "11")
    assert part.all_url.startswith(reverse("enterprise_list") + "?q=")


@pytest.mark.parametrize("text", ["", "  ", "示"])
def test_too_short_is_said_and_costs_nothing(client, cast, records, text):
    client.force_login(cast.owner)
    page = client.get(reverse("search"), {"q": text})
    assert page.context["found"] == []
    assert "至少两个字" in page.content.decode()


def test_nothing_found_says_what_to_try(client, cast):
    client.force_login(cast.owner)
    assert "没有找到" in client.get(reverse("search"), {"q": "不存在的企业"}).content.decode()


@pytest.mark.parametrize("text", ["%", "' OR 1=1 --", "\\", "示范" * 200, "<script>"])
def test_odd_text_is_only_text(client, cast, records, text):
    client.force_login(cast.owner)
    response = client.get(reverse("search"), {"q": text * 2})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().replace("<script src=", "").replace(
        "<script defer", ""
    )
