"""The pages of ratings and difficulties: who gets which answer, what a refusal keeps, what the home page says."""

import datetime as dt

import pytest
from django.urls import reverse

from orgs.models import Difficulty, Rating
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/organizations/difficulties/"


@pytest.fixture
def organization(tree):
    return factories.make_organization(
        factories.make_enterprise(tree.tianhe), established_on=dt.date(2012, 5, 1)
    )


def page_of(organization):
    return reverse("organization_rating", args=[organization.pk])


def weak(client, organization, **more):
    values = {
        "year": 2014,
        "effect": "weak",
        "difficulties": ["no_funds"],
        "text-no_funds": "经费未列",
        **more,
    }
    return client.post(page_of(organization), values)


def test_a_weak_rating_is_a_task_of_the_office_until_it_is_settled(client, cast, organization):
    client.force_login(cast.owner)
    assert weak(client, organization)["Location"] == page_of(organization)
    row = Difficulty.objects.get()
    assert "1 项困难待帮助解决" in client.get("/").content.decode()
    assert "缺少活动经费：经费未列" in client.get(LIST).content.decode()
    for step, text in (("promise", "派联络员"), ("give", "拨付经费"), ("settle", "列入预算")):
        answer = client.post(
            reverse("organization_difficulty_note", args=[row.pk, step]), {"text": text, "on": "2014-10-15"}
        )
        assert answer["Location"] == page_of(organization)
    assert "待帮助解决" not in client.get("/").content.decode()
    page = client.get(page_of(organization)).content.decode()
    assert all(words in page for words in ("派联络员", "拨付经费", "列入预算", "已解决"))
    assert "不明显" in client.get(reverse("organization_detail", args=[organization.pk])).content.decode()


def test_a_refused_rating_keeps_what_was_typed(client, cast, organization):
    client.force_login(cast.owner)
    answer = weak(client, organization, year=2013, difficulties=["other"], note="全年没有活动")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "写明是什么困难" in page
    assert 'value="全年没有活动"' in page
    assert 'value="经费未列"' in page
    assert '<option value="2013" selected>' in page
    assert 'name="difficulties" value="other" checked' in page
    assert Rating.objects.count() == 0


def test_a_refused_word_of_help_keeps_what_was_typed(client, cast, organization):
    client.force_login(cast.owner)
    weak(client, organization)
    answer = client.post(
        reverse("organization_difficulty_note", args=[Difficulty.objects.get().pk, "give"]),
        {"text": "拨付经费", "on": "2014-13-01"},
    )
    page = answer.content.decode()
    assert (answer.status_code, 'value="拨付经费"' in page, 'value="2014-13-01"' in page) == (422, True, True)


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("owner", 200, 302),
        ("upper_clerk", 200, 302),
        ("viewer", 200, 403),
        ("reviewer", 200, 403),
        ("hq_leader", 200, 403),
        ("neighbour", 404, 404),
        ("stranger", 404, 404),
        ("expert", 404, 404),
        ("sysadmin", 404, 404),
    ],
)
def test_who_reads_and_who_writes(client, cast, organization, who, read, write):
    client.force_login(cast.owner)
    weak(client, organization)
    note = reverse("organization_difficulty_note", args=[Difficulty.objects.get().pk, "promise"])
    client.force_login(getattr(cast, who))
    answers = (
        client.get(page_of(organization)).status_code,
        weak(client, organization, effect="good", year=2013, difficulties=[]).status_code,
        client.post(note, {"text": "派联络员", "on": "2014-10-15"}).status_code,
    )
    assert answers == (read, write, write)


def test_a_step_nobody_knows_is_not_found(client, cast, organization):
    client.force_login(cast.owner)
    weak(client, organization)
    assert client.post(f"{LIST}{Difficulty.objects.get().pk}/pray/", {}).status_code == 404


def test_an_unconfirmed_organisation_says_why_it_is_not_rated(client, cast, tree):
    draft = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )
    client.force_login(cast.owner)
    page = client.get(page_of(draft)).content.decode()
    assert ("确认之后才评定" in page, "保存评定" in page) == (True, False)


def test_the_task_of_the_home_page_leads_to_just_what_it_counts(client, cast, tree, organization):
    own = factories.make_organization(factories.make_enterprise(tree.guangzhou))
    for row in (organization, own):
        Difficulty.objects.create(
            organization=row, kind="term", named_on=dt.date(2014, 10, 1), named_by=cast.upper_clerk
        )
    client.force_login(cast.upper_clerk)
    home = client.get("/").content.decode()
    assert ("1 项困难待帮助解决" in home, f'href="{LIST}?own=1"' in home) == (True, True)
    shown = {
        query: [row.organization_id for row in client.get(LIST + query).context["page"]]
        for query in ("?own=1", "")
    }
    assert shown == {"?own=1": [own.pk], "": [organization.pk, own.pk]}


def test_the_list_takes_few_queries_however_long_it_is(client, cast, tree, django_assert_max_num_queries):
    client.force_login(cast.owner)
    for _ in range(12):
        organization = factories.make_organization(factories.make_enterprise(tree.tianhe))
        Difficulty.objects.create(
            organization=organization, kind="term", named_on=dt.date(2014, 10, 1), named_by=cast.owner
        )
    client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(LIST)
    with django_assert_max_num_queries(15):
        client.get(page_of(organization))
