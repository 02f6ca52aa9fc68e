"""The board's page: who sees which, what each figure links to, how many questions it asks the database."""

import datetime as dt
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve

from core.models import Job
from core.services.jobs import run_job
from orgs.models import CastOrganization, Enterprise, Park
from orgs.tables.query import ListQuery
from quotas.models import Snapshot
from quotas.services.snapshots import compute_snapshot
from tests import factories
from tests.conftest import TODAY

BUDGET = 12
_COUNTED_LINK = re.compile(r'<a [^>]*href="([^"]*counted=[^"]*)"[^>]*>([\d,]+)(?: 家| 个)?</a>')
_MODELS = {"organization_list": CastOrganization, "enterprise_list": Enterprise, "park_list": Park}
MEASURES = ("new_organizations", "contact_enterprises", "park_coverage", "national_park_coverage")


@pytest.fixture
def registry(cast, plan, tree):
    """Records at all levels, some of them waiting, and today's figures."""
    for office in (
        tree.tianhe,
        tree.tianhe,
        tree.guangzhou,
        tree.guangdong,
        tree.foshan,
        tree.xihu,
        tree.dongcheng,
    ):
        factories.make_organization(factories.make_enterprise(office, is_tech_sme=True))
        factories.make_contact(factories.make_enterprise(office))
    factories.make_organization(factories.make_enterprise(tree.tianhe), state="submitted", actor=cast.owner)
    factories.make_contact(factories.make_enterprise(tree.panyu), state="submitted", actor=cast.owner)
    for office in (tree.tianhe, tree.guangzhou, tree.foshan, tree.xpcc):
        parks = [factories.make_park(office, grade="national", established_year=2000) for _ in range(2)]
        factories.make_organization(parks[0], established_on=dt.date(2013, 5, 1))
    factories.make_organization(factories.make_park(tree.foshan), state="submitted", actor=cast.owner)
    compute_snapshot(plan=plan, on=TODAY)
    return tree


@pytest.fixture
def at(client: Client, cast):
    """A browser of one of the cast."""

    def sign_in(who: str) -> Client:
        client.force_login(getattr(cast, who))
        return client

    return sign_in


def text_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("hq_leader", "000000", 200),
        ("hq_leader", "440106", 200),
        ("upper", "440000", 200),
        ("upper", "440106", 200),
        ("upper", "000000", 404),
        ("upper", "330000", 404),
        ("owner", "440106", 200),
        ("viewer", "440106", 200),
        ("owner", "440100", 404),
        ("owner", "440113", 404),
        ("auditor", "000000", 404),
        ("expert", "000000", 404),
        ("sysadmin", "000000", 404),
        ("hq_leader", "999999", 404),
        ("hq_leader", "abc", 404),
    ],
)
def test_one_sees_the_own_subtree(at, registry, who, code, status) -> None:
    assert at(who).get(f"/dashboard/{code}/").status_code == status


@pytest.mark.parametrize(
    ("who", "title"), [("owner", "天河区科协"), ("hq_clerk", "全国"), ("upper", "广东省科协")]
)
def test_the_bare_address_is_the_own_office(at, registry, who, title) -> None:
    assert f"<title>{title} 2014 年进度看板" in text_of(at(who).get("/dashboard/"))


@pytest.mark.parametrize("who", ["auditor", "expert", "sysadmin"])
def test_without_a_post_there_is_no_own_board(at, registry, who) -> None:
    assert at(who).get("/dashboard/").status_code == 404


def test_visitors_sign_in_first(client, registry) -> None:
    assert client.get("/dashboard/").headers["Location"].startswith("/login/")


def test_offices_above_the_own_are_named_but_not_linked(at, registry) -> None:
    text = text_of(at("owner").get("/dashboard/"))
    crumbs = text[text.index("p-crumbs") : text.index("</ol>")]
    assert [name in crumbs for name in ("全国", "广东", "广州", "天河")] == [True] * 4
    assert "<a " not in crumbs
    assert 'href="/dashboard/440100/"' in text_of(at("reviewer").get("/dashboard/440106/"))


