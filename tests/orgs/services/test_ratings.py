"""Yearly ratings and difficulties: what is asked, what is refused, what the trail keeps, when a task ends."""

import datetime as dt

import pytest

from core.exceptions import ClosedByState, DomainError, NotAllowed
from core.models import AuditEvent
from orgs.models import Difficulty, Rating
from orgs.selectors.ratings import difficulties_of, kinds_to_name, owed_to_weak, unsettled_difficulties
from orgs.services.ratings import note_help, rate_organization, years_to_rate
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(tree):
    return factories.make_organization(
        factories.make_enterprise(tree.tianhe), established_on=dt.date(2012, 5, 1)
    )


def rate(actor, organization, year=2014, effect="weak", **values):
    values.setdefault("difficulties", {"no_funds": ""} if effect == "weak" else {})
    return rate_organization(actor=actor, organization_id=organization.pk, year=year, effect=effect, **values)


def help_with(actor, difficulty, step="promise", text="派联络员", on="2014-10-15"):
    return note_help(actor=actor, difficulty_id=difficulty.pk, step=step, text=text, on=on)


def acts():
    rows = AuditEvent.objects.filter(action__startswith="organization.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_a_weak_organisation_carries_its_difficulties_until_they_are_settled(cast, tree, organization):
    rate(
        cast.owner,
        organization,
        note="全年没有活动",
        difficulties={"no_funds": " 没有 经费 ", "other": "厂区搬迁"},
    )
    organization.refresh_from_db()
    assert (organization.effect, organization.version, organization.contributors.count()) == ("weak", 2, 0)
    funds, other = difficulties_of(organization)
    assert [str(row) for row in (funds, other)] == ["缺少活动经费：没有 经费", "其他：厂区搬迁"]
    assert owed_to_weak([tree.tianhe.pk]) == [(dt.date(2014, 10, 15), organization.name)] * 2
    help_with(cast.upper_clerk, funds)
    help_with(cast.upper_clerk, funds, "give", "拨付 5,000 元")
    help_with(cast.owner, funds, "settle", "列入企业预算")
    assert [row.pk for row in difficulties_of(organization)] == [other.pk, funds.pk]
    assert list(unsettled_difficulties(cast.owner)) == [other]
    assert acts() == [
        "organization.rate",
        "organization.name_difficulty",
        "organization.name_difficulty",
        "organization.edit",
        "organization.promise_help",
        "organization.give_help",
        "organization.settle_help",
    ]


def test_the_same_again_changes_nothing_and_another_word_is_one_more_act(cast, organization):
    rate(cast.owner, organization)
    before = len(acts())
    rate(cast.owner, organization)
    assert (len(acts()), Rating.objects.count(), Difficulty.objects.count()) == (before, 1, 1)
    rate(cast.owner, organization, effect="good", note="开展攻关 6 项")
    event = AuditEvent.objects.filter(action="organization.rate").first()
    assert (event.before, event.after) == (
        {"2014 年作用发挥": "不明显"},
        {"2014 年作用发挥": "较好，开展攻关 6 项"},
    )


def test_only_the_latest_year_is_the_organisations_own(cast, organization):
    rate(cast.owner, organization, effect="good")
    rate(cast.owner, organization, year=2013)
    organization.refresh_from_db()
    assert (organization.effect, Rating.objects.count()) == ("good", 2)


def test_what_is_settled_can_be_named_again(cast, organization):
    rate(cast.owner, organization)
    first = Difficulty.objects.get()
    assert "no_funds" not in dict(kinds_to_name([first]))
    help_with(cast.owner, first, "settle", "已解决")
    rate(cast.owner, organization, difficulties={"no_funds": "又没有了"})
    assert list(Difficulty.objects.unsettled().values_list("text", flat=True)) == ["又没有了"]
    with pytest.raises(ClosedByState, match="已于 2014-10-15 解决"):
        help_with(cast.owner, first)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"effect": ""}, "请选择作用发挥"),
        ({"effect": "weak", "difficulties": {}}, "至少选一项困难"),
        ({"effect": "weak", "difficulties": {"other": " "}}, "写明是什么困难"),
        ({"effect": "weak", "difficulties": {"magic": ""}}, "没有这一种困难"),
        ({"effect": "good", "note": "长" * 301}, "最多 300 个字，现在 301 个"),
        ({"effect": "good", "year": 2011}, "重新选择年度"),
        ({"effect": "good", "year": 2015}, "重新选择年度"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(cast, organization, values, words):
    with pytest.raises(DomainError, match=words):
        rate(cast.owner, organization, **values)
    assert (Rating.objects.count(), Difficulty.objects.count(), acts()) == (0, 0, [])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": " "}, "请写明答应的帮助"),
        ({"text": "长" * 201}, "最多 200 个字"),
        ({"on": "2014-10-14"}, "不能早于提出困难的 2014-10-15"),
        ({"on": "2014-10-16"}, "还没有到"),
        ({"on": "昨天"}, "日期"),
        ({"step": "pray"}, "没有这一步"),
    ],
)
def test_help_needs_words_and_a_day_that_can_be(cast, organization, values, words):
    rate(cast.owner, organization)
    with pytest.raises(DomainError, match=words):
        help_with(cast.owner, Difficulty.objects.get(), **values)
    assert Difficulty.objects.get().promised_on is None


@pytest.mark.parametrize("who", ["reviewer", "viewer", "neighbour", "stranger", "hq_leader", "sysadmin"])
def test_only_clerks_of_the_holder_or_above_rate_and_help(cast, organization, who):
    rate(cast.owner, organization)
    with pytest.raises(NotAllowed):
        rate(getattr(cast, who), organization, effect="good")
    with pytest.raises(NotAllowed):
        help_with(getattr(cast, who), Difficulty.objects.get())


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "voided"])
def test_only_confirmed_organisations_are_rated(cast, tree, state):
    organization = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state=state, actor=cast.owner
    )
    with pytest.raises(ClosedByState, match="确认之后才评定"):
        rate(cast.owner, organization)


def test_the_years_are_those_it_stood_in(organization):
    today = dt.date(2014, 10, 15)
    assert years_to_rate(organization, today) == [2014, 2013, 2012]
    organization.dissolved_on = dt.date(2013, 3, 1)
    assert years_to_rate(organization, today) == [2013, 2012]
    organization.established_on, organization.dissolved_on = dt.date(1990, 1, 1), None
    assert years_to_rate(organization, today) == [2014, 2013, 2012, 2011, 2010]


def test_nothing_is_owed_to_what_was_dissolved_or_voided(cast, tree, organization):
    rate(cast.owner, organization)
    organization.refresh_from_db()
    organization.dissolved_on = dt.date(2014, 10, 1)
    organization.save()
    assert (owed_to_weak([tree.tianhe.pk]), list(unsettled_difficulties(cast.owner))) == ([], [])
