"""Who may have a day computed, and that asking twice asks once."""

import datetime as dt

import pytest

from core.exceptions import DomainError, NotAllowed
from core.models import Job
from core.services.jobs import run_job
from quotas.models import Snapshot
from quotas.services.requests import request_day
from tests.conftest import TODAY

DAY = dt.date(2014, 7, 1)


def ask(actor, office, *, on=DAY, force=False) -> Job:
    return request_day(actor=actor, office=office, on=on, force=force, url="/dashboard/")


@pytest.mark.parametrize(
    ("who", "force", "allowed"),
    [
        ("owner", False, True),
        ("viewer", False, False),
        ("office_admin", False, False),
        ("stranger", False, False),
        ("hq_clerk", False, True),
        ("hq_clerk", True, True),
        ("hq_leader", True, True),
        ("upper", True, False),
        ("owner", True, False),
        ("auditor", False, False),
        ("disabled", False, False),
    ],
)
def test_who_may_ask(cast, tree, who, force, allowed) -> None:
    actor = getattr(cast, who)
    if allowed:
        assert ask(actor, tree.tianhe, force=force).args["force"] is force
        return
    with pytest.raises(NotAllowed):
        ask(actor, tree.tianhe, force=force)
    assert not Job.objects.exists()


def test_asking_twice_asks_once(cast, tree) -> None:
    assert ask(cast.owner, tree.tianhe) == ask(cast.hq_clerk, tree.hq)


def test_asking_again_is_not_served_by_a_request_that_would_not_compute(cast, tree) -> None:
    assert ask(cast.hq_clerk, tree.hq) != ask(cast.hq_clerk, tree.hq, force=True)


def test_the_job_computes_the_day_and_names_its_page(cast, tree) -> None:
    job = ask(cast.owner, tree.tianhe)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["url"]) == ("done", "/dashboard/")
    assert Snapshot.objects.live().get().on == DAY
    assert Snapshot.objects.get().computed_by == cast.owner


def test_computing_again_replaces_the_day(cast, tree) -> None:
    run_job(ask(cast.hq_clerk, tree.hq, on=TODAY).pk)
    first = Snapshot.objects.live().get()
    run_job(ask(cast.hq_clerk, tree.hq, on=TODAY, force=True).pk)
    assert Snapshot.objects.live().get() != first


def test_a_year_without_a_plan_is_refused(cast, tree) -> None:
    with pytest.raises(DomainError, match="没有 2013 年的实施方案"):
        ask(cast.owner, tree.tianhe, on=dt.date(2013, 5, 1))