@pytest.mark.parametrize("code", ["000000", "440000", "440100", "440106", "110000", "660000"])
def test_every_figure_links_to_as_many_rows_as_it_says(at, cast, registry, code) -> None:
    browser, tried = at("hq_leader"), {}
    for by in MEASURES:
        for without in ("", "1"):
            text = text_of(browser.get(f"/dashboard/{code}/", {"by": by, "without": without}))
            tried |= {
                unescape(href): int(words.replace(",", "")) for href, words in _COUNTED_LINK.findall(text)
            }
    assert len(tried) > 10
    for href, number in tried.items():
        address = urlsplit(href)
        model = _MODELS[resolve(address.path).url_name]
        rows = ListQuery(model, QueryDict(address.query), user=cast.hq_leader, today=TODAY)
        assert (rows.rows.count(), rows.problems) == (number, []), href


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("hq_reviewer", "/dashboard/"),
        ("hq_reviewer", "/dashboard/?without=1&by=park_coverage"),
        ("hq_reviewer", "/dashboard/440000/"),
        ("hq_reviewer", "/dashboard/440106/?by=contact_enterprises"),
        ("reviewer", "/dashboard/"),
        ("owner", "/dashboard/"),
    ],
)
def test_the_page_asks_few_questions_at_any_scale(
    at, registry, plan, django_assert_max_num_queries, who, address
) -> None:
    browser = at(who)
    with django_assert_max_num_queries(BUDGET) as few:
        assert browser.get(address).status_code == 200
    for office in (registry.tianhe, registry.chancheng, registry.panyu) * 10:
        factories.make_organization(factories.make_enterprise(office))
    for day in range(1, 15):
        compute_snapshot(plan=plan, on=dt.date(2014, 10, day))
    compute_snapshot(plan=plan, on=TODAY, force=True)
    with django_assert_max_num_queries(BUDGET) as many:
        assert browser.get(address).status_code == 200
    assert len(many) == len(few)


def test_htmx_gets_the_board_alone_with_its_title(at, registry) -> None:
    browser = at("hq_leader")
    part = browser.get("/dashboard/440000/", headers={"HX-Request": "true"})
    assert text_of(part).startswith("<title>广东省科协 2014 年进度看板")
    assert "<html" not in text_of(part)
    assert 'id="board"' in text_of(part)
    assert "HX-Request" in part.headers["Vary"]


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2014-13-01", "月份应为 1–12，现为 13"),
        ("abc", "无法识别这个日期"),
        ("2014-10-16", "2014-10-16 还没有到，今天是 2014-10-15"),
        ("2013-05-01", "2013 年没有实施方案"),
    ],
)
def test_a_day_that_cannot_be_is_named_and_today_is_shown(at, registry, on, words) -> None:
    text = text_of(at("hq_leader").get("/dashboard/", {"on": on}))
    assert words in text
    assert f'value="{on}"' in text
    assert "新建企业科协组织" in text


@pytest.mark.parametrize("query", ["by=unknown", "sort=1;drop", "without=x", "job=abc", "job=99999999999999"])
def test_what_it_does_not_know_is_left_aside(at, registry, query) -> None:
    assert at("hq_leader").get(f"/dashboard/?{query}").status_code == 200


def test_a_day_may_be_written_as_people_do(at, registry, plan) -> None:
    compute_snapshot(plan=plan, on=dt.date(2014, 9, 30))
    assert 'value="2014-09-30"' in text_of(at("hq_leader").get("/dashboard/", {"on": "2014.9.30"}))


def test_without_a_plan_the_page_says_what_to_do(client, tree) -> None:
    client.force_login(factories.make_person("early", tree.hq, "leader"))
    assert "还没有载入实施方案" in text_of(client.get("/dashboard/"))


