"""What the frame shows to whom, and what it costs."""

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from cast_portal.context import frame
from cast_portal.navigation import PLACES
from orgs.models import Post
from tests.factories import make_enterprise, make_organization, make_person

pytestmark = pytest.mark.django_db

EVERYBODY = ["首页", "组织台账", "联系人"]


@pytest.mark.parametrize(
    ("who", "titles"),
    [
        ("owner", [*EVERYBODY, "进度看板"]),
        ("viewer", [*EVERYBODY, "进度看板"]),
        ("reviewer", [*EVERYBODY, "待确认", "进度看板"]),
        ("office_admin", [*EVERYBODY, "进度看板", "账号管理"]),
        ("sysadmin", ["账号管理"]),
        ("auditor", ["操作记录"]),
    ],
)
def test_navigation_by_role(client, cast, who, titles):
    client.force_login(getattr(cast, who))
    page = client.get(reverse("password_change"))
    assert [item.title for item in page.context["nav"]] == titles


def test_every_entry_exists_and_there_are_at_most_nine():
    assert [reverse(place.route) for place in PLACES]
    assert len(PLACES) <= 9


def test_current_entry_is_marked(client, cast):
    client.force_login(cast.sysadmin)
    page = client.get(reverse("account_list"))
    assert [item.title for item in page.context["nav"] if item.is_current] == ["账号管理"]


def test_count_of_what_waits(client, cast, tree):
    make_organization(make_enterprise(tree.tianhe), state="submitted", actor=cast.owner)
    make_organization(make_enterprise(tree.xihu), state="submitted", actor=cast.stranger)
    client.force_login(cast.reviewer)
    counts = {item.title: item.count for item in client.get(reverse("password_change")).context["nav"]}
    assert counts == {"首页": 0, "组织台账": 0, "联系人": 0, "待确认": 1, "进度看板": 0}


def frame_of(user: User):
    request = RequestFactory().get("/")
    request.user, request.session, request.resolver_match = user, {}, None
    return request, frame(request)


def test_an_answer_without_the_frame_costs_no_query(cast, django_assert_num_queries):
    user = User.objects.get(pk=cast.reviewer.pk)
    with django_assert_num_queries(0):
        frame_of(user)


def test_the_frame_costs_two_queries(cast, django_assert_num_queries):
    user = User.objects.get(pk=cast.reviewer.pk)
    template = Template(
        "{% for item in nav %}{{ item.title }}{% endfor %}{{ current_post.office_name }}{{ search_url }}"
    )
    with django_assert_num_queries(2):  # the posts, and one count
        request, values = frame_of(user)
        text = template.render(RequestContext(request, values))
    assert "广州市科协" in text


def test_switching_between_own_posts(client, tree, plan):
    user = make_person("two", tree.tianhe, "clerk")
    other = Post.objects.create(user=user, office=tree.xihu, role="viewer", created_at=user.created_at)
    client.force_login(user)
    assert client.get(reverse("home")).context["post"].office_name == "天河区科协"
    response = client.post(reverse("switch_post"), {"post": other.pk, "next": "/password/"})
    assert response.url == "/password/"
    assert client.get(reverse("home")).context["post"].office_name == "西湖区科协"


@pytest.mark.parametrize("which", ["another-person", "words", "none"])
def test_a_post_one_does_not_hold_cannot_be_taken(client, cast, which):
    client.force_login(cast.owner)
    number = {"another-person": cast.reviewer.posts.get().pk, "words": "x", "none": ""}[which]
    assert client.post(reverse("switch_post"), {"post": number}).status_code == 404
    assert client.get(reverse("switch_post")).status_code == 405


def test_switching_leads_nowhere_else(client, cast):
    client.force_login(cast.owner)
    values = {"post": cast.owner.posts.get().pk, "next": "https://elsewhere.example/"}
    assert client.post(reverse("switch_post"), values).url == "/"
