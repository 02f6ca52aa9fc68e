"""Signing in: who gets in, what is said to those who do not, and the lock after five failures."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.services.accounts import reset_password
from core.models import AuditEvent
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_in(client, username, password, **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def test_right_password_opens_home_and_is_in_the_trail(client):
    user = make_user("zhang")
    response = sign_in(client, "zhang", PASSWORD)
    assert (response.status_code, response.url) == (302, "/")
    assert list(AuditEvent.objects.values_list("action", "actor")) == [("account.login", user.pk)]


def test_user_name_in_any_case(client):
    make_user("zhang")
    assert sign_in(client, "ZHANG", PASSWORD).status_code == 302


def test_unknown_wrong_and_disabled_get_the_same_words(client):
    make_user("zhang")
    make_user("gone", is_active=False)
    told = []
    for username, password in (("nobody", PASSWORD), ("zhang", "wrong-password-1"), ("gone", PASSWORD)):
        response = sign_in(client, username, password)
        assert response.status_code == 200
        told.append(response.context["form"].non_field_errors())
    assert told[0] == told[1] == told[2]
    assert "停用" in told[0][0]


@pytest.mark.parametrize(
    "names", [["zhang"] * 5, ["zhang", "ZHANG", "Zhang", " zhang", "zhanG"]], ids=["same", "any-case"]
)
def test_five_failures_lock_name_and_address(client, names):
    make_user("zhang")
    for name in names:
        response = sign_in(client, name, "wrong-password-1")
    assert response.status_code == 429
    assert "暂停登录 15 分钟" in response.content.decode()
    # The right password does not help while it is locked, another name does.
    assert sign_in(client, "zhang", PASSWORD).status_code == 429
    make_user("li")
    assert sign_in(client, "li", PASSWORD).status_code == 302


def test_lock_is_of_one_address_only(client):
    make_user("zhang")
    for _ in range(5):
        sign_in(client, "zhang", "wrong-password-1")
    elsewhere = client.post(
        reverse("login"), {"username": "zhang", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9"
    )
    assert elsewhere.status_code == 302


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/password/", "/password/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:x", "/"),
    ],
)
def test_next_leads_only_to_this_portal(client, target, lands):
    make_user("zhang")
    assert sign_in(client, "zhang", PASSWORD, next=target).url == lands


def test_demonstration_accounts_are_offered_in_demonstration_mode_only(client, settings):
    make_user("440106-clerk")
    make_user("sysadmin", special_role="sysadmin", is_active=False)
    assert "440106-clerk" not in client.get(reverse("login")).content.decode()
    settings.PORTAL_DEMO = True
    page = client.get(reverse("login"))
    assert [name for name, _ in page.context["demo_accounts"]] == ["440106-clerk"]
    assert settings.PORTAL_DEMO_PASSWORD in page.content.decode()


def test_signing_out_takes_post_and_works_with_an_ended_session(client):
    client.force_login(make_user("zhang"))
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == reverse("login")
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("logout")).url == reverse("login")


def test_disabled_account_is_out_at_the_next_click(client):
    user = make_user("zhang")
    client.force_login(user)
    assert client.get(reverse("password_change")).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("password_change")).url.startswith(reverse("login"))


def test_a_new_one_time_password_lifts_the_lock(client):
    zhang = make_user("zhang")
    for _ in range(6):
        sign_in(client, "zhang", "wrong-password-1")
    assert sign_in(client, "zhang", PASSWORD).status_code == 429
    password = reset_password(actor=zhang, user=zhang)
    assert sign_in(client, "zhang", password).status_code == 302
