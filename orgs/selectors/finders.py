"""Finding hosts and addresses while somebody types, and look-alikes before a new enterprise is saved."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any, Generic, TypeVar

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Replace

from accounts.models import User
from orgs.calculations.names import (
    clean_name,
    is_probable_duplicate,
    normalize_enterprise_name,
    split_name,
)
from orgs.calculations.pinyin import pinyin_key
from orgs.choices import DivisionLevel, RecordState
from orgs.models import CastOrganization, Division, Enterprise, FormerName, Office, Park
from orgs.models.office import subtrees_q
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.validators.credit_code import embedded_organization_code, parse_credit_code
from orgs.validators.errors import CodeError
from orgs.validators.organization_code import parse_organization_code
from orgs.validators.registration_number import parse_registration_number
from orgs.validators.text import compact_code, without_spaces

Host = TypeVar("Host", Enterprise, Park)
RESULTS = 8
SHORTEST_QUERY = 2
XINJIANG, CORPS = "65", "660000"
CODE_PARSERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("credit_code", parse_credit_code),
    ("organization_code", parse_organization_code),
    ("registration_number", parse_registration_number),
)
# Address levels as a list shows them: the county is what most records have.
_NEAREST_FIRST = Case(
    When(level=DivisionLevel.COUNTY, then=Value(0)),
    When(level=DivisionLevel.PREFECTURE, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclasses.dataclass(frozen=True)
class Standing:
    """Whether a host can be given an organisation or a contact now, as a tag of the result list.

    ``tone`` is a tone of ``{% state %}``; ``organization`` is the one that stands in the way, if any.
    """

    tone: str
    word: str
    organization: CastOrganization | None = None


@dataclasses.dataclass(frozen=True)
class Found(Generic[Host]):
    """One row of a result list."""

    host: Host
    standing: Standing


@dataclasses.dataclass(frozen=True)
class Results(Generic[Host]):
    """The first rows of a search, and whether there are more."""

    rows: list[Found[Host]]
    more: bool


def standing_of(host: Enterprise | Park, day: dt.date) -> Standing:
    """The tag of a host on a day. Reads ``host.organizations``, prefetched by the searches."""
    ended = host.dissolved_on if isinstance(host, Enterprise) else host.closed_on
    if ended is not None and ended <= day:
        return Standing("plain", "已注销" if isinstance(host, Enterprise) else "已撤销")
    drafted = None
    for organization in host.organizations.all():
        if organization.dissolved_on is not None and organization.dissolved_on <= day:
            continue
        if organization.state == RecordState.CONFIRMED:
            return Standing("plain", "已有科协", organization)
        if organization.state == RecordState.SUBMITTED:
            return Standing("wait", "待确认", organization)
        if organization.state in (RecordState.DRAFT, RecordState.RETURNED):
            drafted = organization
    if drafted is not None:
        return Standing("wait", "已有草稿", drafted)
    return Standing("ok", "可登记")


def codes_in(text: str) -> dict[str, str]:
    """The columns an exact code of any kind may stand in, with the canonical value; empty when the text is no code."""
    for column, parse in CODE_PARSERS:
        try:
            value = parse(text)
        except CodeError:
            continue
        if column == "credit_code":
            # An enterprise of 2014 is known by the organisation code inside only.
            return {"credit_code": value, "organization_code": embedded_organization_code(value)}
        return {column: value}
    return {}


def with_exact_code(text: str) -> QuerySet[Enterprise]:
    """Enterprises of any office that carry this code; none when the text is no code. For ``lookups`` and conflicts."""
    condition = Q(pk__in=[])
    for column, value in codes_in(text).items():
        condition |= Q(**{column: value})
    return Enterprise.objects.exclude(state=RecordState.VOIDED).filter(condition)


def formerly_named(key: str) -> QuerySet:
    """The keys of enterprises that once had a name with this in its comparison key, for a condition ``pk__in``."""
    return FormerName.objects.filter(name_key__contains=key).order_by().values("enterprise")


def _enterprise_condition(query: str) -> Q:
    codes = codes_in(query)
    if codes:
        condition = Q(pk__in=[])
        for column, value in codes.items():
            condition |= Q(**{column: value})
        return condition
    key = normalize_enterprise_name(query)
    condition = Q(name_key__contains=key) | Q(pk__in=formerly_named(key))
    plain = compact_code(query)
    if plain.isascii() and plain.isalnum():
        for column, _ in CODE_PARSERS:
            condition |= Q(**{f"{column}__startswith": plain})
        condition |= Q(sort_key__startswith=plain.lower())
    return condition


def _first_rows(rows: QuerySet, key: str, day: dt.date) -> Results[Any]:
    at_start = Case(
        When(name_key__startswith=key, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    organizations = Prefetch("organizations", CastOrganization.objects.order_by("-established_on"))
    found = list(
        rows.exclude(state=RecordState.VOIDED)
        .select_related("division", "office")
        .prefetch_related(organizations)
        .order_by(at_start, "sort_key", "pk")[: RESULTS + 1]
    )
    return Results(
        [Found(host, standing_of(host, day)) for host in found[:RESULTS]], more=len(found) > RESULTS
    )


def find_enterprises(user: User, query: str, *, day: dt.date) -> Results[Enterprise]:
    """Enterprises the person may see, by part of the name, its pinyin, or a code or its beginning."""
    key = normalize_enterprise_name(query)
    if len(key) < SHORTEST_QUERY:
        return Results([], more=False)
    return _first_rows(Enterprise.objects.visible_to(user).filter(_enterprise_condition(query)), key, day)


def find_parks(user: User, query: str, *, day: dt.date) -> Results[Park]:
    """Parks the person may see, by part of the name or its pinyin."""
    key = normalize_enterprise_name(query)
    if len(key) < SHORTEST_QUERY:
        return Results([], more=False)
    condition = Q(name_key__contains=key)
    if key.isascii():
        condition |= Q(sort_key__startswith=key.lower())
    return _first_rows(Park.objects.visible_to(user).filter(condition), key, day)


# ---------- addresses ----------


def divisions_to_enter(user: User) -> QuerySet[Division]:
    """The addresses this clerk may enter records at. The corps may hold what stands anywhere in Xinjiang."""
    reach = reach_of(user)
    condition = subtrees_q(reach.paths(ENTER), "office__")
    corps = Office.objects.filter(code=CORPS).values_list("path", flat=True).first()
    if corps and reach.covers(ENTER, corps):
        condition |= Q(code__startswith=XINJIANG)
    return Division.objects.addressable().filter(condition)


def find_divisions(user: User, query: str) -> list[Division]:
    """Addresses within the clerk's own territory by code or part of the name; without a query the nearest ones."""
    rows = divisions_to_enter(user)
    text = without_spaces(query)
    if text.isascii() and text.isdigit():
        rows = rows.filter(code__startswith=text)
    elif text:
        rows = rows.annotate(compact=Replace("full_name", Value(" "), Value(""))).filter(
            compact__contains=text
        )
    return list(rows.order_by(_NEAREST_FIRST, "code")[:RESULTS])


