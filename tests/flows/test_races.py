"""Two people at once, on whichever database runs: exactly one wins, the other is told why, nothing is half done."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from core.exceptions import DomainError
from core.models import AuditEvent
from orgs.models import CastOrganization, Enterprise, Merger
from orgs.services import records
from orgs.services.merging import merge_enterprises
from orgs.services.records import RecordRef
from orgs.services.unmerging import unmerge_enterprises
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; returns "" or the refusal of each, in their order."""
    start = threading.Barrier(len(acts))
    results = ["not run"] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        start.wait(timeout=20)
        try:
            act()
            results[index] = ""
        except DomainError as refusal:
            results[index] = refusal.message
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.fixture
def enterprise(tree, cast):
    return factories.make_enterprise(tree.tianhe)


def ref(row) -> RecordRef:
    return RecordRef(records.kind_of_record(row), row.pk, row.version)


def test_eight_submissions_for_one_enterprise_leave_one_active_organisation(cast, enterprise):
    drafts = [
        factories.make_organization(
            enterprise, state="draft", actor=cast.owner, name=f"示范第{n}科学技术协会"
        )
        for n in range(8)
    ]
    results = at_once(
        *[lambda row=row: records.submit_record(actor=cast.owner, ref=ref(row)) for row in drafts]
    )
    assert sorted(result == "" for result in results) == [False] * 7 + [True]
    assert all("同一时期不能再登记一个" in result for result in results if result)
    assert CastOrganization.objects.filter(state="submitted").count() == 1
    assert AuditEvent.objects.filter(action="organization.submit").count() == 1


def test_confirm_and_return_at_once_has_one_winner(cast, enterprise):
    row = factories.make_organization(enterprise, state="submitted", actor=cast.owner)
    results = at_once(
        lambda: records.confirm_record(actor=cast.reviewer, ref=ref(row)),
        lambda: records.return_record(actor=cast.upper, ref=ref(row), reason_code="duplicate"),
    )
    assert sorted(result == "" for result in results) == [False, True]
    row.refresh_from_db()
    assert (row.state == "confirmed") == (results[0] == "")
    moves = AuditEvent.objects.of(row).filter(action__in=["organization.confirm", "organization.return"])
    assert moves.count() == 1


def test_two_reviewers_confirm_the_same_version_once(cast, enterprise):
    row = factories.make_organization(enterprise, state="submitted", actor=cast.owner)
    results = at_once(
        lambda: records.confirm_record(actor=cast.reviewer, ref=ref(row)),
        lambda: records.confirm_record(actor=cast.upper, ref=ref(row)),
    )
    assert sorted(result == "" for result in results) == [False, True]
    row.refresh_from_db()
    assert (row.state, row.version) == ("confirmed", 2)
    assert AuditEvent.objects.of(row).filter(action="organization.confirm").count() == 1


def merging(actor, kept, absorbed):
    return lambda: merge_enterprises(
        actor=actor,
        kept=RecordRef("enterprise", kept.pk, kept.version),
        absorbed=RecordRef("enterprise", absorbed.pk, absorbed.version),
    )


def test_two_merge_the_same_pair_each_the_other_way_round(cast, tree):
    a, b = (
        factories.make_enterprise(office, name="示范同名机械有限公司") for office in (tree.tianhe, tree.panyu)
    )
    results = at_once(merging(cast.reviewer, a, b), merging(cast.upper, b, a))
    assert sorted(result == "" for result in results) == [False, True]
    assert any("已作废" in result for result in results)
    assert Merger.objects.count() == 1
    assert sorted(row.state for row in Enterprise.objects.filter(pk__in=(a.pk, b.pk))) == [
        "confirmed",
        "voided",
    ]


def test_merging_a_waiting_one_away_and_confirming_it_at_once_has_one_winner(cast, tree):
    kept = factories.make_enterprise(tree.tianhe, name="示范同名机械有限公司")
    waiting = factories.make_enterprise(
        tree.tianhe, name="示范同名机械有限公司", state="submitted", actor=cast.owner
    )
    results = at_once(
        merging(cast.reviewer, kept, waiting),
        lambda: records.confirm_record(actor=cast.upper, ref=ref(waiting)),
    )
    assert sorted(result == "" for result in results) == [False, True]
    waiting.refresh_from_db()
    assert waiting.state == ("voided" if results[0] == "" else "confirmed")
    assert Merger.objects.count() == (results[0] == "")


def test_an_undoing_asked_for_twice_happens_once(cast, tree):
    a, b = (factories.make_enterprise(tree.tianhe, name="示范同名机械有限公司") for _ in range(2))
    merger = merging(cast.reviewer, a, b)()
    results = at_once(
        *[
            lambda who=who: unmerge_enterprises(actor=who, merger_id=merger.pk)
            for who in (cast.reviewer, cast.upper)
        ]
    )
    assert sorted(result == "" for result in results) == [False, True]
    assert AuditEvent.objects.of(b).filter(action="enterprise.unmerge").count() == 1
