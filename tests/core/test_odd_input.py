"""Requests no page of the portal sends are answered, never with a fault: NUL, endless numbers, endless keys."""

import json

import pytest

from core.keys import read_key
from orgs.services.records import kind_of_record
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "key"),
    [("17", 17), ("", None), ("-1", None), ("1.0", None), ("²", None), ("１７", None), ("9" * 18, 10**18 - 1),
     ("9" * 19, None), ("9" * 5000, None)],
)  # fmt: skip
def test_a_key_is_a_short_row_of_plain_digits(text, key):
    assert read_key(text) == key


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=ab%00cd",
        "/organizations/?q=ab%00cd",
        "/organizations/?office=%00",
        "/enterprises/?division=%00",
        "/enterprises/find/?q=ab%00cd",
        "/dashboard/%00/",
        "/organizations/?a%00b=1",
    ],
)
def test_nul_in_an_address_is_refused(client, cast, address):
    client.force_login(cast.upper_clerk)
    assert client.get(address).status_code == 400


def test_nul_in_a_form_is_refused_and_changes_nothing(client, cast, tree):
    record = factories.make_organization(factories.make_enterprise(tree.tianhe), state="submitted")
    client.force_login(cast.reviewer)
    answer = client.post(
        f"/review/organization/{record.pk}/return/", {"version": 1, "reason_code": "other", "text": "a\0b"}
    )
    record.refresh_from_db()
    assert (answer.status_code, record.state) == (400, "submitted")


def test_nul_is_refused_before_signing_in(client):
    assert client.post("/login/", {"username": "a\0b", "password": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("key", "title", "payload"),
    [
        ("organization-new", "示范", {"name": ["a\0b"]}),
        ("organization-new", "示\0范", {"name": ["ab"]}),
        ("k" * 81, "示范", {"name": ["ab"]}),
    ],
)
def test_a_draft_the_database_cannot_keep_is_refused_in_words(client, cast, key, title, payload):
    client.force_login(cast.owner)
    body = json.dumps({"url": "/organizations/new/", "title": title, "payload": payload})
    answer = client.post(f"/drafts/{key}/", body, content_type="application/json")
    assert answer.status_code == 422
    assert "没有保存" in answer.json()["message"]


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "²"])
def test_endless_numbers_name_nothing(client, cast, tree, number):
    record = factories.make_organization(factories.make_enterprise(tree.tianhe), state="submitted")
    client.force_login(cast.reviewer)
    kind = kind_of_record(record)
    bulk = {"kind": kind, "action": "confirm"}
    assert client.post("/review/bulk/", bulk | {"pick": f"{number}:1"}).status_code == 302
    assert (
        client.post(
            "/review/bulk/", bulk | {"scope": "all", "query": f"state=draft&counted=orgs_new&year={number}"}
        ).status_code
        < 500
    )
    assert client.post("/posts/switch/", {"post": number}).status_code == 404
    assert (
        client.post(
            f"/review/{kind}/{record.pk}/return/", {"version": number, "reason_code": "incomplete"}
        ).status_code
        == 302
    )
    record.refresh_from_db()
    assert record.version == 1
