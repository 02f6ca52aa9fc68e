"""Wishes, reasons and the way to an organisation of enterprises that have none, by office and by type, counted now.

One GROUP BY per fact on the holding office. All confirmed enterprises are counted plainly, from the index
``enterprise_wish`` alone, and the few that have an organisation are taken off: asking each row for its organisation would
take several times as long. docs/algorithms/funnel.md has the rules with a worked table.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from orgs.choices import ENTERPRISE_TYPES, LeaderWish
from orgs.models import CastOrganization, ContactPerson, Office
from orgs.models.office import subtree_q
from orgs.selectors.prospects import (
    LONG_DAYS,
    converted_organizations,
    existing,
    preparing_q,
    standing_organizations,
)
from orgs.selectors.territory import Territory

# Row of a territory → name of a count → number. Wishes and reasons go by their codes, nothing said by ``UNSAID``.
Counts = dict[int | str, Counter[str]]
ALL, UNSAID, CONTACT, REASONED = "all", "unsaid", "contact", "reasoned"
FLAGS = tuple(flag for flag, _ in ENTERPRISE_TYPES)


def _within(rows: QuerySet, territory: Territory) -> QuerySet:
    """Rows held in the territory, as a list of keys: SQLite then goes through an index that begins with the office."""
    if territory.office.is_hq:
        return rows
    below = Office.objects.filter(subtree_q(territory.office.path)).order_by().values("pk")
    return rows.filter(office__in=below)


def _having(territory: Territory) -> QuerySet:
    """The standing organisations of existing enterprises: one at each that has any."""
    rows = CastOrganization.objects.confirmed().in_enterprises().filter(dissolved_on=None)
    return _within(
        rows.filter(enterprise__state="confirmed", enterprise__dissolved_on=None), territory
    ).order_by()


def _grouped(
    rows: QuerySet, column: str, *, flags: bool = False, prefix: str = ""
) -> Iterable[tuple[Any, ...]]:
    """(office, value of the column, number[, number of each type])."""
    numbers: list[Aggregate] = [Count("*")]
    if flags:
        # A sum of ones is twice as fast as a count under a condition, which matters over 344,000 rows.
        numbers += [Sum(Cast(f"{prefix}{flag}", IntegerField())) for flag in FLAGS]
    named = {f"n{place}": number for place, number in enumerate(numbers)}
    return rows.order_by().values_list("office_id", f"{prefix}{column}").annotate(**named)


def _by_row(territory: Territory, *facts: tuple[int, Iterable[tuple[Any, ...]]]) -> Counts:
    """The numbers of some facts by the territory's row; ``-1`` takes a fact's numbers off."""
    counts: Counts = defaultdict(Counter)
    for sign, rows in facts:
        for office, value, number, *_ in rows:
            row = territory.row_of.get(office)
            if row is not None:
                counts[row][value or UNSAID] += sign * number
                counts[row][ALL] += sign * number
    return counts


def wish_counts(territory: Territory) -> Counts:
    """For each row: enterprises without an organisation, by what their leader said, and how many have a contact.

    Three queries.
    """
    column = "leader_wish"
    counts = _by_row(
        territory,
        (1, _grouped(_within(existing(), territory), column)),
        (-1, _grouped(_having(territory), column, prefix="enterprise__")),
    )
    for office, _, number in (
        _contact_rows(territory)
        .values_list("office_id", "enterprise__leader_wish")
        .annotate(n=Count("enterprise", distinct=True))
    ):
        row = territory.row_of.get(office)
        if row is not None:
            counts[row][CONTACT] += number
    return counts


def reason_counts(territory: Territory) -> tuple[Counts, dict[str, Counter[str]]]:
    """Enterprises without an organisation by reason: for each row, and for each type of enterprise (types overlap).

    ``ALL`` is how many there are, ``REASONED`` how many of them say why. Two queries.
    """
    column = "reason_code"
    plain = list(_grouped(_within(existing(), territory), column, flags=True))
    having = list(_grouped(_having(territory), column, flags=True, prefix="enterprise__"))
    counts = _by_row(territory, (1, plain), (-1, having))
    for cells in counts.values():
        cells[REASONED] = cells[ALL] - cells[UNSAID]
    by_reason: dict[str, list[int]] = defaultdict(lambda: [0] * len(FLAGS))
    for sign, rows in ((1, plain), (-1, having)):
        for office, reason, _, *numbers in rows:
            if office in territory.row_of:
                sums = by_reason[reason or UNSAID]
                for place, number in enumerate(numbers):
                    sums[place] += sign * number
    types = {
        flag: Counter({reason: sums[place] for reason, sums in by_reason.items()})
        for place, flag in enumerate(FLAGS)
    }
    for cells in types.values():
        cells[ALL] = sum(cells.values())
        cells[REASONED] = cells[ALL] - cells[UNSAID]
    return counts, types


def _contact_rows(territory: Territory) -> QuerySet:
    """The confirmed contacts in office of existing enterprises without an organisation."""
    rows = (
        ContactPerson.objects.confirmed()
        .filter(left_on=None, enterprise__state="confirmed", enterprise__dissolved_on=None)
        .filter(~Exists(standing_organizations(OuterRef("enterprise"))))
    )
    return _within(rows, territory).order_by()


def _is(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


# The stages of the way to an organisation, and what stands beside them.
WISH, PREPARING, FOUNDED, UNASKED, UNPREPARED, LONG, UNREACHED = (
    "wish",
    "preparing",
    "founded",
    "unasked",
    "unprepared",
    "long",
    "unreached",
)


def funnel_counts(territory: Territory, *, today: dt.date) -> Counts:
    """For each row the numbers of the stages: contact, wish, preparing, and founded in the calendar year.

    Beside them ``UNASKED`` (contact, wish not asked), ``UNPREPARED`` (willing, nothing prepared), ``LONG`` (in preparation
    for longer than ``LONG_DAYS``) and ``UNREACHED`` (willing, no contact). Four queries.
    """
    counts: Counts = defaultdict(Counter)
    before = today - dt.timedelta(days=LONG_DAYS)
    stages = (
        _contact_rows(territory)
        .annotate(
            prepared=_is(preparing_q("enterprise__")), long=_is(preparing_q("enterprise__", before=before))
        )
        .values_list("office_id", "enterprise__leader_wish", "prepared", "long")
        .annotate(n=Count("enterprise", distinct=True))
    )
    for office, wish, prepared, long, number in stages:
        row = territory.row_of.get(office)
        if row is None:
            continue
        cells = counts[row]
        cells[CONTACT] += number
        if wish == "":
            cells[UNASKED] += number
        if wish == LeaderWish.WILLING:
            cells[WISH] += number
            cells[UNREACHED] -= number
            cells[PREPARING if prepared else UNPREPARED] += number
            if long:
                cells[LONG] += number
    willing = Q(leader_wish=LeaderWish.WILLING)
    having = _having(territory).filter(enterprise__leader_wish=LeaderWish.WILLING)
    for sign, rows in (
        (1, _grouped(_within(existing().filter(willing), territory), "leader_wish")),
        (-1, _grouped(having, "leader_wish", prefix="enterprise__")),
    ):
        for office, _, number in rows:
            row = territory.row_of.get(office)
            if row is not None:
                counts[row][UNREACHED] += sign * number
    founded = _within(converted_organizations(today.year), territory).order_by()
    founded = founded.filter(enterprise__state="confirmed", enterprise__dissolved_on=None)
    for office, number in founded.values_list("office_id").annotate(n=Count("enterprise", distinct=True)):
        row = territory.row_of.get(office)
        if row is not None:
            counts[row][FOUNDED] += number
    return counts
