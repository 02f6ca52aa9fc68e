"""Wishes, reasons and stages against the worked table of docs/algorithms/funnel.md, and against a plain count."""

import datetime as dt
import random
from collections import Counter

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs.choices import ENTERPRISE_TYPES, NoOrganizationReason
from orgs.models import CastOrganization, ContactPerson, Enterprise, Office
from orgs.selectors import wishes
from orgs.selectors.territory import territory_of
from orgs.tables.prospects import funnel_table, reason_tables, wish_table
from orgs.tables.query import ListQuery
from tests import factories
from tests.conftest import TODAY
from tests.support.funnel_page import PAGE, moment, write_enterprises
from tests.support.markdown_tables import read_table
from tests.support.properties import deterministic

STAGES = ("contact", "wish", "preparing", "founded", "unasked", "unprepared", "long", "unreached")


def whole(counts) -> Counter:
    """The sum of all rows of a territory."""
    total = Counter()
    for cells in counts.values():
        total.update(cells)
    return total


def office_of(code: str) -> Office:
    return Office.objects.get(code=code)


@pytest.fixture
def page(tree):
    """The enterprises of the worked table."""
    return write_enterprises()


def test_stages_are_those_of_the_worked_table(page):
    for row in read_table(PAGE, "stages"):
        territory = territory_of(office_of(row["office"]), without_cities=row["without cities"] == "yes")
        found = whole(wishes.funnel_counts(territory, today=TODAY))
        assert {name: found[name] for name in STAGES} == {name: int(row[name]) for name in STAGES}, row


def test_wishes_and_reasons_are_those_of_the_worked_table(page):
    for row in read_table(PAGE, "wishes"):
        territory = territory_of(office_of(row["office"]))
        wished, reasons = whole(wishes.wish_counts(territory)), whole(wishes.reason_counts(territory)[0])
        expected = {name: int(cell) for name, cell in row.items() if name != "office"}
        names = ("all", "willing", "later", "unwilling", "unsaid", "contact")
        found = {name: wished[name] for name in names}
        found |= {name: reasons[name] for name in expected if name not in names}
        assert found == expected, row
        assert reasons["all"] == wished["all"]


def test_types_are_those_of_the_worked_table(page):
    _, types = wishes.reason_counts(territory_of(office_of("000000")))
    for row in read_table(PAGE, "types"):
        cells = types["is_other_type" if row["type"] == "other" else f"is_{row['type']}"]
        expected = {name: int(cell) for name, cell in row.items() if name != "type"}
        assert {name: cells[name] for name in expected} == expected, row


def listed(url: str, user) -> int:
    """How many enterprises the list behind an address shows."""
    asked = ListQuery(Enterprise, QueryDict(url.partition("?")[2]), user=user, today=TODAY)
    assert asked.problems == []
    return asked.rows.count()


@pytest.mark.parametrize("code", ["000000", "440000", "440100", "440106", "330000"])
@pytest.mark.parametrize("without", [False, True])
def test_every_number_links_to_as_many_enterprises(page, cast, code, without):
    territory = territory_of(office_of(code), without_cities=without)
    tables = [
        wish_table(territory, page=str, sort=""),
        funnel_table(territory, today=TODAY, page=str, sort=""),
    ]
    reasons = reason_tables(territory, page=str, sort="")
    rows = [row for table in (*tables, reasons.regions) for row in table.all_rows] + reasons.types
    differing = [
        (row.label, name, cell.count, cell.url)
        for row in rows
        for name, cell in row.cells.items()
        if listed(cell.url, cast.hq_leader) != cell.count
    ]
    assert differing == []


def test_offices_with_most_willing_stand_first(page):
    table = wish_table(territory_of(office_of("440000")), page=str, sort="-willing")
    assert [(row.label, row.cells["willing"].count) for row in table.rows] == [("广州", 6), ("佛山", 0)]
    assert table.own.cells["all"].count == 0


def test_what_an_office_holds_itself_is_its_own_row(page):
    table = wish_table(territory_of(office_of("440100")), page=str, sort="")
    assert {row.label: row.cells["all"].count for row in table.all_rows} == {
        "天河": 6,
        "番禺": 3,
        "本级": 1,
        "合计": 10,
    }


# ---------- random registries against plain Python ----------

STATES = ("confirmed", "confirmed", "confirmed", "submitted", "draft", "returned", "voided")


def random_day(dice: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=dice.randint(0, (last - first).days))


