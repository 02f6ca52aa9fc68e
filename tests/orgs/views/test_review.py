"""The review queue: what waits for whom, confirming and returning from it, one by one and many at once."""

import datetime as dt
import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.selectors.review import review_queue
from orgs.selectors.waiting import waiting_for_reviewer
from tests import factories
from tests.conftest import TODAY

HTMX = {"HX-Request": "true"}


def waiting_organization(office, actor, *, minute: int = 0, **values) -> CastOrganization:
    """A submitted organisation at a confirmed enterprise, in line by the minute."""
    return factories.make_organization(
        factories.make_enterprise(office),
        state="submitted",
        actor=actor,
        submitted_at=factories.AT + dt.timedelta(minutes=minute),
        **values,
    )


def keys(user, kind: str = "") -> list[tuple[str, int]]:
    """The queue as (kind, key), in order; its number beside the navigation is the same."""
    queue = review_queue(user, today=TODAY, kind=kind)
    if not kind:
        assert queue.total == waiting_for_reviewer(user, today=TODAY)
    return [(item.kind, item.pk) for item in queue.items]


def address(name: str, record, kind: str = "organization") -> str:
    return reverse(name, args=[kind, record.pk])


@pytest.fixture
def waiting(cast, tree):
    """One submitted organisation of Tianhe, entered by the owner."""
    return waiting_organization(tree.tianhe, cast.owner)


@pytest.mark.parametrize(
    ("who", "there"),
    [
        ("reviewer", True),
        ("reviewer_and_clerk", True),
        ("upper", True),
        ("hq_reviewer", True),
        ("owner", False),
        ("viewer", False),
        ("foreign_reviewer", False),
        ("hq_leader", False),
        ("hq_clerk", False),
        ("auditor", False),
    ],
)
def test_queue_holds_what_the_person_may_confirm(cast, waiting, who, there):
    assert keys(getattr(cast, who)) == ([("organization", waiting.pk)] if there else [])


def test_county_reviewer_confirms_nothing_below_the_plans_level(tree, cast, waiting):
    assert keys(factories.make_person("county-reviewer", tree.tianhe, "reviewer")) == []


def test_longest_waiting_comes_first_over_all_kinds(cast, tree):
    later = waiting_organization(tree.tianhe, cast.owner, minute=30)
    contact = factories.make_contact(
        factories.make_enterprise(tree.panyu),
        state="submitted",
        actor=cast.neighbour,
        submitted_at=factories.AT + dt.timedelta(minutes=10),
    )
    first = waiting_organization(tree.tianhe, cast.owner, minute=5)
    assert keys(cast.reviewer) == [
        ("organization", first.pk),
        ("contact", contact.pk),
        ("organization", later.pk),
    ]
    assert keys(cast.reviewer, "contact") == [("contact", contact.pk)]


def test_host_that_waits_with_its_first_record_is_no_item_of_its_own(cast, tree):
    host = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner)
    organization = factories.make_organization(host, state="submitted", actor=cast.owner)
    alone = factories.make_enterprise(tree.tianhe, state="submitted", actor=cast.owner)
    assert set(keys(cast.reviewer)) == {("organization", organization.pk), ("enterprise", alone.pk)}


def test_parks_wait_for_the_province_and_national_ones_for_hq(cast, tree):
    local = factories.make_park(tree.tianhe, state="submitted", actor=cast.owner)
    national = factories.make_park(tree.tianhe, state="submitted", actor=cast.hq_clerk, grade="national")
    assert keys(cast.reviewer) == []
    assert keys(cast.upper) == [("park", local.pk)]
    assert set(keys(cast.hq_reviewer)) == {("park", local.pk), ("park", national.pk)}


def test_organization_of_a_waiting_park_waits_where_the_park_does(cast, tree):
    park = factories.make_park(tree.tianhe, state="submitted", actor=cast.owner)
    organization = factories.make_organization(park, state="submitted", actor=cast.owner)
    assert keys(cast.reviewer) == []
    assert keys(cast.upper) == [("organization", organization.pk)]


