"""The first page of each role."""

import pytest
from django.urls import reverse

from core.services.drafts import save_form_draft
from tests.factories import make_contact, make_enterprise, make_organization, make_person

pytestmark = pytest.mark.django_db


def page(client, user):
    client.force_login(user)
    return client.get(reverse("home"))


def test_greeting_names_office_day_and_phase(client, cast):
    text = page(client, cast.owner).content.decode()
    assert "天河区科协" in text
    assert "今天是 10 月 15 日，组织实施阶段还剩 16 天" in text
    assert "还剩 46 天" in text
    assert "47 天后开始" in text


@pytest.mark.parametrize(
    ("who", "primary"),
    [
        ("owner", "organization_new"),
        ("hq_clerk", "park_new"),
        ("reviewer", "review_queue"),
        ("hq_leader", "dashboard"),
        ("viewer", "dashboard"),
        ("office_admin", "account_new"),
    ],
)
def test_first_button_is_the_role_s_own_work(client, cast, who, primary):
    response = page(client, getattr(cast, who))
    assert response.context["actions"][0].url == reverse(primary)
    assert response.content.decode().count("btn-primary") == 1


def test_auditor_and_sysadmin_begin_at_their_work(client, cast):
    assert page(client, cast.auditor).url == reverse("trail")
    assert page(client, cast.sysadmin).url == reverse("account_list")


def test_expert_sees_a_frame_without_navigation(client, cast):
    text = page(client, cast.expert).content.decode()
    assert "目前没有分配给您的评审任务" in text
    assert "主导航" not in text


def test_account_without_post_is_told_what_to_do(client, tree):
    text = page(client, make_person("new", tree.tianhe)).content.decode()
    assert "您的账号还没有任职" in text


def test_unfinished_form_is_one_click_away(client, cast):
    save_form_draft(
        user=cast.owner, key="organization-new", url="/organizations/new/", title="示范企业", payload={}
    )
    todo = page(client, cast.owner).context["todo"]
    assert [(row.item.title, row.item.url) for row in todo] == [("继续填写：示范企业", "/organizations/new/")]
    assert page(client, cast.colleague).context["todo"] == []


def test_own_submissions_with_their_states(client, cast, tree):
    host = make_enterprise(tree.tianhe)
    mine = make_organization(host, state="submitted", actor=cast.owner)
    contact = make_contact(make_enterprise(tree.tianhe), state="submitted", actor=cast.owner)
    make_organization(make_enterprise(tree.tianhe), state="submitted", actor=cast.colleague)
    make_organization(make_enterprise(tree.tianhe), state="draft", actor=cast.owner)
    rows = page(client, cast.owner).context["submitted"]
    assert {(row.kind, row.pk, row.state) for row, _ in rows} == {
        ("organization", mine.pk, "submitted"),
        ("contact", contact.pk, "submitted"),
    }


@pytest.mark.parametrize(("who", "budget"), [("owner", 18), ("reviewer", 18), ("hq_leader", 14)])
def test_query_budget_does_not_grow_with_rows(client, cast, tree, django_assert_max_num_queries, who, budget):
    # session, user, posts, offices above, to-do (at most 5 and drafts), calendar, figures (3), submissions, count
    for _ in range(8):
        make_organization(make_enterprise(tree.tianhe), state="submitted", actor=cast.owner)
        make_organization(make_enterprise(tree.tianhe), state="returned", actor=cast.owner)
    client.force_login(getattr(cast, who))
    with django_assert_max_num_queries(budget):
        assert client.get(reverse("home")).status_code == 200
