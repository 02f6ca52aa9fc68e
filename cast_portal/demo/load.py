"""Loading the demonstration: accounts, register and figures of an invented 2014. All of it or nothing, and only once."""

import calendar
import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.models import User
from cast_portal.demo.accounts import Staff, make_accounts
from cast_portal.demo.acting import Acting
from cast_portal.demo.contacts import contact_enterprises
from cast_portal.demo.kit import Kit
from cast_portal.demo.names import SortKeys
from cast_portal.demo.places import Places
from cast_portal.demo.plain import plain_enterprises
from cast_portal.demo.profiles import Profiles
from cast_portal.demo.registered import new_organizations, old_organizations, refounded_organizations
from cast_portal.demo.repeated import repeated_enterprises
from cast_portal.demo.sizes import BUSINESS_DAY, SEED, Sizes
from cast_portal.demo.talks import write_talks
from cast_portal.demo.unfinished import unfinished_records
from cast_portal.demo.zones import park_organizations
from core.exceptions import DomainError
from core.locks import advisory_lock
from core.models import AuditEvent
from core.services.audit import record_event
from orgs.models import CastOrganization, ContactPerson, ContactVisit, Enterprise, Office, Park, Post
from orgs.services.bulk_entry import register_in_bulk
from orgs.services.bulk_rows import EnterpriseEntry, Entry, OrganizationEntry
from quotas.models import Plan, Snapshot
from quotas.services.snapshots import compute_snapshot

LOADED = "demo.load"
CACHE_KIB = 128 * 1024
Say = Callable[[str], None]


def snapshot_days() -> list[dt.date]:
    """1 January, then the middle and the end of each month up to the business day."""
    days = [dt.date(2014, 1, 1)]
    for month in range(1, BUSINESS_DAY.month + 1):
        last = dt.date(2014, month, calendar.monthrange(2014, month)[1])
        days += [dt.date(2014, month, 15), last]
    return [day for day in days if day <= BUSINESS_DAY]


def is_loaded(plan: Plan) -> bool:
    """Whether the demonstration is in this database."""
    return AuditEvent.objects.of(plan).filter(action=LOADED).exists()


def load_demo(*, scale: float, say: Say, seed: int = SEED, sizes: Sizes | None = None) -> bool:
    """Load everything unless it is there. Returns whether something was loaded.

    ``scale`` is the share of the enterprises without organisation or contact. Raises ``DomainError`` when the reference data
    is missing or the register holds something else.
    """
    plan = Plan.objects.for_year(BUSINESS_DAY.year)
    if plan is None or not Office.objects.exists():
        raise DomainError("缺少区划、科协或 2014 年方案。请先运行 manage.py load_reference 和 load_plan。")
    fresh = not is_loaded(plan)
    if fresh:
        with _prepared_for_writing():
            fresh = _load_register(plan, scale=scale, seed=seed, sizes=sizes or Sizes(), say=say)
    if fresh:
        with _step(say, "整理数据库统计信息"):
            # Before the figures: statistics of the empty tables make their queries a hundred times slower.
            refresh_statistics()
    known = set(Snapshot.objects.live().filter(plan=plan).values_list("on", flat=True))
    missing = [day for day in snapshot_days() if day not in known]
    if missing:
        with _step(say, f"{len(missing)} 天的数字"):
            for day in missing:
                compute_snapshot(plan=plan, on=day)
    return fresh


@contextmanager
def _prepared_for_writing() -> Iterator[None]:
    """SQLite writes one long transaction into an all but empty file: straight into it, and with more pages in memory.

    In WAL mode every page of so long a transaction is written several times and looked up in an ever longer log. The
    rollback journal undoes a load that is broken off just as well. With somebody else connected the mode stays as it is.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = {name: _pragma(cursor, name) for name in ("journal_mode", "cache_size")}
        with suppress(OperationalError):
            _pragma(cursor, "journal_mode = DELETE")
        _pragma(cursor, f"cache_size = -{CACHE_KIB}")
        try:
            yield
        finally:
            for name, value in usual.items():
                _pragma(cursor, f"{name} = {value}")


def _pragma(cursor: CursorWrapper, text: str) -> Any:
    cursor.execute(f"PRAGMA {text}")
    row = cursor.fetchone()
    return row[0] if row else None


@transaction.atomic
def _load_register(plan: Plan, *, scale: float, seed: int, sizes: Sizes, say: Say) -> bool:
    advisory_lock(LOADED)
    if is_loaded(plan):  # by somebody who held the lock before
        return False
    if Enterprise.objects.exists() or User.objects.exists():
        raise DomainError("台账或账号里已有别的数据，演示数据只载入空库。请换一个数据库。")
    with _step(say, "账号"):
        accounts = make_accounts(seed=seed)
    places = Places(seed)
    profiles = Profiles(seed, parks=_parks_by_division())
    kit = Kit(seed, sizes, places, profiles, Acting(Staff(), places.by_path))
    with _step(say, "编造组织、联系人和各种状态的记录"):
        made: list[EnterpriseEntry] = sorted(
            chain(
                old_organizations(kit),
                refounded_organizations(kit),
                new_organizations(kit),
                contact_enterprises(kit),
                unfinished_records(kit),
                repeated_enterprises(kit),
            ),
            key=lambda entry: entry.acts[0].at,
        )
        parks: list[OrganizationEntry] = sorted(park_organizations(kit), key=lambda entry: entry.acts[0].at)
    plain = round(max(0, sizes.enterprises - len(made)) * scale)
    sort_key = SortKeys()
    for title, entries in (
        (f"{plain} 家没有组织和联系人的企业", plain_enterprises(kit, plain)),
        (f"{len(made)} 家有记录的企业", made),
        (f"{len(parks)} 个园区的组织", parks),
    ):
        with _step(say, title):
            _register(entries, sort_key)
    with _step(say, "联系记录"):
        write_talks(kit)
    record_event(
        actor=None,
        action=LOADED,
        target=plan,
        after={"种子": seed, "规模": str(scale), "账号": accounts, "企业": Enterprise.objects.count()},
    )
    return True


def _register(entries: Iterable[Entry], sort_key: SortKeys) -> None:
    report = register_in_bulk(entries=entries, sort_key=sort_key)
    if report.refusals:
        first = report.refusals[0]
        raise DomainError(f"有 {len(report.refusals)} 条演示记录不合规则，没有载入。第一条：{first.reason}")


def _parks_by_division() -> dict[int, list[Park]]:
    parks: dict[int, list[Park]] = {}
    for park in Park.objects.confirmed().order_by("reference_id", "pk"):
        parks.setdefault(park.division_id, []).append(park)
    return parks


def refresh_statistics() -> None:
    """Let the database count what it holds, so that it plans its queries on the new sizes."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("ANALYZE")
            return
        # VACUUM also marks what index-only scans may trust; it is not allowed inside a transaction.
        verb = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
        for model in (
            Enterprise,
            CastOrganization,
            ContactPerson,
            ContactVisit,
            Park,
            AuditEvent,
            User,
            Post,
        ):
            cursor.execute(f"{verb} {connection.ops.quote_name(model._meta.db_table)}")


@contextmanager
def _step(say: Say, title: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    say(f"{title}：{time.monotonic() - started:.1f} 秒")