def test_own_records_are_left_out_and_counted(cast, tree, waiting):
    waiting_organization(tree.tianhe, cast.reviewer_and_clerk)
    queue = review_queue(cast.reviewer_and_clerk, today=TODAY)
    assert [item.pk for item in queue.items] == [waiting.pk]
    assert (queue.total, queue.own) == (1, 1)


def test_queue_opens_on_the_record_that_waits_longest(client, cast, waiting):
    client.force_login(cast.reviewer)
    response = client.get(reverse("review_queue"))
    assert response["Location"] == address("review_record", waiting)
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert page.context["position"] == 1
    assert page.context["effect"] == "确认后天河区科协当年新建由 0 家变为 1 家"


def test_empty_queue_says_so(client, cast):
    client.force_login(cast.reviewer)
    assert "没有待您确认的记录" in client.get(reverse("review_queue")).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("neighbour", 404), ("auditor", 404), ("viewer", 200)]
)
def test_record_in_the_queue_is_not_there_for_others(client, cast, waiting, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(address("review_record", waiting)).status_code == status
    expected = 403 if status == 200 else 404
    for name in ("review_confirm", "review_return"):
        response = client.post(
            address(name, waiting), {"version": waiting.version, "reason_code": "incomplete"}
        )
        assert response.status_code == expected
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_confirming_goes_on_to_the_next(client, cast, tree, waiting):
    following = waiting_organization(tree.tianhe, cast.owner, minute=9)
    client.force_login(cast.reviewer)
    response = client.post(address("review_confirm", waiting), {"version": waiting.version})
    assert response["Location"] == address("review_record", following)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.confirmed_by) == ("confirmed", cast.reviewer)


