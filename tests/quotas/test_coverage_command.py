"""``manage.py coverage``: every indicator, exact and printed, for any office and day."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from quotas.models import Snapshot
from tests import factories
from tests.conftest import TODAY


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("coverage", *args, stdout=out)
    return out.getvalue()


def run_json(*args: str) -> dict:
    return json.loads(run(*args, "--json"))


def indicators(document: dict) -> dict[str, dict]:
    return {line["key"]: line for line in document["indicators"]}


@pytest.fixture
def registry(tree, plan):
    """One new organisation and three parks in Guangzhou, one of them with an organisation since 2012; one contact."""
    factories.make_organization(factories.make_enterprise(tree.tianhe))
    parks = [factories.make_park(tree.guangzhou, grade="national", established_year=1991) for _ in range(3)]
    factories.make_organization(parks[0], established_on=dt.date(2012, 5, 1))
    factories.make_contact(factories.make_enterprise(tree.foshan))
    return tree


def test_the_four_targets_of_the_nation(registry) -> None:
    lines = indicators(run_json("2014", "--on", "2014-10-31"))
    assert lines["new_organizations"] == {
        "key": "new_organizations",
        "title": "新建企业科协组织",
        "unit": "家",
        "numerator": 1,
        "denominator": None,
        "rate": None,
        "rate_exact": None,
        "target": 6000,
        "target_is_reference": False,
        "attainment": 0.0,
        "attained": False,
        "missing": 5999,
        "light": "bad",
        "pending": 0,
        "note": "",
    }
    assert lines["contact_enterprises"]["numerator"] == 1
    park = lines["national_park_coverage"]
    assert (park["rate"], park["rate_exact"], park["target"]) == (33.3, "1/3", 40.0)
    assert (park["attainment"], park["attained"], park["missing"]) == (83.3, False, 1)
    assert lines["park_coverage"]["attained"] is True


def test_what_is_tracked_without_a_number_is_there_too(registry) -> None:
    lines = indicators(run_json("2014", "--on", "2014-10-31"))
    assert lines["new_private"]["numerator"] == 1
    assert {"orgs_refounded", "contact_converted", "new_tech_sme", "new_state_owned", "new_industry"} <= set(
        lines
    )
    assert lines["enterprise_coverage"]["denominator"] is None
    assert lines["enterprise_coverage"]["rate"] is None
    assert lines["enterprise_coverage"]["note"] == "调研未完成，暂无数字"


def test_another_office_has_no_count_target_and_the_national_rate_as_reference(registry) -> None:
    document = run_json("2014", "--on", "2014-10-31", "--office", "440600")
    lines = indicators(document)
    assert document["office"]["code"] == "440600"
    assert (lines["new_organizations"]["target"], lines["new_organizations"]["note"]) == (None, "任务未下达")
    assert lines["contact_enterprises"]["numerator"] == 1
    assert lines["park_coverage"]["target_is_reference"] is True
    assert (lines["park_coverage"]["rate"], lines["park_coverage"]["attained"]) == (None, None)


def test_the_snapshot_is_computed_once_and_again_on_demand(registry) -> None:
    run("2014", "--on", "2014-10-31")
    first = Snapshot.objects.live().get()
    run("2014", "--on", "2014-10-31")
    assert Snapshot.objects.live().get() == first
    run("2014", "--on", "2014-10-31", "--recompute")
    assert Snapshot.objects.live().get() != first


def test_without_a_day_it_is_today(registry) -> None:
    assert run_json("2014")["on"] == TODAY.isoformat()


def test_a_day_after_the_plans_year_is_asked_for_by_name(registry, settings) -> None:
    settings.PORTAL_TODAY = dt.date(2015, 3, 1)
    assert run_json("2014")["on"] == "2014-12-31"


def test_the_table_is_for_people(registry) -> None:
    text = run("2014", "--on", "2014-10-31")
    assert "国家级园区科协覆盖率：33.3%（1 / 3 个），目标 40.0%，完成 83.3%，还差 1 个" in text
    assert "企业覆盖率：调研未完成，暂无数字" in text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["2013"], "没有 2013 年的实施方案"),
        (["2014", "--on", "2014-13-01"], "月份应为 1–12"),
        (["2014", "--on", "2013-12-31"], "早于 2014 年方案的开始"),
        (["2014", "--office", "999999"], "没有代码为 999999 的科协"),
    ],
)
def test_what_cannot_be_is_refused_in_words(plan, args, words) -> None:
    with pytest.raises(CommandError, match=words):
        run(*args)
    assert not Snapshot.objects.exists()