def divisions_named(user: User, text: str) -> list[Division]:
    """The addresses a text names: a code, a full name, or its last parts. Own territory first where a name is shared."""
    plain = without_spaces(text)
    if plain.isascii() and plain.isdigit():
        return list(Division.objects.addressable().filter(code=plain))
    named: list[Division] = [
        division
        for division in Division.objects.addressable()
        .annotate(compact=Replace("full_name", Value(" "), Value("")))
        .filter(compact__endswith=plain)
        .order_by("code")
        if plain and plain in name_tails(division.full_name)
    ]
    if not named and len(plain) >= SHORTEST_QUERY:
        # 天河 for 天河区, where the own territory has only one such name.
        near = [row for row in divisions_to_enter(user) if row.full_name.split()[-1].startswith(plain)]
        return near if len(near) == 1 else []
    if len(named) > 1:
        own = set(
            divisions_to_enter(user).filter(pk__in=[row.pk for row in named]).values_list("pk", flat=True)
        )
        return [row for row in named if row.pk in own] or named
    return named


def name_tails(full_name: str) -> set[str]:
    """The full name without spaces and each of its endings: 广东省广州市天河区, 广州市天河区, 天河区."""
    parts = full_name.split()
    return {"".join(parts[start:]) for start in range(len(parts))}


# ---------- look-alikes ----------


def lookalikes(
    user: User, *, name: str, division: Division | None, except_pks: Collection[int] = (), limit: int = 3
) -> list[Enterprise]:
    """Visible enterprises of the same prefecture that have, or once had, the same name, or probably the same one written
    differently.

    Nothing is said without a name of four characters and an address.
    """
    typed = clean_name(name)
    key = normalize_enterprise_name(typed)
    if len(key) < 4 or division is None:
        return []
    regions = region_names(division)
    core = split_name(typed, region_names=regions).core
    likely = Q(name_key=key) | Q(sort_key__contains=pinyin_key(core))
    for character in set(core[:2]):
        likely |= Q(name_key__contains=character)
    formerly = set(FormerName.objects.filter(name_key=key).values_list("enterprise_id", flat=True))
    if formerly:
        likely |= Q(pk__in=formerly)
    rows = (
        Enterprise.objects.visible_to(user)
        .exclude(state=RecordState.VOIDED)
        .exclude(pk__in=list(except_pks))
        .filter(same_prefecture_q(division), likely)
    )
    reading = pinyin_key(core)
    # Taking a name apart costs 0.1 ms; most rows share the two characters and nothing else. A duplicate has more than
    # half of the typed core's pairs of characters, or its reading: a third is asked for, to be safe with short places.
    pairs = {core[place : place + 2] for place in range(len(core) - 1)}
    alike = [
        pk
        for pk, other, other_key, other_reading in rows.values_list(
            "pk", "name", "name_key", "sort_key"
        ).order_by("pk")
        if other_key == key
        or pk in formerly
        or (
            (3 * sum(pair in other_key for pair in pairs) >= len(pairs) or reading in other_reading)
            and is_probable_duplicate(typed, other, region_names=regions)
        )
    ]
    found = Enterprise.objects.filter(pk__in=alike[:limit]).select_related("division", "office")
    return list(
        found.prefetch_related(
            Prefetch("organizations", CastOrganization.objects.order_by("-established_on"))
        )
    )


def same_prefecture_q(division: Division, prefix: str = "division__") -> Q:
    """Addresses of the same prefecture; of a municipality or a directly administered county, the same parent."""
    if division.level == DivisionLevel.PROVINCE:
        return Q(**{f"{prefix}pk": division.pk}) | Q(**{f"{prefix}parent": division.pk})
    top = division.parent_id if division.level == DivisionLevel.COUNTY else division.pk
    return Q(**{f"{prefix}pk": top}) | Q(**{f"{prefix}parent": top})


def region_names(division: Division) -> list[str]:
    """The address's own names in full and in short (广州市, 广州), to take off the front of names."""
    parts = division.full_name.split()
    return list(_both_forms(parts))


def _both_forms(parts: Iterable[str]) -> Iterable[str]:
    for part in parts:
        yield part
        if len(part) > 2:
            yield part[:-1]