def test_the_registry_is_compared_with_what_the_plan_states(at, registry) -> None:
    text = text_of(at("hq_leader").get("/dashboard/"))
    assert re.search(r"登记园区 <a [^>]*counted=parks[^>]*>9</a> 个，方案所述 1,600 多个", text)
    assert "企业覆盖率：调研未完成，暂无数字" in text


def test_new_figures_are_announced_and_fetched(at, registry, plan) -> None:
    browser = at("hq_leader")
    assert "every 3s" not in text_of(browser.get("/dashboard/"))
    Snapshot.objects.update(is_stale=True)
    assert "有新变动，正在更新" in text_of(browser.get("/dashboard/"))
    assert browser.get("/dashboard/000000/progress/").status_code == 204
    compute_snapshot(plan=plan, on=TODAY)
    answer = text_of(browser.get("/dashboard/000000/progress/?by=park_coverage"))
    assert 'hx-get="/dashboard/000000/?by=park_coverage"' in answer
    assert "every 3s" not in text_of(browser.get("/dashboard/"))


def test_a_day_without_figures_offers_to_compute_it(at, registry) -> None:
    browser = at("owner")
    assert "2014-05-03 还没有数字" in text_of(browser.get("/dashboard/440106/?on=2014-05-03"))
    answer = browser.post("/dashboard/440106/compute/", {"on": "2014-05-03", "by": "park_coverage"})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/dashboard/440106/?on=2014-05-03&by=park_coverage&job={job.pk}"
    assert "every 1s" in text_of(browser.get(answer.headers["Location"]))
    progress = f"/dashboard/440106/progress/?on=2014-05-03&job={job.pk}"
    assert "排队中" in text_of(browser.get(progress))
    run_job(job.pk)
    assert 'hx-get="/dashboard/440106/?on=2014-05-03"' in text_of(browser.get(progress))
    assert "新建企业科协组织" in text_of(browser.get("/dashboard/440106/?on=2014-05-03"))


def test_who_only_views_is_told_whom_to_ask(at, registry) -> None:
    text = text_of(at("viewer").get("/dashboard/?on=2014-05-03"))
    assert "请本单位经办、审核或负责人" in text
    assert '<button class="btn btn-primary"' not in text


@pytest.mark.parametrize(
    ("who", "code", "data", "status"),
    [
        ("viewer", "440106", {"on": "2014-05-03"}, 403),
        ("owner", "440106", {"on": "2014-05-03", "force": "1"}, 403),
        ("owner", "440100", {"on": "2014-05-03"}, 404),
        ("auditor", "440106", {"on": "2014-05-03"}, 404),
    ],
)
def test_who_may_not_compute(at, registry, who, code, data, status) -> None:
    assert at(who).post(f"/dashboard/{code}/compute/", data).status_code == status
    assert not Job.objects.exists()


def test_a_wrong_day_is_not_computed(at, registry) -> None:
    answer = at("owner").post("/dashboard/440106/compute/", {"on": "2014-10-16"}, follow=True)
    assert "2014-10-16 还没有到" in text_of(answer)
    assert not Job.objects.exists()


def test_only_hq_is_offered_to_compute_again(at, registry) -> None:
    assert "重新计算" in text_of(at("hq_clerk").get("/dashboard/"))
    assert "重新计算" not in text_of(at("upper").get("/dashboard/"))


@pytest.mark.parametrize("name", ["compute"])
def test_acting_needs_post(at, registry, name) -> None:
    assert at("hq_leader").get(f"/dashboard/000000/{name}/").status_code == 405


def test_progress_of_other_work_is_not_shown(at, registry) -> None:
    job = Job.objects.create(
        kind="coverage.refresh", key="today", requested_at=factories.AT, lease_until=factories.AT
    )
    assert at("owner").get(f"/dashboard/440106/progress/?job={job.pk}").status_code == 404


def test_one_tells_at_most_one_thing_to_do_first(at, registry) -> None:
    for address in ("/dashboard/", "/dashboard/?on=2014-05-03"):
        assert text_of(at("hq_leader").get(address)).count("btn-primary") <= 1
