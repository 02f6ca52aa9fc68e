"""Files made by rights that were withdrawn since are closed from the next request on (BARS R23)."""

import pytest
from django.urls import reverse

from core.services.files import store_file
from orgs.choices import Role
from orgs.file_kinds import RETURNED
from orgs.models import Post
from orgs.models.reach import forget_reach
from orgs.tables.export_files import export_list
from tests import factories
from tests.support.downloads import download


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    """Each test keeps its files in a folder of its own."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"


@pytest.fixture
def person(cast, tree):
    """Clerk of Tianhe and of Xihu, with an enterprise and a contact in each."""
    Post.objects.create(user=cast.owner, office=tree.xihu, role=Role.CLERK, created_at=factories.AT)
    for office in (tree.tianhe, tree.xihu):
        factories.make_contact(factories.make_enterprise(office))
    return cast.owner


def status(person, stored):
    return download(person, reverse("stored_file", args=[stored.token]))


def exported(person, kind="enterprise", query=""):
    return export_list(actor=person, kind=kind, query=query, ending="csv")


def end_posts(person, **of):
    """As the service does, which ends a post and never deletes it."""
    Post.objects.filter(user=person, **of).update(ended_at=factories.AT)
    forget_reach(person)


def test_an_export_is_open_while_its_rights_last(person):
    files = [exported(person), exported(person, "contact")]
    assert [status(person, stored) for stored in files] == [200, 200]


def test_an_export_that_holds_a_lost_subtree_is_closed_and_one_that_does_not_stays_open(person, tree):
    whole, here = exported(person), exported(person, query=f"office={tree.tianhe.code}")
    end_posts(person, office=tree.xihu)
    assert (status(person, whole), status(person, here)) == (403, 200)


@pytest.mark.parametrize("kind", ["enterprise", "contact"])
def test_an_address_that_names_an_office_above_or_beside_the_own_ones_closes_nothing(person, tree, kind):
    for office in (tree.guangdong, tree.hq, tree.dongcheng):
        assert status(person, exported(person, kind, f"office={office.code}")) == 200
    above = exported(person, kind, f"office={tree.guangdong.code}")
    end_posts(person, office=tree.xihu)
    assert status(person, above) == 200
    end_posts(person)
    assert status(person, above) == 403


def test_persons_of_a_lost_subtree_do_not_close_the_file_of_another(person, tree):
    here = exported(person, "contact", f"office={tree.tianhe.code}")
    end_posts(person, office=tree.xihu)
    assert status(person, here) == 200


def test_a_counted_list_is_closed_with_any_of_the_subtrees_it_was_seen_by(person, tree):
    counted = exported(person, "enterprise", f"counted=contact_enterprises&office={tree.tianhe.code}")
    end_posts(person, office=tree.xihu)
    assert status(person, counted) == 403


def test_who_may_see_no_persons_any_more_loses_the_files_that_name_them(person, tree):
    files = [exported(person), exported(person, "contact")]
    end_posts(person)
    for office in (tree.tianhe, tree.xihu):
        Post.objects.create(user=person, office=office, role=Role.VIEWER, created_at=factories.AT)
    assert [status(person, stored) for stored in files] == [200, 403]
    assert status(person, exported(person, "contact")) == 200


def test_a_wider_post_in_place_of_the_narrow_one_keeps_the_file_open(person, tree):
    stored = exported(person)
    end_posts(person)
    Post.objects.create(user=person, office=tree.hq, role=Role.LEADER, created_at=factories.AT)
    assert status(person, stored) == 200


def test_rows_given_back_are_for_clerks_of_the_office(person, tree):
    stored = store_file(
        owner=person,
        purpose=RETURNED,
        name="a.csv",
        content_type="text/csv",
        chunks=[b"a"],
        needs={"enter": [tree.tianhe.pk]},
    )
    before = status(person, stored)
    end_posts(person, office=tree.tianhe)
    assert (before, status(person, stored)) == (200, 403)