def random_enterprises(dice: random.Random, offices: list[Office]) -> None:
    """Some forty enterprises with a random history each."""
    reasons = ["", "", *NoOrganizationReason.values]
    for _ in range(40):
        reason = dice.choice(reasons)
        enterprise = factories.make_enterprise(
            dice.choice(offices),
            state=dice.choice(STATES),
            leader_wish=dice.choice(("", "willing", "willing", "later", "unwilling")),
            reason_code=reason,
            no_organization_reason="说明" if reason == "other" else "",
            dissolved_on=random_day(dice, dt.date(2013, 1, 1), TODAY) if dice.random() < 0.1 else None,
            is_private=True,
            is_tech_sme=dice.random() < 0.5,
        )
        changed = moment(random_day(dice, dt.date(2014, 6, 1), TODAY))
        Enterprise.objects.filter(pk=enterprise.pk).update(updated_at=changed)
        for _ in range(dice.randint(0, 2)):
            since = random_day(dice, dt.date(2013, 1, 1), TODAY)
            left = random_day(dice, since, TODAY) if dice.random() < 0.3 else None
            factories.make_contact(enterprise, state=dice.choice(STATES), established_on=since, left_on=left)
        begins = random_day(dice, dt.date(2012, 1, 1), TODAY)
        for _ in range(dice.randint(0, 2)):
            ends = random_day(dice, begins, TODAY) if dice.random() < 0.6 else None
            made = factories.make_organization(
                enterprise, state=dice.choice(STATES), established_on=begins, dissolved_on=ends
            )
            entered = moment(random_day(dice, dt.date(2014, 6, 1), TODAY))
            CastOrganization.objects.filter(pk=made.pk).update(created_at=entered)
            if ends is None or ends == TODAY:
                break
            begins = random_day(dice, ends, TODAY)


def plain_stages(enterprises, contacts, organizations) -> Counter:
    """The stages counted one enterprise at a time by the words of the page."""
    found: Counter = Counter()
    long_ago = moment(TODAY - dt.timedelta(days=60)).replace(hour=0)
    for one in enterprises:
        if one.state != "confirmed" or one.dissolved_on is not None:
            continue
        own = [row for row in organizations if row.enterprise_id == one.pk]
        confirmed = [row for row in own if row.state == "confirmed"]
        people = [row for row in contacts if row.enterprise_id == one.pk and row.state == "confirmed"]
        if any(row.dissolved_on is None for row in confirmed):
            standing = next(row for row in confirmed if row.dissolved_on is None)
            earlier = [
                row
                for row in people
                if row.established_on < standing.established_on
                and not any(
                    other.established_on <= row.established_on
                    and (other.dissolved_on is None or other.dissolved_on > row.established_on)
                    for other in confirmed
                )
            ]
            found["founded"] += standing.established_on.year == TODAY.year and bool(earlier)
            continue
        served = any(row.left_on is None for row in people)
        willing = one.leader_wish == "willing"
        if not served:
            found["unreached"] += willing
            continue
        found["contact"] += 1
        found["unasked"] += one.leader_wish == ""
        if not willing:
            continue
        found["wish"] += 1
        entered = [row for row in own if row.state in ("draft", "submitted", "returned")]
        marked = one.reason_code == "preparing"
        found["preparing" if entered or marked else "unprepared"] += 1
        found["long"] += any(row.created_at < long_ago for row in entered) or (
            marked and one.updated_at < long_ago
        )
    return found


@settings(deterministic, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dice=st.randoms(use_true_random=False))
def test_stages_agree_with_a_plain_count_on_random_histories(tree, dice):
    with transaction.atomic():
        require_agreement(tree, dice)
        transaction.set_rollback(True)


def require_agreement(tree, dice: random.Random) -> None:
    """Make a random history and count it both ways, for offices of every level."""
    random_enterprises(dice, [tree.tianhe, tree.panyu, tree.guangzhou, tree.foshan, tree.xihu, tree.shihezi])
    everything = [list(model.objects.all()) for model in (Enterprise, ContactPerson, CastOrganization)]
    for office in (tree.hq, tree.guangdong, tree.guangzhou, tree.tianhe):
        below = set(Office.objects.within(office).values_list("pk", flat=True))
        enterprises = [row for row in everything[0] if row.office_id in below]
        found = whole(wishes.funnel_counts(territory_of(office), today=TODAY))
        expected = plain_stages(enterprises, everything[1], everything[2])
        assert {name: found[name] for name in STAGES} == {name: expected[name] for name in STAGES}


@pytest.mark.parametrize("seed", range(4))
def test_links_agree_on_random_histories(tree, cast, seed):
    dice = random.Random(100 + seed)
    random_enterprises(dice, [tree.tianhe, tree.panyu, tree.guangzhou, tree.foshan, tree.xihu])
    territory = territory_of(tree.guangdong)
    table = funnel_table(territory, today=TODAY, page=str, sort="")
    for row in table.all_rows:
        for name, cell in row.cells.items():
            assert (row.label, name, listed(cell.url, cast.hq_leader)) == (row.label, name, cell.count)


def test_every_type_has_its_column():
    assert tuple(flag for flag, _ in ENTERPRISE_TYPES) == wishes.FLAGS
