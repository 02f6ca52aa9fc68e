"""The first account of a deployment."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


def run(**options) -> str:
    out = StringIO()
    call_command("create_first_admin", stdout=out, **{"username": "first", "name": "陈示例", **options})
    return out.getvalue()


def test_creates_hq_s_administrator_and_prints_the_password_once(tree):
    lines = dict(line.split("：", 1) for line in run().splitlines() if "：" in line)
    user = User.objects.get(username="first")
    assert user.check_password(lines["一次性密码"])
    assert user.must_change_password
    assert list(user.posts.values_list("office__code", "role")) == [("000000", "office_admin")]
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "actor_label", "actor_unit")) == [
        ("account.create", "系统", "服务器命令"),
        ("account.add_post", "系统", "服务器命令"),
    ]


def test_refuses_a_second_one_in_words(tree):
    run()
    with pytest.raises(CommandError, match="已有账号管理员“first”"):
        run(username="second")
    assert not User.objects.filter(username="second").exists()


def test_helps_when_the_only_one_is_switched_off(tree):
    run()
    User.objects.update(is_active=False)
    run(username="second")
    assert User.objects.filter(username="second").exists()


def test_system_administrator_instead(tree):
    run(sysadmin=True)
    assert User.objects.get().special_role == "sysadmin"
    with pytest.raises(CommandError, match="已有系统管理员"):
        run(username="second", sysadmin=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"office": "999999"}, "没有代码为 999999 的科协"),
        ({"name": "陈"}, "姓名"),
        ({"username": "有 空格"}, "用户名|账号"),
    ],
)
def test_refusals(tree, options, words):
    with pytest.raises(CommandError, match=words):
        run(**options)
    assert not User.objects.exists()
