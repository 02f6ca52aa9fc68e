"""Fetching a kept file: its owner alone, while its time and his rights last."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.file_kinds import register_file_kind
from core.models import StoredFile
from core.services.files import delete_expired_files, path_of, store_file
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
register_file_kind("test.page", refusal=lambda needs, owner: needs.get("refusal", ""), again="请再做一次。")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"
    return settings.PORTAL_FILES_DIR


@pytest.fixture
def owner():
    return factories.make_user("keeper")


def keep(owner, **values) -> StoredFile:
    made = {"purpose": "test.page", "name": "名单.csv", "content_type": "text/csv", "chunks": [b"abc"]}
    return store_file(owner=owner, **(made | values))


def fetch(user, stored):
    client = Client()
    client.force_login(user)
    return client.get(reverse("stored_file", args=[stored.token]))


def test_the_owner_gets_the_file_to_save_and_nothing_to_run(owner):
    answer = fetch(owner, keep(owner))
    assert (answer.status_code, answer.getvalue()) == (200, b"abc")
    assert {name: answer[name] for name in ("Content-Length", "Content-Type", "X-Content-Type-Options")} == {
        "Content-Length": "3",
        "Content-Type": "text/csv",
        "X-Content-Type-Options": "nosniff",
    }
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_nobody_else_learns_that_there_is_a_file(owner):
    assert fetch(factories.make_user("other"), keep(owner)).status_code == 404


@pytest.mark.parametrize("swept", [False, True])
def test_the_owner_is_told_that_its_time_is_over_before_and_after_the_sweep(owner, swept):
    stored = keep(owner)
    StoredFile.objects.filter(pk=stored.pk).update(
        created_at=stored.created_at - 2 * DAY, expires_at=clock.machine_now() - DAY
    )
    if swept:
        delete_expired_files()
        assert not path_of(stored).exists()
    answer = fetch(owner, stored)
    page = answer.content.decode()
    assert (answer.status_code, "文件已过期" in page, "请再做一次。" in page) == (410, True, True)
    assert fetch(factories.make_user("other"), stored).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_told_as_removed(owner):
    stored = keep(owner)
    path_of(stored).unlink()
    answer = fetch(owner, stored)
    assert (answer.status_code, "文件已删除" in answer.content.decode()) == (410, True)


def test_rights_withdrawn_close_the_file_with_words(owner):
    answer = fetch(owner, keep(owner, needs={"refusal": "您不再是这里的人。"}))
    page = answer.content.decode()
    assert (answer.status_code, "文件不能再下载" in page, "您不再是这里的人。" in page) == (403, True, True)
