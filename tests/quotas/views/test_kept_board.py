"""A drawn board is kept for the next reader, and drawn anew as soon as it would look different."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.test import Client

from orgs.changes import RegistryChange
from orgs.models import CastOrganization
from quotas.models import Snapshot
from quotas.services.plans import load_plan, read_plan_file
from quotas.services.snapshots import compute_snapshot
from quotas.services.staleness import note_registry_change
from quotas.views.kept_board import TOKEN_PLACE
from tests import factories
from tests.conftest import PLAN_FILE, TODAY

HQ, GUANGDONG, TIANHE = "/dashboard/", "/dashboard/440000/", "/dashboard/440106/"
_TOKEN = re.compile(r"\b[A-Za-z0-9]{64}\b")


@pytest.fixture
def registry(cast, plan, tree):
    caches["boards"].clear()
    for office in (tree.tianhe, tree.guangzhou, tree.xihu):
        factories.make_organization(factories.make_enterprise(office))
    compute_snapshot(plan=plan, on=TODAY)
    return tree


def browser(user) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def board(client: Client, address: str) -> str:
    """The board alone, without the tokens that differ with each answer."""
    page = client.get(address).content.decode()
    return _TOKEN.sub("", page.partition('<div id="board"')[2])


@pytest.mark.parametrize("address", [HQ, GUANGDONG, "/dashboard/?by=park_coverage&without=1"])
def test_the_second_reader_gets_the_same_for_half_the_questions(
    registry, cast, django_assert_max_num_queries, address
) -> None:
    first, second = browser(cast.hq_reviewer), browser(cast.hq_clerk)
    with django_assert_max_num_queries(12):
        drawn = board(first, address)
    with django_assert_max_num_queries(6):
        assert board(second, address) == drawn


def test_each_reader_gets_the_own_token(registry, cast) -> None:
    for person in (cast.hq_reviewer, cast.hq_reviewer):
        client = browser(person)
        page = client.get(HQ).content.decode()
        assert TOKEN_PLACE not in page
        (token,) = re.findall(
            r'name="csrfmiddlewaretoken" value="(\w{64})"[^>]*>\s*<input [^>]*name="on"', page
        )
        data = {"csrfmiddlewaretoken": token, "on": TODAY.isoformat(), "force": "1"}
        assert client.post("/dashboard/000000/compute/", data).status_code == 302


def test_new_figures_show_at_once(registry, cast, plan) -> None:
    client = browser(cast.hq_leader)
    before = board(client, HQ)
    factories.make_organization(factories.make_enterprise(registry.panyu))
    assert board(client, HQ) == before
    compute_snapshot(plan=plan, on=TODAY, force=True)
    assert board(client, HQ) != before


def test_that_something_changed_shows_at_once(registry, cast) -> None:
    client = browser(cast.hq_leader)
    assert "有新变动" not in board(client, HQ)
    note_registry_change(RegistryChange(effective_on=TODAY, counts_changed=True))
    assert "有新变动" in board(client, HQ)


def test_another_stored_day_shows_in_the_year_at_once(registry, cast, plan) -> None:
    client = browser(cast.hq_leader)
    before = board(client, HQ)
    compute_snapshot(plan=plan, on=dt.date(2014, 9, 30))
    assert board(client, HQ) != before


def test_a_changed_target_shows_at_once(registry, cast) -> None:
    client = browser(cast.hq_leader)
    assert "6,000" in board(client, HQ)
    file = read_plan_file(PLAN_FILE)
    targets = tuple(
        (key, Decimal(7000) if value == 6000 else value, source) for key, value, source in file.targets
    )
    load_plan(type(file)(**{**vars(file), "targets": targets}))
    assert "7,000" in board(client, HQ)


def test_who_sees_less_gets_no_link_of_who_sees_more(registry, cast) -> None:
    assert 'href="/dashboard/000000/' in board(browser(cast.hq_leader), GUANGDONG)
    assert 'href="/dashboard/000000/' not in board(browser(cast.upper), GUANGDONG)


def test_who_may_not_compute_again_is_offered_no_button(registry, cast) -> None:
    button = "重新计算"
    assert button in board(browser(cast.hq_reviewer), HQ)
    assert button not in board(browser(cast.upper), GUANGDONG)


def test_a_countys_records_are_never_kept(registry, cast) -> None:
    client = browser(cast.owner)
    board(client, TIANHE)
    CastOrganization.objects.filter(office=registry.tianhe).update(name="改了名称的科协")
    assert "改了名称的科协" in board(client, TIANHE)


def test_a_day_without_figures_is_not_kept(registry, cast, plan) -> None:
    client = browser(cast.hq_leader)
    address = f"{HQ}?on=2014-03-01"
    before = board(client, address)
    compute_snapshot(plan=plan, on=dt.date(2014, 3, 1))
    assert Snapshot.objects.live().count() == 2
    assert board(client, address) != before
