"""The two signs of life."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.urls import reverse

from cast_portal import health
from core import clock
from core.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db


def beat(age: dt.timedelta = dt.timedelta()) -> None:
    WorkerHeartbeat.objects.create(name="worker", seen_at=clock.machine_now() - age)


@pytest.fixture(autouse=True)
def embedded_broker(settings, tmp_path):
    """Folders of this test, whatever broker the suite runs with."""
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = dict.fromkeys(
        ("data_folder_in", "data_folder_out", "control_folder"), str(tmp_path)
    )
    return tmp_path


def test_healthz_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("healthz"))
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_when_all_parts_work(client, embedded_broker):
    beat()
    response = client.get(reverse("readyz"))
    assert response.status_code == 200
    assert {name: part["ok"] for name, part in response.json().items()} == {
        "database": True,
        "broker": True,
        "worker": True,
    }
    assert list(embedded_broker.iterdir()) == []


@pytest.mark.parametrize(
    ("age", "ready"), [(dt.timedelta(seconds=50), True), (dt.timedelta(seconds=61), False), (None, False)]
)
def test_worker_by_its_heartbeat(client, age, ready):
    if age is not None:
        beat(age)
    response = client.get(reverse("readyz"))
    assert response.json()["worker"]["ok"] is ready
    assert response.status_code == (200 if ready else 503)


def test_broker_folder_that_is_gone(client, settings, tmp_path):
    beat()
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = dict.fromkeys(
        ("data_folder_in", "data_folder_out", "control_folder"), str(tmp_path / "gone")
    )
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    assert response.json()["broker"]["ok"] is False


def test_absent_redis_is_told_at_once(client, settings):
    beat()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    started = clock.machine_now()
    response = client.get(reverse("readyz"))
    assert clock.machine_now() - started < dt.timedelta(seconds=5)
    assert response.status_code == 503
    # Nothing of the address goes out to whoever asks.
    assert "127.0.0.1" not in response.content.decode()


def test_database_away(client, monkeypatch):
    def refuse():
        raise OperationalError("secret host name")

    monkeypatch.setattr(health.connection, "cursor", refuse)
    response = client.get(reverse("readyz"))
    assert response.status_code == 503
    assert response.json()["database"]["ok"] is False
    assert response.json()["worker"]["ok"] is False
    assert "secret" not in response.content.decode()
