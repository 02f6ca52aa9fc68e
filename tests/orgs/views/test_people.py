"""The account pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.models import AuditEvent
from orgs.models import Post
from tests.factories import AT, PASSWORD, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.office_admin)
    return client


def names(response) -> list[str]:
    return [person.username for person in response.context["page"]]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("office_admin", 200),
        ("sysadmin", 200),
        ("owner", 403),
        ("hq_leader", 403),
        ("auditor", 403),
        ("expert", 403),
    ],
)
def test_who_may_open_the_pages(client, cast, who, status):
    client.force_login(getattr(cast, who))
    for address in (reverse("account_list"), reverse("account_new"), reverse("account_offices")):
        assert client.get(address).status_code == status


def test_list_is_of_the_own_subtree(admin, cast):
    assert names(admin.get(reverse("account_list"))) == sorted(
        [
            "owner",
            "colleague",
            "viewer",
            "neighbour",
            "reviewer",
            "both",
            "upper-clerk",
            "office-admin",
            "disabled",
        ]
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "neigh"}, ["neighbour"]),
        ({"office": "440113"}, ["neighbour"]),
        ({"office": "440106 天河区科协", "role": "clerk"}, ["colleague", "disabled", "owner"]),
        ({"role": "reviewer"}, ["both", "reviewer"]),
        ({"state": "disabled"}, ["disabled"]),
        ({"q": "nobody"}, []),
    ],
    ids=str,
)
def test_filters(admin, query, expected):
    assert names(admin.get(reverse("account_list"), query)) == expected


@pytest.mark.parametrize(
    "query", [{"office": "330106"}, {"role": "boss"}, {"page": "x"}, {"state": "?"}], ids=str
)
def test_a_filter_that_cannot_be_is_left_aside(admin, query):
    assert len(names(admin.get(reverse("account_list"), query))) == 9


def test_query_budget(admin, tree):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(reverse("account_list")).status_code == 200
        return len(queries)

    few = count()
    for number in range(30):
        make_person(f"more-{number}", tree.tianhe, "clerk", "viewer")
    assert count() == few <= 8


def test_one_time_password_is_shown_once_and_kept_nowhere(admin, cast, caplog):
    values = {"name": "陈示例", "office": "440106", "role": "clerk", "username": ""}
    response = admin.post(reverse("account_new"), values)
    password = response.context["password"]
    text = response.content.decode()
    assert response.status_code == 200
    assert (text.count(password), "440106-chenshili" in text) == (2, True)  # to read, and to copy
    assert "no-store" in response["Cache-Control"]
    person = User.objects.get(username="440106-chenshili")
    assert password not in str(dict(admin.session)) + str(response.cookies) + caplog.text
    assert password not in admin.get(reverse("account_detail", args=[person.pk])).content.decode()
    # The person gets in with it and has to change it first.
    own = Client()
    own.post(reverse("login"), {"username": person.username, "password": password})
    assert own.get(reverse("home")).url == reverse("password_change")


def test_refused_entry_keeps_what_was_typed(admin):
    values = {"name": "陈示例", "office": "西湖区科协", "role": "clerk", "username": "chen"}
    response = admin.post(reverse("account_new"), values)
    assert response.status_code == 422
    text = response.content.decode()
    assert "您的范围内没有“西湖区科协”" in text
    assert 'value="陈示例"' in text
    assert 'value="chen"' in text
    assert not User.objects.filter(username="chen").exists()


def test_unclear_office_names_the_candidates(admin):
    response = admin.post(reverse("account_new"), {"name": "陈示例", "office": "区科协", "role": "clerk"})
    assert "440106 天河区科协、440113 番禺区科协" in response.content.decode()


def test_offices_while_typing_are_the_own_subtree_s(admin):
    assert "440106 天河区科协" in admin.get(reverse("account_offices"), {"office": "天河"}).content.decode()
    assert admin.get(reverse("account_offices"), {"office": "西湖"}).content.decode().strip() == ""


@pytest.mark.parametrize(
    "name", ["account_detail", "account_reset", "account_disable", "account_enable", "post_add"]
)
def test_an_account_elsewhere_is_not_there(admin, cast, name):
    address = reverse(name, args=[cast.stranger.pk])
    assert (admin.get if name == "account_detail" else admin.post)(address).status_code == 404


def test_a_post_elsewhere_is_not_there(admin, cast):
    assert admin.post(reverse("post_end", args=[cast.stranger.posts.get().pk])).status_code == 404
    assert cast.stranger.posts.get().ended_at is None


def test_acts_are_posts_only(admin, cast):
    for name in ("account_reset", "account_disable", "account_enable", "post_add"):
        assert admin.get(reverse(name, args=[cast.owner.pk])).status_code == 405


def test_reset_shows_a_new_password_and_ends_open_sessions(admin, cast):
    own = Client()
    own.force_login(cast.owner)
    response = admin.post(reverse("account_reset", args=[cast.owner.pk]))
    assert User.objects.get(pk=cast.owner.pk).check_password(response.context["password"])
    assert own.get(reverse("home")).url.startswith(reverse("login"))


def test_disable_asks_for_a_reason_and_ends_open_sessions(admin, cast):
    own = Client()
    own.force_login(cast.owner)
    address = reverse("account_disable", args=[cast.owner.pk])
    refused = admin.post(address, {"reason": ""})
    assert (refused.status_code, "请写明停用原因" in refused.content.decode()) == (422, True)
    assert own.get(reverse("home")).status_code == 200
    assert admin.post(address, {"reason": "已调离"}).status_code == 302
    assert own.get(reverse("home")).url.startswith(reverse("login"))
    assert admin.post(reverse("account_enable", args=[cast.owner.pk]), {"reason": "调回"}).status_code == 302
    assert own.post(reverse("login"), {"username": "owner", "password": PASSWORD}).url == "/"


def test_posts_are_added_and_ended(admin, cast):
    address = reverse("post_add", args=[cast.owner.pk])
    assert admin.post(address, {"office": "440113", "role": "viewer"}).status_code == 302
    post = cast.owner.posts.get(office__code="440113")
    assert admin.post(address, {"office": "440113", "role": "viewer"}).status_code == 422
    assert admin.post(reverse("post_end", args=[post.pk])).status_code == 302
    assert cast.owner.posts.held().count() == 1
    text = admin.get(reverse("account_detail", args=[cast.owner.pk])).content.decode()
    assert "增加任职：番禺区科协 查看" in text
    assert "结束任职：番禺区科协 查看" in text


def test_an_account_with_a_post_outside_may_only_be_read(admin, cast, tree):
    Post.objects.create(user=cast.owner, office=tree.xihu, role="viewer", created_at=AT)
    text = admin.get(reverse("account_detail", args=[cast.owner.pk])).content.decode()
    assert "只能查看" in text
    assert "另有 1 个任职在您的范围以外" in text
    assert "西湖" not in text
    assert admin.post(reverse("account_reset", args=[cast.owner.pk])).status_code == 403
    assert not AuditEvent.objects.filter(action__startswith="account.").exists()


def test_own_account_may_only_be_read(admin, cast):
    assert "只能查看" in admin.get(reverse("account_detail", args=[cast.office_admin.pk])).content.decode()


def test_system_administrator_gives_special_roles(client, cast):
    client.force_login(cast.sysadmin)
    values = {"name": "林示例", "special_role": "expert", "username": "expert-77"}
    assert client.post(reverse("account_new"), values).status_code == 200
    assert User.objects.get(username="expert-77").special_role == "expert"
    assert names(client.get(reverse("account_list"), {"role": "expert"})) == ["expert", "expert-77"]


def test_office_administrator_gives_none(admin):
    admin.post(reverse("account_new"), {"name": "林示例", "special_role": "auditor", "username": "sly"})
    assert not User.objects.filter(username="sly").exists()
