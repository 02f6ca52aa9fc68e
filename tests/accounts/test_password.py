"""The own password: the rules in Chinese, the one-time password, the end of other sessions."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import AuditEvent
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "xin-mima-2014-ok"


def change(client, old=PASSWORD, new=NEW, repeat=None):
    values = {"old_password": old, "new_password": new, "repeat": repeat or new}
    return client.post(reverse("password_change"), values)


def test_new_password_is_stored_and_other_sessions_end(client):
    user = make_user("zhang")
    elsewhere = Client()
    for each in (client, elsewhere):
        each.force_login(user)
    assert change(client).url == "/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get(reverse("password_change")).status_code == 200
    assert elsewhere.get(reverse("password_change")).url.startswith(reverse("login"))
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["account.change_password"]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"old": "wrong-password-1"}, "old_password", "现在的密码不对"),
        ({"new": "duan"}, "new_password", "密码太短，至少要 12 个字符"),
        ({"new": "382910473829"}, "new_password", "不能全是数字"),
        ({"new": PASSWORD}, "new_password", "和现在的一样"),
        ({"repeat": "xin-mima-2014-no"}, "repeat", "不一样"),
        ({"new": "zhangsan-zhang", "repeat": "zhangsan-zhang"}, "new_password", "和账号或姓名太相近"),
        ({"new": "1q2w3e4r5t6y"}, "new_password", "太常见"),
    ],
    ids=["wrong-old", "short", "digits", "same", "two-different", "like-user-name", "common"],
)
def test_refusals_stand_beside_the_field(client, values, field, words):
    user = make_user("zhangsan-zhang")
    client.force_login(user)
    response = change(client, **values)
    assert response.status_code == 422
    assert words in "".join(response.context["form"].errors[field])
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_one_time_password_opens_only_the_page_that_changes_it(client):
    user = make_user("zhang", must_change_password=True)
    client.force_login(user)
    for name in ("home", "search", "account_list"):
        assert client.get(reverse(name)).url == reverse("password_change")
    assert change(client).url == "/"
    user.refresh_from_db()
    assert not user.must_change_password
