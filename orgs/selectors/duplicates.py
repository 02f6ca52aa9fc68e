"""Registrations that are probably one enterprise: which they are, and what a page says of them.

Rules and worked table: docs/algorithms/duplicates.md. The database finds the names and codes that occur twice; only the
rows that carry them are read.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value, When

from accounts.models import User
from orgs.calculations.grouping import Group, Mark, Sighting, group_sightings
from orgs.choices import DivisionLevel, RecordState, state_rank
from orgs.models import CastOrganization, ContactPerson, DistinctPair, Enterprise, FormerName
from orgs.models.enterprise import EnterpriseQuerySet, InnerCode, inner_code_apart_q

# So many names and codes in common are followed at most. A registry with more has been filled twice over, and these are
# enough to begin with.
MOST_MARKS = 10_000
NAME, CODE, APART = "name", "code", "apart"


@dataclasses.dataclass(frozen=True)
class Duplicates:
    """All groups one person may see, those with a code in common first. ``declared`` are the pairs that were left out.

    ``is_capped``: there are more.
    """

    groups: list[Group]
    declared: frozenset[tuple[int, int]] = frozenset()
    is_capped: bool = False


@dataclasses.dataclass(frozen=True)
class Member:
    """One registration of a group and what hangs on it: organisations, number of contacts; voided ones left out.

    ``formerly`` are the names of other members that it once had.
    """

    enterprise: Enterprise
    organizations: list[CastOrganization]
    contacts: int
    formerly: list[str]


@dataclasses.dataclass(frozen=True)
class DuplicateGroup:
    """One group as the page shows it: why it is one, and its registrations, those that are furthest and oldest first.

    ``declared`` are the pairs within it that somebody has declared to be two.
    """

    reasons: list[str]
    members: list[Member]
    declared: list[tuple[Enterprise, Enterprise]]

    @property
    def is_pair(self) -> bool:
        """Whether it is two: then there is nothing to choose."""
        return len(self.members) == 2


def find_duplicates(user: User) -> Duplicates:
    """Every group among the registrations the person may see and that are not voided. Two queries.

    The names and codes in common are found first, the rows that carry them then by their index: asked in one, PostgreSQL
    would read the whole table a second time.
    """
    seen = Enterprise.objects.visible_to(user).order_by()
    standing: EnterpriseQuerySet = seen.exclude(state=RecordState.VOIDED)
    former = FormerName.objects.visible_to(user).exclude(enterprise__state=RecordState.VOIDED).order_by()
    # Without the second condition SQLite does not see that the index of these few answers.
    apart = (
        standing.annotate(inner=InnerCode("credit_code")).filter(inner_code_apart_q()).filter(inner__gt="")
    )
    shared = list(_shared(seen, standing, former, apart)[: MOST_MARKS + 1])
    names = list({text for why, text in shared[:MOST_MARKS] if why == NAME})
    codes = list({text for why, text in shared[:MOST_MARKS] if why == CODE})
    if not shared:
        return Duplicates([])
    carriers = _carriers(standing.filter(name_key__among=names), NAME, "name_key").union(
        _carriers(former.filter(name_key__among=names), NAME, "name_key", "enterprise__"),
        _carriers(apart, CODE, "inner"),
        _carriers(standing.filter(organization_code__among=codes), CODE, "organization_code"),
        _declared(user),
        all=True,
    )
    sightings, apart_pairs = [], set()
    for pk, why, where, text in carriers:
        if why == APART:
            apart_pairs.add((pk, where))
        else:
            sightings.append(Sighting(pk, _mark(why, where, text)))
    declared = frozenset(apart_pairs)
    groups = group_sightings(sightings, distinct=declared)
    groups.sort(key=lambda group: (not by_code(group), group.pks))
    return Duplicates(groups, declared, is_capped=len(shared) > MOST_MARKS)


def _mark(why: str, prefecture: int, text: str) -> Mark:
    """One name is one mark within a prefecture, whether borne now or formerly; a code is one everywhere."""
    return (why, prefecture if why == NAME else 0, text)


def by_code(group: Group) -> bool:
    """Whether some of the group have a code in common."""
    return any(mark[0] == CODE for mark in group.marks)


def _declared(user: User) -> QuerySet:
    """The declared pairs in the columns of ``_carriers``: the other one of the pair stands in the prefecture's place."""
    rows = DistinctPair.objects.visible_to(user).order_by()
    return rows.annotate(
        key=F("first_id"),
        why=Value(APART, output_field=CharField()),
        prefecture=F("second_id"),
        text=Value("", output_field=CharField()),
    ).values_list("key", "why", "prefecture", "text")


