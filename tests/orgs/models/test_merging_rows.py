"""The database says no first: former names, mergers and declared pairs."""

import pytest
from django.db import IntegrityError, transaction

from orgs.models import DistinctPair, FormerName, Merger
from tests.factories import AT, make_enterprise


@pytest.fixture
def pair(cast, tree):
    return make_enterprise(tree.tianhe), make_enterprise(tree.panyu)


def refused(name, make):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    text = str(error.value)
    assert name in text or "UNIQUE constraint failed" in text


def merger(kept, absorbed, actor, **values):
    return Merger.objects.create(
        kept=kept,
        absorbed=absorbed,
        merged_at=AT,
        merged_by=actor,
        kept_version=2,
        absorbed_version=2,
        **values,
    )


def test_nothing_is_merged_into_itself(pair, cast):
    refused("merger_of_two", lambda: merger(pair[0], pair[0], cast.reviewer))


def test_one_registration_is_absorbed_once_at_a_time(pair, cast, tree):
    kept, absorbed = pair
    third = make_enterprise(tree.tianhe)
    first = merger(kept, absorbed, cast.reviewer)
    refused("merger_absorbed_once", lambda: merger(third, absorbed, cast.reviewer))
    Merger.objects.filter(pk=first.pk).update(undone_at=AT, undone_by=cast.reviewer)
    merger(third, absorbed, cast.reviewer)


def test_an_undoing_has_its_moment_and_its_person(pair, cast):
    refused("merger_undone_by_somebody", lambda: merger(*pair, cast.reviewer, undone_at=AT))


def test_a_pair_stands_once_and_in_order(pair, cast):
    first, second = pair
    values = {"declared_at": AT, "declared_by": cast.reviewer}
    for a, b in ((second, first), (first, first)):
        refused(
            "distinct_pair_in_order",
            lambda a=a, b=b: DistinctPair.objects.create(first=a, second=b, **values),
        )
    DistinctPair.objects.create(first=first, second=second, **values)
    refused("distinct_pair_once", lambda: DistinctPair.objects.create(first=first, second=second, **values))


def test_a_former_name_stands_once_and_can_be_compared(pair):
    def former(key):
        return FormerName.objects.create(enterprise=pair[0], name="示范", name_key=key, recorded_at=AT)

    former("示范")
    refused("former_name_once", lambda: former("示范"))
    refused("former_name_comparable", lambda: former(""))
