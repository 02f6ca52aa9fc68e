"""Who may watch a piece of long work, and what is fetched while it runs."""

import pytest

from core.clock import machine_now
from core.models import Job


def make_job(kind, requested_by=None):
    """A running job."""
    now = machine_now()
    return Job.objects.create(
        kind=kind,
        key="x",
        state="running",
        requested_by=requested_by,
        requested_at=now,
        lease_until=now,
        message="计算中",
    )


def shared_kind():
    """A kind all staff may watch."""
    from core.jobs import shared_kinds  # noqa: PLC0415 - kinds are registered when the apps are ready

    return shared_kinds()[0]


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 200), ("hq_leader", 200), ("expert", 404), ("auditor", 404), ("sysadmin", 404)],
)
def test_shared_job(client, cast, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(f"/jobs/{make_job(shared_kind()).pk}/").status_code == status


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("colleague", 404)])
def test_other_jobs_are_their_requesters(client, cast, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(f"/jobs/{make_job('something', cast.owner).pk}/").status_code == status


def test_polling_gets_the_part_alone(client, cast):
    client.force_login(cast.viewer)
    job = make_job(shared_kind())
    part = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f'hx-get="/jobs/{job.pk}/"' in part