def test_confirming_with_htmx_swaps_the_work_area_alone(client, cast, tree, waiting):
    following = waiting_organization(tree.tianhe, cast.owner, minute=9)
    client.force_login(cast.reviewer)
    response = client.post(address("review_confirm", waiting), {"version": waiting.version}, headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Push-Url"] == address("review_record", following)
    assert json.loads(response["HX-Trigger"])["portal:toast"] == f"已确认：{waiting.name}"
    assert response.context["record"] == following
    assert "<html" not in response.content.decode()


def test_last_confirmation_leaves_the_empty_queue(client, cast, waiting):
    client.force_login(cast.reviewer)
    response = client.post(address("review_confirm", waiting), {"version": waiting.version}, headers=HTMX)
    assert response["HX-Push-Url"] == reverse("review_queue")
    assert "没有待您确认的记录" in response.content.decode()


def test_own_entry_is_refused_below_the_page(client, cast, tree):
    own = waiting_organization(tree.guangzhou, cast.reviewer_and_clerk)
    client.force_login(cast.reviewer_and_clerk)
    page = client.get(address("review_record", own))
    assert "不能自己确认" in page.content.decode()
    response = client.post(address("review_confirm", own), {"version": own.version})
    assert response.status_code == 403
    own.refresh_from_db()
    assert own.state == "submitted"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_stale_record_moves_on_with_the_reason_and_nothing_changed(client, cast, tree, waiting, headers):
    following = waiting_organization(tree.tianhe, cast.owner, minute=9)
    CastOrganization.objects.filter(pk=waiting.pk).update(version=7)
    client.force_login(cast.reviewer)
    response = client.post(address("review_confirm", waiting), {"version": waiting.version}, headers=headers)
    if headers:
        assert "由他人改过" in response.content.decode()
        assert response.context["record"] == following
    else:
        assert "由他人改过" in str(next(iter(get_messages(response.wsgi_request))))
        assert response["Location"] == address("review_record", following)
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_record_confirmed_meanwhile_moves_on_with_the_reason(client, cast, waiting):
    CastOrganization.objects.filter(pk=waiting.pk).update(state="confirmed", confirmed_at=factories.AT)
    client.force_login(cast.reviewer)
    response = client.post(address("review_confirm", waiting), {"version": waiting.version})
    assert "不能确认" in str(next(iter(get_messages(response.wsgi_request))))


def test_returning_carries_the_reason_to_the_clerk(client, cast, waiting):
    client.force_login(cast.reviewer)
    client.post(
        address("review_return", waiting),
        {"version": waiting.version, "reason_code": "wrong_date", "text": "批复写的是 9 月 8 日"},
    )
    waiting.refresh_from_db()
    assert (waiting.state, waiting.return_reason) == ("returned", "日期与文件不符：批复写的是 9 月 8 日")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason_code": "other", "text": " "}, "请写明要补什么"),
        ({}, "请选择退回原因"),
        ({"reason_code": "other", "text": "长" * 301}, "不能超过 300 字"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_return_without_a_proper_reason_keeps_what_was_typed(client, cast, waiting, values, words, headers):
    client.force_login(cast.reviewer)
    response = client.post(
        address("review_return", waiting), {"version": waiting.version, **values}, headers=headers
    )
    assert response.status_code == 422
    assert words in response.content.decode()
    assert response.context["typed_text"] == values.get("text", "")
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_queue_page_takes_the_same_queries_for_one_record_and_thirty(
    client, cast, tree, waiting, django_assert_max_num_queries
):
    factories.make_enterprise(
        tree.tianhe, name=waiting.enterprise.name.replace("有限公司", "有限责任公司") + "厂"
    )
    client.force_login(cast.reviewer)
    with django_assert_max_num_queries(32) as one:
        client.get(address("review_record", waiting))
    for minute in range(1, 30):
        waiting_organization(tree.tianhe, cast.owner, minute=minute)
    with django_assert_max_num_queries(32) as thirty:
        client.get(address("review_record", waiting))
    assert len(thirty) == len(one)


# ---------- many at once ----------


def test_bulk_confirmation_tells_what_became_of_each(client, cast, tree, waiting):
    own = waiting_organization(tree.tianhe, cast.reviewer_and_clerk)
    stale = waiting_organization(tree.tianhe, cast.owner)
    foreign = waiting_organization(tree.xihu, cast.stranger)
    client.force_login(cast.reviewer_and_clerk)
    picks = [f"{row.pk}:{row.version}" for row in (waiting, own, foreign)] + [f"{stale.pk}:9"]
    response = client.post(
        reverse("review_bulk"),
        {"kind": "organization", "action": "confirm", "scope": "picked", "pick": picks},
    )
    report = response.context["report"]
    assert [outcome.ref.pk for outcome in report.done] == [waiting.pk]
    assert {outcome.ref.pk: outcome.refusal[:6] for outcome in report.refused} == {
        own.pk: "您录入、修改",
        stale.pk: "这条记录在您",
    }
    assert CastOrganization.objects.get(pk=foreign.pk).state == "submitted"
    assert foreign.name not in response.content.decode()


def test_bulk_over_a_filter_is_evaluated_again_within_sight(client, cast, tree):
    here = [waiting_organization(tree.tianhe, cast.owner, minute=minute) for minute in range(3)]
    draft = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner
    )
    elsewhere = waiting_organization(tree.panyu, cast.neighbour)
    foreign = waiting_organization(tree.xihu, cast.stranger)
    client.force_login(cast.reviewer)
    response = client.post(
        reverse("review_bulk"),
        {"kind": "organization", "action": "confirm", "scope": "all", "query": "office=440106"},
    )
    assert response["Location"] == reverse("organization_list") + "?office=440106"
    states = dict(CastOrganization.objects.values_list("pk", "state"))
    assert {states[row.pk] for row in here} == {"confirmed"}
    assert (states[draft.pk], states[elsewhere.pk], states[foreign.pk]) == ("draft", "submitted", "submitted")


def test_bulk_stops_at_its_limit_and_says_how_many_are_left(client, cast, tree, monkeypatch):
    monkeypatch.setattr("orgs.services.bulk.BULK_LIMIT", 2)
    for minute in range(5):
        waiting_organization(tree.tianhe, cast.owner, minute=minute)
    client.force_login(cast.reviewer)
    response = client.post(
        reverse("review_bulk"), {"kind": "organization", "action": "confirm", "scope": "all", "query": ""}
    )
    assert response.context["report"].left == 3
    assert CastOrganization.objects.confirmed().count() == 2


def test_bulk_return_gives_all_the_same_reason(client, cast, tree, waiting):
    other = waiting_organization(tree.panyu, cast.neighbour)
    client.force_login(cast.reviewer)
    values = {"kind": "organization", "action": "return", "scope": "all", "query": "state=submitted"}
    refused = client.post(reverse("review_bulk"), values | {"reason_code": "other", "text": ""})
    assert "请写明要补什么" in str(next(iter(get_messages(refused.wsgi_request))))
    assert CastOrganization.objects.submitted().count() == 2
    client.post(reverse("review_bulk"), values | {"reason_code": "no_approval", "text": ""})
    for row in (waiting, other):
        row.refresh_from_db()
        assert (row.state, row.return_reason) == ("returned", "缺批复文件或文号有误")


def test_bulk_submission_hands_in_the_clerks_drafts(client, cast, tree):
    drafts = [
        factories.make_organization(factories.make_enterprise(tree.tianhe), state="draft", actor=cast.owner)
        for _ in range(2)
    ]
    client.force_login(cast.owner)
    client.post(
        reverse("record_bulk"),
        {"kind": "organization", "action": "submit", "scope": "all", "query": "state=draft"},
    )
    assert CastOrganization.objects.submitted().filter(pk__in=[row.pk for row in drafts]).count() == 2


@pytest.mark.parametrize(
    ("route", "values", "status"),
    [
        ("review_bulk", {"kind": "organization", "action": "submit"}, 404),
        ("record_bulk", {"kind": "organization", "action": "confirm"}, 404),
        ("review_bulk", {"kind": "office", "action": "confirm"}, 404),
        ("review_bulk", {}, 404),
    ],
)
def test_bulk_knows_its_own_acts_only(client, cast, route, values, status):
    client.force_login(cast.reviewer)
    assert client.post(reverse(route), values).status_code == status


def test_viewers_bulk_act_changes_nothing(client, cast, waiting):
    client.force_login(cast.viewer)
    response = client.post(
        reverse("review_bulk"),
        {"kind": "organization", "action": "confirm", "pick": [f"{waiting.pk}:{waiting.version}"]},
    )
    assert [outcome.ref.pk for outcome in response.context["report"].refused] == [waiting.pk]
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


@pytest.mark.parametrize("kind", ["organization", "contact", "enterprise", "park"])
def test_every_kind_has_its_page_in_the_queue(client, cast, tree, kind):
    actor = cast.owner
    enterprise = factories.make_enterprise(tree.tianhe)
    record = {
        "organization": lambda: factories.make_organization(enterprise, state="submitted", actor=actor),
        "contact": lambda: factories.make_contact(enterprise, state="submitted", actor=actor),
        "enterprise": lambda: factories.make_enterprise(tree.tianhe, state="submitted", actor=actor),
        "park": lambda: factories.make_park(tree.tianhe, state="submitted", actor=actor),
    }[kind]()
    client.force_login(cast.upper)
    assert client.get(address("review_record", record, kind)).status_code == 200
    client.post(address("review_confirm", record, kind), {"version": record.version})
    models = {
        "organization": CastOrganization,
        "contact": ContactPerson,
        "enterprise": Enterprise,
        "park": Park,
    }
    assert models[kind].objects.get(pk=record.pk).state == "confirmed"
