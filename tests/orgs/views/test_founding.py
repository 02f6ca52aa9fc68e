"""The page of founding steps: who gets which answer, what a refusal keeps, papers of a step."""

import pytest
from django.urls import reverse

from core.models import Attachment
from orgs.models import FoundingRecord
from tests import factories
from tests.support.attaching import sent
from tests.support.files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


@pytest.fixture
def organization(tree):
    return factories.make_organization(factories.make_enterprise(tree.tianhe))


def page_of(organization):
    return reverse("organization_founding", args=[organization.pk])


def save_at(organization, step="meeting"):
    return reverse("organization_founding_save", args=[organization.pk, step])


def test_a_step_is_saved_and_the_organisation_shows_how_far_it_is(client, cast, organization):
    client.force_login(cast.owner)
    answer = client.post(save_at(organization), {"done_on": "2014-06-04", "note": "到会 45 人"})
    assert answer["Location"] == page_of(organization) + "#step-meeting"
    page = client.get(page_of(organization)).content.decode()
    assert ("到会 45 人" in page, "已登记 1 / 5 步" in page) == (True, True)
    detail = client.get(reverse("organization_detail", args=[organization.pk])).content.decode()
    assert "<span>1 / 5</span>" in detail
    client.post(save_at(organization), {"clear": "1"})
    assert FoundingRecord.objects.count() == 0


def test_a_refusal_keeps_what_was_typed(client, cast, organization):
    client.force_login(cast.owner)
    answer = client.post(save_at(organization), {"done_on": "2015-01-01", "note": "明年"})
    page = answer.content.decode()
    assert (answer.status_code, 'value="2015-01-01"' in page, 'value="明年"' in page) == (422, True, True)
    assert "还没有到" in page


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("owner", 200, 302),
        ("colleague", 200, 302),
        ("upper_clerk", 200, 302),
        ("viewer", 200, 403),
        ("reviewer", 200, 403),
        ("hq_leader", 200, 403),
        ("neighbour", 404, 404),
        ("stranger", 404, 404),
        ("expert", 404, 404),
        ("sysadmin", 404, 404),
    ],
)
def test_who_reads_and_who_writes(client, cast, organization, who, read, write):
    client.force_login(getattr(cast, who))
    answers = (
        client.get(page_of(organization)).status_code,
        client.post(save_at(organization), {"done_on": "2014-06-04"}).status_code,
    )
    assert answers == (read, write)


def test_a_step_nobody_knows_is_not_found(client, cast, organization):
    client.force_login(cast.owner)
    assert client.post(save_at(organization, "party"), {"done_on": "2014-06-04"}).status_code == 404


def test_papers_of_a_step_can_be_added_to_a_confirmed_organisation_and_not_while_it_waits(
    client, cast, tree, organization
):
    client.force_login(cast.owner)
    waiting = factories.make_organization(
        factories.make_enterprise(tree.tianhe), state="submitted", actor=cast.owner
    )
    for target in (organization, waiting):
        client.post(
            reverse("attachment_upload"),
            {
                "target": "orgs.castorganization",
                "target_id": target.pk,
                "slot": "founding.meeting",
                "next": page_of(target),
                "file": sent(pdf(), "纪要.pdf"),
            },
        )
    assert list(Attachment.objects.attached().values_list("target_id", "slot")) == [
        (organization.pk, "founding.meeting")
    ]
    page = client.get(page_of(waiting)).content.decode()
    assert ("请先撤回" in page, "登记完成" in page) == (True, False)


def test_the_page_takes_few_queries(client, cast, organization, django_assert_max_num_queries):
    client.force_login(cast.owner)
    client.get(page_of(organization))
    with django_assert_max_num_queries(20):
        client.get(page_of(organization))
