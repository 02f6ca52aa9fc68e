"""The pages of duplicates: groups, side by side, merging, taking back, who gets which answer."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from core.services.audit import record_event
from orgs.models import CastOrganization, DistinctPair, Enterprise, FormerName, Merger
from tests import factories
from tests.support.merging import NAME, merge

MERGE, LIST = "enterprise_merge", "enterprise_duplicates"


@pytest.fixture
def at(client, cast):
    """Sign somebody of the cast in."""

    def sign_in(who):
        client.force_login(getattr(cast, who))
        return client

    return sign_in


@pytest.fixture
def pair(tree):
    """The same enterprise in Tianhe and in Panyu."""
    return (
        factories.make_enterprise(tree.tianhe, name=NAME),
        factories.make_enterprise(tree.panyu, name=NAME, employees=120),
    )


def sent(kept, absorbed, **more):
    return {
        "kept": kept.pk,
        "absorbed": absorbed.pk,
        "kept_version": kept.version,
        "absorbed_version": absorbed.version,
        **more,
    }


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def chosen(response):
    return {line.field.name: line.chosen for line in response.context["differing"]}


# ---------- the list ----------


def many(tree, number):
    for place in range(number):
        for office in (tree.tianhe, tree.panyu):
            factories.make_organization(
                factories.make_enterprise(office, name=f"广州示范第{place}机械有限公司")
            )


@pytest.mark.parametrize("number", [1, 50])
@pytest.mark.parametrize("query", [{}, {"office": "440106", "state": "confirmed"}], ids=["all", "narrowed"])
def test_the_list_takes_at_most_twelve_queries_for_one_group_and_fifty(
    at, tree, number, query, django_assert_max_num_queries
):
    many(tree, number)
    client = at("hq_reviewer")
    with django_assert_max_num_queries(12):
        response = client.get(reverse(LIST), query)
    assert len(response.context["groups"]) == min(number, 20)


def test_the_number_of_queries_is_the_same_for_one_group_and_fifty(at, tree, django_assert_num_queries):
    many(tree, 1)
    client = at("hq_reviewer")
    client.get(reverse(LIST))
    with django_assert_num_queries(10):
        client.get(reverse(LIST))
    many(tree, 50)
    with django_assert_num_queries(10):
        client.get(reverse(LIST))


def test_a_filter_keeps_groups_with_some_registration_that_answers(at, tree, pair):
    for _ in range(2):
        factories.make_enterprise(tree.foshan, name="佛山示范机械有限公司")
    client = at("upper")
    for query, number in (
        ({}, 2),
        ({"office": "440113"}, 1),
        ({"q": "佛山示范"}, 1),
        ({"state": "draft"}, 0),
    ):
        response = client.get(reverse(LIST), query)
        assert len(response.context["groups"]) == number, query
        assert bool(response.context["chips"]) is bool(query)


@pytest.mark.parametrize("who", ["expert", "auditor", "sysadmin"])
@pytest.mark.parametrize("route", [LIST, "enterprise_distinct_pairs", "enterprise_mergers"])
def test_people_without_a_post_have_no_such_page(at, who, route):
    assert at(who).get(reverse(route)).status_code == 403


def test_empty_pages_say_what_would_be_there(at):
    client = at("owner")
    for route in (LIST, "enterprise_distinct_pairs", "enterprise_mergers"):
        assert "p-empty" in client.get(reverse(route)).content.decode()


# ---------- side by side ----------


def test_both_sides_stand_beside_each_other_and_empty_takes_filled(at, pair):
    response = at("reviewer").get(reverse(MERGE), {"kept": pair[0].pk, "absorbed": pair[1].pk})
    assert chosen(response) == {"division": pair[0].pk, "office": pair[0].pk, "employees": pair[1].pk}
    assert response.context["refusal"] == ""
    assert "合并为一条" in response.content.decode()


def test_two_picked_ones_are_compared_the_further_and_older_kept(at, tree, pair):
    draft = factories.make_enterprise(tree.tianhe, state="draft", name=NAME)
    client = at("reviewer")
    for picked, kept in (((pair[1], pair[0]), pair[0]), ((draft, pair[1]), pair[1])):
        response = client.get(reverse(MERGE), {"pk": [row.pk for row in picked]})
        assert f"?kept={kept.pk}&absorbed=" in response["Location"]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_other_numbers_than_two_go_back_with_a_sentence(at, tree, pair, number):
    rows = [*pair, factories.make_enterprise(tree.tianhe, name=NAME)]
    response = at("reviewer").get(reverse(MERGE), {"pk": [row.pk for row in rows[:number]], "back": "q=x"})
    if number:
        assert response["Location"] == reverse(LIST) + "?q=x"
        assert said(response) == ["请在一组里选两条登记来对照。"]
    else:
        assert response.status_code == 404


def test_swapping_keeps_what_was_chosen(at, pair):
    client = at("reviewer")
    body = sent(*pair, intent="swap", **{"field-employees": pair[0].pk, "field-x": "<b>"})
    response = client.post(reverse(MERGE), body)
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert (page.context["kept"], page.context["absorbed"]) == pair[::-1]
    assert chosen(page)["employees"] == pair[0].pk
    assert not Merger.objects.exists()


def test_what_is_not_as_far_is_never_on_the_left(at, tree, pair):
    draft = factories.make_enterprise(tree.tianhe, state="draft", name=NAME)
    client = at("reviewer")
    response = client.get(reverse(MERGE), {"kept": draft.pk, "absorbed": pair[0].pk}, follow=True)
    assert (response.context["kept"], response.context["can_swap"]) == (pair[0], False)


@pytest.mark.parametrize("who", ["upper_clerk", "office_admin"])
def test_who_may_not_merge_compares_without_a_button_and_posts_in_vain(at, pair, who):
    client = at(who)
    page = client.get(reverse(MERGE), {"kept": pair[0].pk, "absorbed": pair[1].pk})
    assert page.status_code == 200
    assert "合并为一条" not in page.content.decode()
    assert client.post(reverse(MERGE), sent(*pair)).status_code == 403
    assert not Merger.objects.exists()


@pytest.mark.parametrize("who", ["owner", "viewer", "stranger", "expert", "auditor"])
def test_who_does_not_see_both_finds_nothing(at, pair, who):
    client = at(who)
    assert client.get(reverse(MERGE), {"kept": pair[0].pk, "absorbed": pair[1].pk}).status_code == 404
    assert client.post(reverse(MERGE), sent(*pair)).status_code == 404


@pytest.mark.parametrize("kept", ["", "x", "999999999", "-1", "0" * 40, "１"])
def test_odd_addresses_are_not_found(at, pair, kept):
    client = at("reviewer")
    assert client.get(reverse(MERGE), {"kept": kept, "absorbed": pair[1].pk}).status_code == 404
    assert client.get(reverse(MERGE), {"pk": [kept, pair[1].pk]}).status_code == 404


def test_one_registration_and_a_voided_one_lead_to_their_page_with_a_sentence(at, tree, pair):
    client = at("reviewer")
    response = client.get(reverse(MERGE), {"kept": pair[0].pk, "absorbed": pair[0].pk})
    assert said(response) == ["选的是同一条登记。请选两条不同的登记来对照。"]
    voided = factories.make_enterprise(tree.tianhe, name=NAME, state="voided")
    response = client.get(reverse(MERGE), {"kept": pair[0].pk, "absorbed": voided.pk})
    assert response["Location"] == reverse("enterprise_detail", args=[voided.pk])
    assert said(response)[-1] == f"“{NAME}”的登记已作废，不能合并：内容不全"


def test_side_by_side_stays_within_its_queries(at, pair, django_assert_max_num_queries):
    for row in pair:
        factories.make_organization(row)
        for _ in range(10):
            factories.make_contact(row)
    client = at("reviewer")
    with django_assert_max_num_queries(18):
        client.get(reverse(MERGE), {"kept": pair[0].pk, "absorbed": pair[1].pk})


# ---------- merging, refusals, taking back ----------


def test_posting_merges_and_the_kept_page_takes_it_back(at, pair):
    client = at("reviewer")
    answer = client.post(reverse(MERGE), sent(*pair, **{"field-employees": pair[1].pk}))
    assert answer["Location"] == reverse("enterprise_detail", args=[pair[0].pk])
    assert Enterprise.objects.get(pk=pair[0].pk).employees == 120
    assert "撤销合并" in client.get(answer["Location"]).content.decode()
    answer = client.post(reverse("enterprise_unmerge", args=[Merger.objects.get().pk]))
    assert said(answer)[-1].startswith("已撤销合并")
    assert Enterprise.objects.get(pk=pair[1].pk).state == "confirmed"


def test_a_missing_choice_is_marked_where_it_is_made_and_the_rest_stays(at, pair):
    for row in pair:
        factories.make_organization(row)
    answer = at("reviewer").post(reverse(MERGE), sent(*pair, **{"field-employees": pair[0].pk}))
    assert answer.status_code == 422
    assert [line.error for line in answer.context["clashes"]] == ["请选择保留哪一边的科协组织。"]
    assert answer.context["loose_errors"] == []
    assert chosen(answer)["employees"] == pair[0].pk
    assert CastOrganization.objects.filter(state="voided").count() == 0


def test_a_stale_page_says_who_did_what_and_keeps_the_choices(at, cast, pair):
    client = at("reviewer")
    page = client.get(reverse(MERGE), {"kept": pair[0].pk, "absorbed": pair[1].pk})
    Enterprise.objects.filter(pk=pair[1].pk).update(version=2)
    record_event(
        actor=cast.neighbour,
        action="enterprise.edit",
        target=pair[1],
        before={"职工人数": "120"},
        after={"职工人数": "130"},
        unit="番禺区科协",
    )
    body = sent(*pair, seen=page.context["seen"], **{"field-employees": pair[0].pk})
    answer = client.post(reverse(MERGE), body)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "由他人改过" in text
    assert "番禺区科协 示例neighbour 修改" in text
    assert "120 → 130" in text
    assert chosen(answer)["employees"] == pair[0].pk
    assert f'name="absorbed_version" value="2"' in text  # noqa: F541 - reads like the page
    assert not Merger.objects.exists()


def test_the_absorbed_page_leads_to_the_kept_one_and_both_histories_stay(at, cast, pair):
    merge(cast.reviewer, *pair)
    client = at("reviewer")
    page = client.get(reverse("enterprise_detail", args=[pair[1].pk])).content.decode()
    assert "已并入" in page
    assert f'href="{reverse("enterprise_detail", args=[pair[0].pk])}"' in page
    assert [
        line.verb for line in client.get(reverse("enterprise_detail", args=[pair[1].pk])).context["history"]
    ] == ["合并"]


def test_who_sees_the_absorbed_one_alone_reads_where_it_went_without_a_link(at, cast, pair):
    merge(cast.reviewer, *pair)
    page = at("neighbour").get(reverse("enterprise_detail", args=[pair[1].pk])).content.decode()
    assert f"已并入“{NAME}”（天河区科协持有）" in page
    assert f'href="{reverse("enterprise_detail", args=[pair[0].pk])}"' not in page


def test_what_is_in_the_way_of_an_undoing_is_said_beside_it(at, cast, pair):
    merger = merge(cast.reviewer, *pair)
    factories.make_contact(pair[0])
    client = at("reviewer")
    page = client.get(reverse("enterprise_detail", args=[pair[0].pk])).content.decode()
    assert "合并之后又有办理，不能撤销" in page
    assert reverse("enterprise_unmerge", args=[merger.pk]) not in page
    answer = client.post(reverse("enterprise_unmerge", args=[merger.pk]))
    assert said(answer)[-1].startswith("合并之后又有办理，不能撤销")


@pytest.mark.parametrize(
    ("who", "status"), [("upper_clerk", 403), ("owner", 404), ("neighbour", 404), ("stranger", 404)]
)
def test_who_may_not_take_back_is_told_apart(at, cast, pair, who, status):
    merger = merge(cast.reviewer, *pair)
    assert at(who).post(reverse("enterprise_unmerge", args=[merger.pk])).status_code == status
    assert at("reviewer").post(reverse("enterprise_unmerge", args=[merger.pk + 1])).status_code == 404


# ---------- not the same, former names ----------


def test_not_the_same_is_remembered_and_taken_back(at, pair):
    client = at("reviewer")
    body = {"pk": [row.pk for row in pair], "back": "q=x"}
    answer = client.post(reverse("enterprise_distinct"), body)
    assert answer["Location"] == reverse(LIST) + "?q=x"
    row = DistinctPair.objects.get()
    assert NAME in client.get(reverse("enterprise_distinct_pairs")).content.decode()
    client.post(reverse("enterprise_distinct_withdraw", args=[row.pk]))
    assert not DistinctPair.objects.exists()
    assert client.post(reverse("enterprise_distinct_withdraw", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("picked", [[], ["x"], ["999999"], ["x", "y"]])
def test_odd_pairs_are_refused(at, picked):
    answer = at("reviewer").post(reverse("enterprise_distinct"), {"pk": picked})
    assert answer.status_code in (302, 404)
    assert not DistinctPair.objects.exists()


def test_former_names_are_added_and_taken_off_on_the_page(at, pair):
    client = at("owner")
    add = reverse("enterprise_former_name_add", args=[pair[0].pk])
    client.post(add, {"former_name": "广州示范旧称机械厂"})
    assert (
        "广州示范旧称机械厂" in client.get(reverse("enterprise_detail", args=[pair[0].pk])).content.decode()
    )
    client.post(reverse("enterprise_former_name_remove", args=[FormerName.objects.get().pk]))
    assert not FormerName.objects.exists()
    assert said(client.post(add, {"former_name": "甲"}))[-1] == (
        "“甲”不像企业全称。请填写曾用的企业全称，4 至 100 个字。"
    )


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("reviewer", 403), ("neighbour", 404), ("expert", 404)]
)
def test_who_may_not_add_a_former_name_is_told_apart(at, pair, who, status):
    add = reverse("enterprise_former_name_add", args=[pair[0].pk])
    assert at(who).post(add, {"former_name": "广州示范旧称机械厂"}).status_code == status