def _shared(seen: QuerySet, standing: QuerySet, former: QuerySet, apart: QuerySet) -> QuerySet:
    """The names and codes (kind, text) by which two registrations may meet, wherever they are."""
    # The names that occur twice come from the index alone, voided ones among them: these are left out of what is read.
    repeated = seen.values("name_key").annotate(number=Count("*")).filter(number__gt=1)
    borne_now = standing.filter(name_key=OuterRef("name_key")).exclude(pk=OuterRef("enterprise_id"))
    borne_before = former.filter(name_key=OuterRef("name_key")).exclude(enterprise=OuterRef("enterprise_id"))
    return _texts(repeated, NAME, "name_key").union(
        _texts(former.filter(Exists(borne_now) | Exists(borne_before)), NAME, "name_key"),
        _texts(apart, CODE, "inner"),
        all=True,
    )


def _texts(rows: QuerySet, why: str, column: str) -> QuerySet:
    return rows.annotate(why=Value(why, output_field=CharField()), text=F(column)).values_list("why", "text")


def _carriers(rows: QuerySet, why: str, column: str, prefix: str = "") -> QuerySet:
    """Who carries a name or code (key, kind, prefecture, text). ``prefix`` leads from the row to its enterprise."""
    county = {f"{prefix}division__level": DivisionLevel.COUNTY}
    prefecture = Case(
        When(**county, then=F(f"{prefix}division__parent_id")), default=F(f"{prefix}division_id")
    )
    return rows.annotate(
        key=F(f"{prefix}pk"),
        why=Value(why, output_field=CharField()),
        prefecture=prefecture,
        text=F(column),
    ).values_list("key", "why", "prefecture", "text")


# ---------- what the page shows ----------


def show_groups(groups: Sequence[Group], found: Duplicates, *, user: User) -> list[DuplicateGroup]:
    """The groups of one page with their rows. Two queries, however many there are."""
    pks = [pk for group in groups for pk in group.pks]
    contacts = (
        ContactPerson.objects.filter(enterprise=OuterRef("pk"))
        .exclude(state=RecordState.VOIDED)
        .order_by()
        .values("enterprise")
    )
    rows = (
        Enterprise.objects.visible_to(user)
        .filter(pk__among=pks)
        .select_related("office", "division")
        .annotate(contact_count=Subquery(contacts.annotate(number=Count("*")).values("number")))
    )
    enterprises = {row.pk: row for row in rows}
    organizations: dict[int, list[CastOrganization]] = defaultdict(list)
    standing = CastOrganization.objects.filter(enterprise__in=pks).exclude(state=RecordState.VOIDED)
    for organization in standing.order_by("-established_on", "-pk"):
        organizations[organization.enterprise_id].append(organization)
    return [_shown(group, enterprises, organizations, found.declared) for group in groups]


def _shown(
    group: Group,
    enterprises: dict[int, Any],
    organizations: dict[int, list[CastOrganization]],
    declared: frozenset[tuple[int, int]],
) -> DuplicateGroup:
    rows = sorted(
        (enterprises[pk] for pk in group.pks if pk in enterprises),
        key=lambda row: (-state_rank(row.state), row.pk),
    )
    formerly: dict[int, list[str]] = defaultdict(list)
    reasons: list[str] = []
    for (kind, _, text), carriers in group.marks.items():
        if kind == CODE:
            reasons.append(f"组织机构代码相同（{text[:8]}-{text[8:]}）")
            continue
        now = [row for row in rows if row.pk in carriers and row.name_key == text]
        name = now[0].name if now else text
        for pk in carriers:
            if pk in enterprises and enterprises[pk].name_key != text:
                formerly[pk].append(name)
        if len({row.name for row in now}) > 1:
            reasons.append("名称相同，写法不同")
        elif len(now) > 1:
            reasons.append("名称相同")
        if len(now) < len(carriers):
            reasons.append("曾用名相同")
    return DuplicateGroup(
        reasons=list(dict.fromkeys(reasons)),
        members=[
            Member(row, organizations.get(row.pk, []), row.contact_count or 0, formerly.get(row.pk, []))
            for row in rows
        ],
        declared=[
            (a, b)
            for place, a in enumerate(rows)
            for b in rows[place + 1 :]
            if (min(a.pk, b.pk), max(a.pk, b.pk)) in declared
        ],
    )
