"""The pages of duplicates: groups, side by side, merging and taking back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import DistinctPair, Enterprise, Merger
from tests import factories

NAME = "广州示范甲辰精密机械有限公司"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def pair(cast, tree):
    """The same enterprise in Tianhe and in Panyu."""
    return (
        factories.make_enterprise(tree.tianhe, name=NAME),
        factories.make_enterprise(tree.panyu, name=NAME, employees=120),
    )


def sent(kept, absorbed, **more):
    return {
        "kept": kept.pk,
        "absorbed": absorbed.pk,
        "kept_version": kept.version,
        "absorbed_version": absorbed.version,
        **more,
    }


def test_the_page_lists_the_group_and_leads_to_the_comparison(pair, cast):
    page = client_of(cast.reviewer).get(reverse("enterprise_duplicates")).content.decode()
    assert "同市同名" in page
    assert f"?kept={pair[0].pk}&amp;absorbed={pair[1].pk}" in page


def test_the_number_of_queries_does_not_grow_with_the_groups(cast, tree):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client_of(cast.reviewer).get(reverse("enterprise_duplicates")).status_code == 200
        return len(found)

    for number in range(2):
        factories.make_enterprise(tree.tianhe, name=f"广州示范第{number}机械有限公司")
        factories.make_enterprise(tree.panyu, name=f"广州示范第{number}机械有限公司")
    few = queries()
    for number in range(2, 12):
        factories.make_enterprise(tree.tianhe, name=f"广州示范第{number}机械有限公司")
        factories.make_enterprise(tree.panyu, name=f"广州示范第{number}机械有限公司")
    assert queries() == few


def test_both_sides_stand_beside_each_other_and_empty_takes_filled(pair, cast):
    page = client_of(cast.reviewer).get(
        reverse("enterprise_merge"), {"kept": pair[0].pk, "absorbed": pair[1].pk}
    )
    rows = {row.label: (row.kept, row.absorbed, row.takes) for row in page.context["differing"]}
    assert rows == {"职工人数": ("", "120", "absorbed")}


def test_posting_merges_and_the_kept_page_offers_to_take_it_back(pair, cast):
    client = client_of(cast.reviewer)
    answer = client.post(reverse("enterprise_merge"), sent(*pair, **{"field-employees": "absorbed"}))
    assert answer.status_code == 302
    assert Enterprise.objects.get(pk=pair[0].pk).employees == 120
    page = client.get(answer["Location"]).content.decode()
    assert "撤销合并" in page
    client.post(reverse("enterprise_unmerge", args=[Merger.objects.get().pk]))
    assert Enterprise.objects.get(pk=pair[1].pk).state == "confirmed"


def test_a_stale_page_keeps_what_was_chosen(pair, cast):
    Enterprise.objects.filter(pk=pair[1].pk).update(version=5)
    answer = client_of(cast.reviewer).post(
        reverse("enterprise_merge"), sent(*pair, **{"field-employees": "kept"})
    )
    assert answer.status_code == 422
    assert "由他人改过" in answer.content.decode()
    assert [row.takes for row in answer.context["differing"]] == ["kept"]


def test_not_the_same_is_remembered(pair, cast):
    client_of(cast.reviewer).post(reverse("enterprise_distinct"), sent(*pair))
    assert DistinctPair.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("owner", 404),
        ("upper_clerk", 403),
        ("viewer", 404),
        ("stranger", 404),
        ("expert", 404),
        ("office_admin", 403),
    ],
)
def test_who_may_not_merge_is_told_apart(pair, cast, part, status):
    client = client_of(getattr(cast, part))
    address = reverse("enterprise_merge")
    assert client.get(address, {"kept": pair[0].pk, "absorbed": pair[1].pk}).status_code == status
    assert client.post(address, sent(*pair)).status_code == status
    assert Merger.objects.count() == 0


@pytest.mark.parametrize("kept", ["", "x", "999999999", "-1", "0" * 40])
def test_odd_addresses_are_not_found(pair, cast, kept):
    client = client_of(cast.reviewer)
    assert client.get(reverse("enterprise_merge"), {"kept": kept, "absorbed": pair[1].pk}).status_code == 404


def test_one_registration_is_no_pair(pair, cast):
    client = client_of(cast.reviewer)
    query = {"kept": pair[0].pk, "absorbed": pair[0].pk}
    assert client.get(reverse("enterprise_merge"), query).status_code == 404
