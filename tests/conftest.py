"""What every test may ask for: a small tree of offices, a fixed cast, a pinned day."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from accounts.models import User
from orgs.models import Division, Office
from quotas.models import Plan
from quotas.services.plans import load_plan, read_plan_file
from tests import factories

TODAY = dt.date(2014, 10, 15)
PLAN_FILE = Path(__file__).resolve().parent.parent / "quotas" / "data" / "plan_2014.toml"


@pytest.fixture(autouse=True)
def pinned_day(settings):
    """Business rules count with 15 October 2014; the time of day is the machine's."""
    settings.PORTAL_TODAY = TODAY
    return TODAY


@dataclasses.dataclass(frozen=True)
class Tree:
    """A few real offices. Guangzhou and Hangzhou are deputy-provincial; Dongcheng hangs directly under Beijing."""

    hq: Office
    guangdong: Office
    guangzhou: Office
    tianhe: Office
    panyu: Office
    foshan: Office
    chancheng: Office
    zhejiang: Office
    hangzhou: Office
    xihu: Office
    beijing: Office
    dongcheng: Office
    xinjiang: Office
    xpcc: Office
    shihezi: Office


@pytest.fixture
def tree(db) -> Tree:
    """The offices and their divisions, today's placements without dates."""
    return Tree(**factories.make_tree())


@pytest.fixture
def plan(tree) -> Plan:
    """The plan of 2014 from its own file; with it, prefectures and above confirm."""
    return load_plan(read_plan_file(PLAN_FILE))[0]


@dataclasses.dataclass(frozen=True)
class Cast:
    """The people of every permission test. The owner's office is 天河区科协."""

    owner: User  # clerk in Tianhe
    colleague: User  # another clerk in Tianhe
    viewer: User  # viewer in Tianhe
    neighbour: User  # clerk in Panyu, the sister county
    reviewer: User  # reviewer in Guangzhou
    reviewer_and_clerk: User  # both posts in Guangzhou
    upper_clerk: User  # clerk in Guangzhou
    upper: User  # reviewer in Guangdong
    second_upper: User  # another reviewer in Guangdong
    province_clerk: User  # clerk in Guangdong
    stranger: User  # clerk in Xihu, another province
    foreign_reviewer: User  # reviewer in Hangzhou
    hq_leader: User
    hq_clerk: User
    hq_reviewer: User
    office_admin: User  # of Guangzhou
    expert: User
    auditor: User
    sysadmin: User
    disabled: User  # clerk in Tianhe, switched off


@pytest.fixture
def cast(tree, plan) -> Cast:
    """One account per part, all with the password ``factories.PASSWORD``."""
    post = factories.make_person
    return Cast(
        owner=post("owner", tree.tianhe, "clerk"),
        colleague=post("colleague", tree.tianhe, "clerk"),
        viewer=post("viewer", tree.tianhe, "viewer"),
        neighbour=post("neighbour", tree.panyu, "clerk"),
        reviewer=post("reviewer", tree.guangzhou, "reviewer"),
        reviewer_and_clerk=post("both", tree.guangzhou, "reviewer", "clerk"),
        upper_clerk=post("upper-clerk", tree.guangzhou, "clerk"),
        upper=post("upper", tree.guangdong, "reviewer"),
        second_upper=post("second-upper", tree.guangdong, "reviewer"),
        province_clerk=post("province-clerk", tree.guangdong, "clerk"),
        stranger=post("stranger", tree.xihu, "clerk"),
        foreign_reviewer=post("foreign-reviewer", tree.hangzhou, "reviewer"),
        hq_leader=post("hq-leader", tree.hq, "leader"),
        hq_clerk=post("hq-clerk", tree.hq, "clerk"),
        hq_reviewer=post("hq-reviewer", tree.hq, "reviewer"),
        office_admin=post("office-admin", tree.guangzhou, "office_admin"),
        expert=factories.make_user("expert", special_role="expert"),
        auditor=factories.make_user("auditor", special_role="auditor"),
        sysadmin=factories.make_user("sysadmin", special_role="sysadmin"),
        disabled=post("disabled", tree.tianhe, "clerk", is_active=False),
    )


@pytest.fixture
def division(tree):
    """Look a division up by its code."""
    return lambda code: Division.objects.get(code=code)
