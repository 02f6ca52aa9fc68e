"""Rows for tests, valid by default. A date overridden keeps the others valid."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from accounts.models import User
from orgs.calculations.names import normalize_enterprise_name
from orgs.calculations.pinyin import pinyin_key
from orgs.models import (
    CastOrganization,
    ContactPerson,
    Division,
    Enterprise,
    Office,
    OfficePlacement,
    Park,
    Post,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct-horse-2014"
_HASH: list[str] = []
_numbers = itertools.count(1)
AT = dt.datetime(2014, 10, 10, 9, 30, tzinfo=SHANGHAI)

# code, name, level of the division, upper code, code of the office above; offices are parents first.
_OFFICES = (
    ("hq", "000000", "全国", "hq", None),
    ("guangdong", "440000", "广东省", "province", "hq"),
    ("guangzhou", "440100", "广州市", "prefecture", "guangdong"),
    ("tianhe", "440106", "天河区", "county", "guangzhou"),
    ("panyu", "440113", "番禺区", "county", "guangzhou"),
    ("foshan", "440600", "佛山市", "prefecture", "guangdong"),
    ("chancheng", "440604", "禅城区", "county", "foshan"),
    ("zhejiang", "330000", "浙江省", "province", "hq"),
    ("hangzhou", "330100", "杭州市", "prefecture", "zhejiang"),
    ("xihu", "330106", "西湖区", "county", "hangzhou"),
    ("beijing", "110000", "北京市", "province", "hq"),
    ("dongcheng", "110101", "东城区", "county", "beijing"),
    ("xinjiang", "650000", "新疆维吾尔自治区", "province", "hq"),
    ("xpcc", "660000", "兵团", "province", "hq"),
    ("shihezi", "659001", "石河子市", "county", "xpcc"),
)
_DEPUTY_PROVINCIAL = {"guangzhou", "hangzhou"}


def make_tree() -> dict[str, Office]:
    """The offices of ``tests.conftest.Tree`` with their divisions and placements."""
    offices: dict[str, Office] = {}
    divisions: dict[str, Division] = {}
    below: dict[str | None, int] = {}
    for key, code, name, level, upper in _OFFICES:
        division = None
        if key not in ("hq", "xpcc"):
            above = "xinjiang" if key == "shihezi" else upper
            parent = divisions.get(above) if level != "province" else None
            full = f"{parent.full_name} {name}" if parent else name
            division = Division.objects.create(
                code=code, name=name, full_name=full, level=level, kind=name[-1], parent=parent
            )
            divisions[key] = division
        below[upper] = below.get(upper, 0) + 1
        parent_office = offices.get(upper)
        depth = parent_office.depth + 1 if parent_office else 1
        offices[key] = Office.objects.create(
            path=Office._get_path(parent_office.path if parent_office else "", depth, below[upper]),
            depth=depth,
            code=code,
            name="中国科学技术协会" if key == "hq" else f"{name}科学技术协会",
            short_name="中国科协" if key == "hq" else f"{name}科协",
            region_short=name if key in ("hq", "xpcc") else name[:2],
            level=level,
            division=division,
            is_deputy_provincial=key in _DEPUTY_PROVINCIAL,
            is_provincial_capital=key in _DEPUTY_PROVINCIAL,
        )
        OfficePlacement.objects.create(office=offices[key], parent=parent_office)
    for key, office in offices.items():
        Office.objects.filter(pk=office.pk).update(numchild=below.get(key, 0))
    return {key: Office.objects.get(pk=office.pk) for key, office in offices.items()}


def make_user(username: str, **values) -> User:
    """An account that may sign in with ``PASSWORD``."""
    if not _HASH:
        _HASH.append(make_password(PASSWORD))
    return User.objects.create(
        username=username, password=_HASH[0], **{"name": f"示例{username}", "created_at": AT, **values}
    )


def make_person(username: str, office: Office, *roles: str, **values) -> User:
    """An account with one post per role in the office."""
    user = make_user(username, **values)
    for role in roles:
        Post.objects.create(user=user, office=office, role=role, created_at=AT)
    return user


def _record_values(state: str, actor: User | None) -> dict:
    moments = {}
    if state in ("submitted", "returned"):
        moments = {"submitted_at": AT, "submitted_by": actor}
    if state in ("confirmed", "voided"):
        moments = {"confirmed_at": AT}
    if state in ("returned", "voided"):
        moments["return_reason"] = "内容不全"
    return {"state": state, "created_at": AT, "updated_at": AT, "created_by": actor, **moments}


def _contribute(record, actor: User | None):
    if actor is not None and record.state != "confirmed":
        record.contributors.add(actor)
    return record


def make_enterprise(
    office: Office, *, state: str = "confirmed", actor: User | None = None, **values
) -> Enterprise:
    """An enterprise at the office's own division (Tianhe's for offices without one)."""
    name = values.pop("name", f"示范企业第{next(_numbers)}有限公司")
    return _contribute(
        Enterprise.objects.create(
            name=name,
            name_key=normalize_enterprise_name(name),
            sort_key=pinyin_key(name)[:200],
            office=office,
            **{
                "division": office.division or Division.objects.get(code="440106"),
                "is_private": True,
                "established_on": dt.date(2001, 3, 1),
                **_record_values(state, actor),
                **values,
            },
        ),
        actor,
    )


def make_park(office: Office, *, state: str = "confirmed", actor: User | None = None, **values) -> Park:
    """A hi-tech zone at the office's own division."""
    name = values.pop("name", f"示范第{next(_numbers)}高新技术产业园区")
    return _contribute(
        Park.objects.create(
            name=name,
            name_key=normalize_enterprise_name(name),
            sort_key=pinyin_key(name)[:200],
            office=office,
            **{
                "division": office.division or Division.objects.get(code="440106"),
                "kind": "hitech",
                "grade": "other",
                **_record_values(state, actor),
                **values,
            },
        ),
        actor,
    )


def make_organization(
    host, *, state: str = "confirmed", actor: User | None = None, **values
) -> CastOrganization:
    """A CAST organisation at an enterprise or park, held by the host's holder, founded on 1 September 2014."""
    is_enterprise = isinstance(host, Enterprise)
    name = values.pop("name", f"{host.name}科学技术协会")
    return _contribute(
        CastOrganization.objects.create(
            kind="enterprise" if is_enterprise else "park",
            enterprise=host if is_enterprise else None,
            park=None if is_enterprise else host,
            office=host.office,
            name=name,
            sort_key=pinyin_key(name)[:220],
            **{
                "established_on": dt.date(2014, 9, 1),
                "chair": "陈示例",
                **_record_values(state, actor),
                **values,
            },
        ),
        actor,
    )


def make_contact(
    enterprise: Enterprise, *, state: str = "confirmed", actor: User | None = None, **values
) -> ContactPerson:
    """A contact person at an enterprise, set up on 1 August 2014."""
    number = next(_numbers)
    return _contribute(
        ContactPerson.objects.create(
            enterprise=enterprise,
            office=enterprise.office,
            **{
                "name": "林示例",
                "mobile": f"138{number:08d}",
                "established_on": dt.date(2014, 8, 1),
                **_record_values(state, actor),
                **values,
            },
        ),
        actor,
    )
