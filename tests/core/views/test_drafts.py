"""Drafts over JSON: kept for their writer alone, only as plain fields of an own page."""

import json

import pytest
from django.urls import reverse

from core.models import FormDraft

URL = "/drafts/organization-new/"
BODY = {
    "key": "organization-new",
    "url": "/organizations/new/",
    "title": "登记企业科协",
    "payload": {"chair": ["陈示例"]},
}


@pytest.fixture
def writer(client, cast):
    """The browser of the clerk in Tianhe."""
    client.force_login(cast.owner)
    return client


def send(client, body):
    """One autosave."""
    return client.post(
        URL, body if isinstance(body, str) else json.dumps(body), content_type="application/json"
    )


def test_draft_is_kept_and_replaced(writer, cast):
    assert "saved_at" in send(writer, BODY).json()
    send(writer, BODY | {"payload": {"chair": ["黄示例"]}})
    draft = FormDraft.objects.get()
    assert (draft.user, draft.key, draft.payload) == (cast.owner, "organization-new", {"chair": ["黄示例"]})


def test_draft_is_its_writers_alone(writer, cast):
    send(writer, BODY)
    writer.force_login(cast.colleague)
    assert "陈示例" not in writer.get("/organizations/new/").content.decode()
    send(writer, {"key": "organization-new", "discard": True})
    assert FormDraft.objects.visible_to(cast.owner).count() == 1


def test_draft_is_discarded_by_script_and_by_button(writer):
    send(writer, BODY)
    assert send(writer, {"key": "organization-new", "discard": True}).json() == {"discarded": True}
    assert not FormDraft.objects.exists()
    send(writer, BODY)
    response = writer.post(
        reverse("draft_discard", args=["organization-new"]), {"next": "/organizations/new/"}
    )
    assert response.url == "/organizations/new/"
    assert not FormDraft.objects.exists()


def test_discarding_leads_nowhere_else(writer):
    response = writer.post(reverse("draft_discard", args=["organization-new"]), {"next": "//evil.example/"})
    assert response.url == reverse("home")


@pytest.mark.parametrize(
    "body",
    [
        "no json",
        "[]",
        BODY | {"url": "https://evil.example/"},
        BODY | {"url": "//evil.example/"},
        BODY | {"url": "/\\evil.example/"},
        BODY | {"payload": {"chair": "陈示例"}},
        BODY | {"payload": {"chair": [{"a": 1}]}},
        BODY | {"payload": {"chair": ["长" * 30_000]}},
    ],
)
def test_anything_else_is_refused_in_words(writer, body):
    response = send(writer, body)
    assert response.status_code == 422
    assert response.json()["message"]
    assert not FormDraft.objects.exists()
