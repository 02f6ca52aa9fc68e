"""Registrations that are probably one enterprise: which they are, and what a page says of them.

Rules and worked table: docs/algorithms/duplicates.md. The database finds the names and codes that occur twice; only the
rows that carry them are read.
"""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Value, When

from accounts.models import User
from orgs.calculations.grouping import Group, Sighting, group_sightings
from orgs.choices import DivisionLevel, RecordState
from orgs.models import CastOrganization, ContactPerson, DistinctPair, Enterprise, FormerName
from orgs.models.enterprise import InnerCode, inner_code_apart_q

# So many rows that have something in common are read at most. A registry with more has been filled twice over, and the
# first ten thousand groups are enough to begin with.
MOST_SIGHTINGS = 20_000
NAME, FORMER, CODE = "name", "former", "code"


@dataclasses.dataclass(frozen=True)
class Duplicates:
    """All groups one person may see, codes in common first, then names in common. ``is_capped``: there are more."""

    groups: list[Group]
    is_capped: bool = False


@dataclasses.dataclass(frozen=True)
class Member:
    """One registration of a group and what hangs on it."""

    enterprise: Enterprise
    organizations: list[CastOrganization]
    contacts: int
    former_names: list[str]


@dataclasses.dataclass(frozen=True)
class DuplicateGroup:
    """One group as the page shows it: why it is one, and its registrations, oldest first.

    ``declared`` are the pairs within it that somebody has declared to be two, by name.
    """

    reasons: list[str]
    members: list[Member]
    declared: list[tuple[Enterprise, Enterprise]]

    @property
    def is_pair(self) -> bool:
        """Whether it is two: then there is nothing to choose."""
        return len(self.members) == 2


def find_duplicates(user: User) -> Duplicates:
    """Every group among the registrations the person may see and that are not voided. Two queries."""
    found = list(_sightings(user).order_by("mark", "key")[: MOST_SIGHTINGS + 1])
    is_capped = len(found) > MOST_SIGHTINGS
    sightings = [
        Sighting(pk, ("code", 0, text) if why == CODE else ("name", prefecture, text))
        for pk, why, prefecture, text in found[:MOST_SIGHTINGS]
    ]
    groups = group_sightings(sightings, distinct=_declared_pairs(user)) if sightings else []
    groups.sort(key=lambda group: (not _by_code(group), group.pks))
    return Duplicates(groups, is_capped)


def _by_code(group: Group) -> bool:
    return any(isinstance(mark, tuple) and mark[0] == "code" for mark in group.marks)


def _declared_pairs(user: User) -> set[tuple[int, int]]:
    return set(DistinctPair.objects.visible_to(user).order_by().values_list("first_id", "second_id"))


def _sightings(user: User) -> QuerySet:
    """Rows (key, why, prefecture, name key or code) of every registration that may meet another one. One query."""
    seen = Enterprise.objects.visible_to(user).order_by()
    standing = seen.exclude(state=RecordState.VOIDED)
    # The names that occur twice come from the index alone, voided ones among them: these are left out of what is read.
    repeated = seen.values("name_key").annotate(number=Count("pk")).filter(number__gt=1)
    former = FormerName.objects.filter(enterprise__in=standing.values("pk")).order_by()
    borne_now = standing.filter(name_key=OuterRef("name_key")).exclude(pk=OuterRef("enterprise_id"))
    borne_before = former.filter(name_key=OuterRef("name_key")).exclude(enterprise=OuterRef("enterprise_id"))
    apart = standing.filter(inner_code_apart_q()).annotate(inner=InnerCode("credit_code"))
    return _marked(standing.filter(name_key__in=repeated.values("name_key")), NAME, "name_key").union(
        _marked(standing.filter(name_key__in=former.values("name_key")), NAME, "name_key"),
        _marked(former.filter(Exists(borne_now) | Exists(borne_before)), FORMER, "name_key", "enterprise__"),
        _marked(apart, CODE, "inner"),
        _marked(standing.filter(organization_code__in=apart.values("inner")), CODE, "organization_code"),
        all=True,
    )


def _marked(rows: QuerySet, why: str, column: str, prefix: str = "") -> QuerySet:
    """The columns every part of the union has. ``prefix`` leads from the row to its enterprise."""
    county = {f"{prefix}division__level": DivisionLevel.COUNTY}
    return rows.annotate(
        key=F(f"{prefix}pk"),
        why=Value(why, output_field=CharField()),
        prefecture=Case(
            When(**county, then=F(f"{prefix}division__parent_id")), default=F(f"{prefix}division_id")
        ),
        mark=F(column),
    ).values_list("key", "why", "prefecture", "mark")


# ---------- what a page says of groups ----------


def read_groups(groups: Sequence[Group]) -> list[DuplicateGroup]:
    """The groups of one page with their registrations and what hangs on each. Five queries, however many groups."""
    pks = {pk for group in groups for pk in group.pks}
    enterprises = Enterprise.objects.select_related("division", "office").in_bulk(list(pks))
    organizations: dict[int, list[CastOrganization]] = defaultdict(list)
    for organization in CastOrganization.objects.filter(enterprise__in=pks).exclude(state=RecordState.VOIDED):
        organizations[organization.enterprise_id or 0].append(organization)
    contacts = Counter(
        ContactPerson.objects.filter(enterprise__in=pks)
        .exclude(state=RecordState.VOIDED)
        .values_list("enterprise_id", flat=True)
    )
    former: dict[int, list[str]] = defaultdict(list)
    for pk, name in FormerName.objects.filter(enterprise__in=pks).values_list("enterprise_id", "name"):
        former[pk].append(name)
    declared = list(DistinctPair.objects.filter(first__in=pks, second__in=pks))
    return [
        DuplicateGroup(
            reasons=_reasons(group, former),
            members=[
                Member(enterprises[pk], organizations[pk], contacts[pk], former[pk])
                for pk in group.pks
                if pk in enterprises
            ],
            declared=[
                (enterprises[pair.first_id], enterprises[pair.second_id])
                for pair in declared
                if pair.first_id in group.pks and pair.second_id in group.pks
            ],
        )
        for group in groups
    ]


def _reasons(group: Group, former: dict[int, list[str]]) -> list[str]:
    kinds = {str(mark[0]) for mark in group.marks if isinstance(mark, tuple)}
    reasons = ["组织机构代码相同"] if "code" in kinds else []
    if "name" in kinds:
        by_former = any(former[pk] for pk in group.pks)
        reasons.append("同市同名（含曾用名）" if by_former else "同市同名")
    return reasons
