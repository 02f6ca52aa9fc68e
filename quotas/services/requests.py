"""Asking for the figures of a day."""

import datetime as dt

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from core.exceptions import DomainError, NotAllowed
from core.models import Job
from core.services.jobs import request_job
from orgs.models import Office
from orgs.models.reach import reach_of
from orgs.permissions import COMPUTE
from quotas.models import Plan
from quotas.services.staleness import DAY

Person = User | AnonymousUser


def may_compute(user: Person, office: Office) -> bool:
    """Whether the person may have a day computed that has no figures yet: any working post that reaches the office."""
    return reach_of(user).covers(COMPUTE, office.path)


def may_recompute(user: Person) -> bool:
    """Whether the person may have figures computed again that are there: working posts at HQ, because it is for all."""
    return any(post.is_hq for post in reach_of(user).with_roles(COMPUTE))


def request_day(*, actor: Person, office: Office, on: dt.date, force: bool, url: str) -> Job:
    """Ask for the figures of a day, for every office at once. Asked twice, the waiting request serves both.

    ``url`` is the page that shows them. Raises ``NotAllowed`` without the right, ``DomainError`` when no plan covers the day.
    """
    if force and not may_recompute(actor):
        raise NotAllowed("已有的数字只由中国科协重新计算。数字有变动时平台会自动更新。")
    if not may_compute(actor, office):
        raise NotAllowed("您的任职只能查看。请由本单位经办、审核或负责人计算。")
    if Plan.objects.in_force_on(on) is None:
        raise DomainError(f"没有 {on.year} 年的实施方案，不能计算。请选择有方案的年份。", field="on")
    key = f"{on.isoformat()}:again" if force else on.isoformat()
    return request_job(
        kind=DAY, key=key, args={"on": on.isoformat(), "force": force, "url": url}, actor=actor
    )
