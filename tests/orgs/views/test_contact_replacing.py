"""Replacing a contact and registering that one has left, on the pages."""

import datetime as dt

import pytest
from django.urls import reverse

from orgs.models import ContactPerson
from tests import factories


@pytest.fixture
def old(tree):
    """A confirmed contact in office since March."""
    enterprise = factories.make_enterprise(tree.tianhe)
    return factories.make_contact(enterprise, established_on=dt.date(2014, 3, 1), liaison="黄示例")


def address(old) -> str:
    return f"{reverse('contact_new')}?replaces={old.pk}"


def test_the_form_knows_the_enterprise_the_day_and_the_liaison(client, cast, old):
    client.force_login(cast.owner)
    text = client.get(address(old)).content.decode()
    assert "更换科协联系人" in text
    assert old.enterprise.name in text
    assert "data-host-change" not in text
    assert text.count('value="2014-10-15"') >= 2
    assert 'value="黄示例"' in text


def test_one_form_replaces(client, cast, old):
    client.force_login(cast.owner)
    values = {
        "intent": "submit",
        "enterprise": old.enterprise_id,
        "name": "林示例",
        "mobile": "13800009999",
        "replaced_left_on": "2014-10-10",
        "established_on": "2014-10-10",
    }
    answer = client.post(address(old), values)
    new = ContactPerson.objects.get(replaces=old)
    assert answer.url == reverse("contact_detail", args=[new.pk])
    assert (new.state, new.replaced_left_on) == ("submitted", dt.date(2014, 10, 10))
    page = client.get(answer.url).content.decode()
    assert f"接替</dt><dd>{old.name}" in page
    assert "接替的人" in client.get(reverse("contact_detail", args=[old.pk])).content.decode()
    enterprise = client.get(reverse("enterprise_detail", args=[old.enterprise_id])).content.decode()
    assert f"联系人，接替 {old.name}" in enterprise


def test_a_missing_day_is_said_beside_its_field(client, cast, old):
    client.force_login(cast.owner)
    values = {"intent": "submit", "enterprise": old.enterprise_id, "name": "林示例", "mobile": "13800009999"}
    text = client.post(address(old), values | {"established_on": "2014-10-10"}).content.decode()
    assert "请填写离任日期，例如 2014-10-15。" in text
    assert ContactPerson.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("neighbour", 404), ("stranger", 404)])
def test_who_may_not_replace(client, cast, old, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(address(old)).status_code == status


def test_who_has_left_leads_back_with_words(client, cast, old):
    ContactPerson.objects.filter(pk=old.pk).update(left_on=dt.date(2014, 9, 1))
    client.force_login(cast.owner)
    answer = client.get(address(old), follow=True)
    assert "只有在任的已确认联系人可以更换。" in answer.content.decode()


def test_a_reviewer_registers_a_leaving(client, cast, old):
    client.force_login(cast.reviewer)
    assert "登记离任" in client.get(reverse("contact_detail", args=[old.pk])).content.decode()
    values = {"version": old.version, "left_on": "2014.9.1", "reason": "已调离"}
    client.post(reverse("contact_leave", args=[old.pk]), values)
    old.refresh_from_db()
    assert old.left_on == dt.date(2014, 9, 1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"left_on": "去年"}, "日期"),
        ({"left_on": ""}, "请填写离任日期"),
        ({"left_on": "2014-09-01", "reason": ""}, "请写明离任情况"),
        ({"left_on": "2014-09-01", "version": "7"}, "由他人改过"),
    ],
)
def test_a_leaving_that_is_refused_says_why(client, cast, old, values, words):
    client.force_login(cast.reviewer)
    sent = {"version": old.version, "reason": "已调离"} | values
    answer = client.post(reverse("contact_leave", args=[old.pk]), sent, follow=True)
    assert words in answer.content.decode()
    old.refresh_from_db()
    assert old.left_on is None


def test_a_clerk_registers_no_leaving(client, cast, old):
    client.force_login(cast.owner)
    sent = {"version": old.version, "left_on": "2014-09-01", "reason": "已调离"}
    assert client.post(reverse("contact_leave", args=[old.pk]), sent).status_code == 403
