"""The auditor's page."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from core.services.audit import record_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(cast, tree):
    """Three acts of two people on two things."""
    record_event(actor=cast.owner, action="organization.submit", target=tree.tianhe, unit="天河区科协",
                 before={"level": "county"}, after={"level": "hq"})  # fmt: skip
    record_event(actor=cast.reviewer, action="organization.confirm", target=tree.tianhe, unit="广州市科协")
    record_event(actor=cast.reviewer, action="account.disable", target=cast.viewer, reason="已调离",
                 before={"启用": True}, after={"启用": False})  # fmt: skip


def shown(client, cast, **query):
    client.force_login(cast.auditor)
    response = client.get(reverse("trail"), query)
    assert response.status_code == 200
    return [row["event"].action for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("who", "status"),
    [("auditor", 200), ("sysadmin", 403), ("hq_leader", 403), ("office_admin", 403), ("expert", 403)],
)
def test_for_the_auditor_alone(client, cast, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(reverse("trail")).status_code == status


def test_list_and_reach_agree(cast, events):
    assert AuditEvent.objects.visible_to(cast.auditor).count() == AuditEvent.objects.count()
    for who in (cast.owner, cast.sysadmin, cast.hq_leader, cast.expert):
        assert not AuditEvent.objects.visible_to(who).exists()


# The cast's plan was loaded first.
ALL = ["account.disable", "organization.confirm", "organization.submit", "plan.load"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ALL),
        ({"person": "示例owner"}, ["organization.submit"]),
        ({"person": "REVIEWER"}, ["account.disable", "organization.confirm"]),
        ({"action": "confirm"}, ["organization.confirm"]),
        ({"kind": "orgs.office"}, ["organization.confirm", "organization.submit"]),
        ({"q": "viewer"}, ["account.disable"]),
        ({"since": "2014-10-15"}, ALL),
        ({"until": "2014.10.15"}, []),
        ({"since": "yesterday"}, ALL),
        ({"action": "no-such"}, ALL),
        ({"page": "x"}, ALL),
    ],
    ids=str,
)
def test_filters(client, cast, events, query, expected):
    assert shown(client, cast, **query) == expected


def test_changes_and_reason_in_words(client, cast, events):
    client.force_login(cast.auditor)
    text = client.get(reverse("trail")).content.decode()
    for words in ("级别：县级 → 全国", "启用：是 → 否", "原因：已调离", "停用", "天河区科协"):
        assert words in text


def test_same_number_of_queries_for_one_page_of_any_length(client, cast, tree, django_assert_max_num_queries):
    for _ in range(60):
        record_event(actor=cast.owner, action="organization.edit", target=tree.tianhe)
    client.force_login(cast.auditor)
    with django_assert_max_num_queries(7):
        assert len(client.get(reverse("trail")).context["rows"]) == 50
