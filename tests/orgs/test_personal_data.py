"""Names and numbers of contact persons: in full for those who work with the record, hidden from all others."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from core.selectors.trail import changes_of
from orgs.selectors.history import history_of
from orgs.services.contacts import edit_contact
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(cast, tree):
    """A draft whose name and number have been corrected."""
    made = factories.make_contact(
        factories.make_enterprise(tree.tianhe),
        state="draft",
        actor=cast.owner,
        name="王示例",
        mobile="13800000001",
    )
    values = {
        name: getattr(made, name) for name in ("job_title", "email", "liaison", "established_on", "left_on")
    }
    return edit_contact(
        actor=cast.owner,
        contact_id=made.pk,
        version=1,
        values=values | {"name": "赵示例", "mobile": "13900000002"},
    )


def words(changes) -> str:
    return " ".join(f"{change.label} {change.before} {change.after}" for change in changes)


@pytest.mark.parametrize("reads_personal", [True, False])
def test_history_tells_that_they_changed_and_what_only_to_those_who_may_know(contact, reads_personal):
    edit = history_of(contact, reads_personal=reads_personal, today=TODAY)[0]
    told = words(edit.changes)
    assert {change.label for change in edit.changes} == {"联系人姓名", "手机"}
    for secret in ("王示例", "赵示例", "13800000001", "13900000002"):
        assert (secret in told) is reads_personal


def test_the_trail_hides_them(contact):
    told = words(changes_of(AuditEvent.objects.of(contact).first()))
    assert "手机 **** ****" in told
    assert "示例" not in told


@pytest.mark.parametrize(
    ("who", "full"), [("owner", True), ("reviewer", True), ("viewer", False), ("office_admin", False)]
)
def test_the_list_and_the_search_hide_them(client, cast, contact, who, full):
    client.force_login(getattr(cast, who))
    for address in (reverse("contact_list"), f"{reverse('search')}?q={contact.enterprise.name}"):
        body = client.get(address).content.decode()
        assert ("赵示例" in body) is full
        assert full or "赵**" in body


def test_pages_of_a_contact_show_viewers_the_family_name_alone(client, cast, tree):
    enterprise = factories.make_enterprise(tree.tianhe)
    contact = factories.make_contact(enterprise, name="欧阳示例")
    pages = [f"/contacts/{contact.pk}/", f"/enterprises/{enterprise.pk}/"]
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    assert not [page for page in pages if "欧阳示例" in client.get(page).content.decode()]
    client.force_login(cast.colleague, backend="django.contrib.auth.backends.ModelBackend")
    assert all("欧阳示例" in client.get(page).content.decode() for page in pages)
