"""The demonstration accounts: every office's five, experts, auditor, system administrator. One password for all."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import SpecialRole, User
from cast_portal.demo.days import in_hours
from core.bulk import insert_rows
from core.models import AuditEvent
from orgs.choices import OfficeLevel, Role
from orgs.models import Office, Post
from orgs.services.bulk_writer import EVENT_COLUMNS, reserve_ids

CREATED_ON = dt.date(2014, 1, 2)
EXPERTS = 40
_DIGITS = "零一二三四五六七八九"
# People with two posts, to try the switch between them: user name, name, (office, role) twice.
_TWO_POSTS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("000000-both", "示例双岗·全国", (("000000", Role.LEADER), ("000000", Role.REVIEWER))),
    ("440100-both", "示例双岗·广州", (("440100", Role.REVIEWER), ("440106", Role.CLERK))),
    ("440106-both", "示例双岗·天河", (("440106", Role.CLERK), ("440113", Role.CLERK))),
    ("330100-both", "示例双岗·杭州", (("330100", Role.CLERK), ("330106", Role.CLERK))),
)
_USER_COLUMNS = (
    "id",
    "password",
    "username",
    "name",
    "is_active",
    "must_change_password",
    "special_role",
    "created_at",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """One account to make."""

    username: str
    name: str
    posts: tuple[tuple[Office, str], ...] = ()
    special_role: str = ""


def planned_accounts(offices: list[Office]) -> Iterator[Account]:
    """All accounts, offices in the order of their codes."""
    by_code = {office.code: office for office in offices}
    for office in sorted(offices, key=lambda office: office.code):
        for role in Role:
            yield Account(
                f"{office.code}-{role.value}",
                f"示例{role.label}·{office.region_short}",
                ((office, role.value),),
            )
        if office.level in (OfficeLevel.HQ, OfficeLevel.PROVINCE) or office.is_deputy_provincial:
            # A province's own entries need a second person (DESIGN §3), also when the first one enters.
            yield Account(
                f"{office.code}-reviewer2",
                f"示例审核二·{office.region_short}",
                ((office, Role.REVIEWER.value),),
            )
    for username, name, posts in _TWO_POSTS:
        if all(code in by_code for code, _ in posts):
            yield Account(username, name, tuple((by_code[code], str(role)) for code, role in posts))
    for number in range(1, EXPERTS + 1):
        yield Account(f"expert-{number:02d}", f"示例专家·{_numeral(number)}", special_role=SpecialRole.EXPERT)
    yield Account("auditor", "示例审计员", special_role=SpecialRole.AUDITOR)
    yield Account("sysadmin", "示例系统管理员", special_role=SpecialRole.SYSADMIN)


def _numeral(number: int) -> str:
    """1 to 99 in Chinese: names of persons carry no digits."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones else ""
    )


def make_accounts(*, seed: int) -> int:
    """Write all accounts with posts and trail. Returns their number. The password is hashed once, for all."""
    accounts = list(planned_accounts(list(Office.objects.all())))
    password = make_password(settings.PORTAL_DEMO_PASSWORD)
    at = in_hours(Random(f"{seed}:accounts"), CREATED_ON)
    keys = reserve_ids(User, len(accounts))
    users = [
        (pk, password, account.username, account.name, True, False, account.special_role, at)
        for pk, account in zip(keys, accounts, strict=True)
    ]
    insert_rows(User, _USER_COLUMNS, users)
    posts = [
        (pk, office.pk, role, at, None)
        for pk, account in zip(keys, accounts, strict=True)
        for office, role in account.posts
    ]
    insert_rows(Post, ("user_id", "office_id", "role", "created_at", "ended_at"), posts)
    insert_rows(AuditEvent, EVENT_COLUMNS, _events(zip(keys, accounts, strict=True), at))
    return len(accounts)


def _events(accounts, at: dt.datetime) -> Iterator[tuple]:
    for pk, account in accounts:
        yield _event(at, "account.create", pk, account, {"账号": account.username, "姓名": account.name})
        for office, role in account.posts:
            yield _event(at, "account.add_post", pk, account, {"任职": f"{office} {Role(role).label}"})


def _event(at: dt.datetime, action: str, pk: int, account: Account, after: dict[str, str]) -> tuple:
    """One row of the trail as the services of accounts write it, in the order of ``EVENT_COLUMNS``; by the portal itself."""
    return (at, None, "系统", "演示数据", action, User._meta.label_lower, pk, account.name, {}, after, "")


class Staff:
    """The clerks and reviewers by office."""

    def __init__(self) -> None:
        users = User.objects.filter(posts__role__in=[Role.CLERK, Role.REVIEWER]).distinct()
        self._by_username = {user.username: user for user in users}

    def clerk(self, office: Office) -> User:
        """The office's clerk."""
        return self._by_username[f"{office.code}-clerk"]

    def reviewer(self, office: Office) -> User:
        """The office's reviewer."""
        return self._by_username[f"{office.code}-reviewer"]
