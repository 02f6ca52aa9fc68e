"""What the registry already has of the enterprises of a file: by code, by name, and by names that are almost the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q

from orgs.calculations.alike import AlikeIndex
from orgs.choices import RecordState
from orgs.models import Division, Enterprise, FormerName
from orgs.selectors.finders import region_names
from orgs.services.enterprises import CODE_FIELDS
from orgs.services.imports.context import ASKED_AT_ONCE, ImportContext

Known = dict[str, Any]
# Of a registered enterprise: what a file may say, and what decides whether it may be changed.
COLUMNS = (
    *("pk", "version", "state", "office_id", "office__path", "office__short_name", "name", "name_key"),
    *(*CODE_FIELDS, "established_on", "dissolved_on", "division_id", "park_id", "size", "employees"),
    *("technicians", "leader_wish", "reason_code", "no_organization_reason", "is_above_scale"),
    *("is_hitech", "is_state_owned", "is_private", "is_tech_sme", "is_industry", "is_other_type"),
)


def parts_of(values: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """The distinct values in parts a condition can hold."""
    distinct = [value for value in dict.fromkeys(values) if value]
    for start in range(0, len(distinct), ASKED_AT_ONCE):
        yield distinct[start : start + ASKED_AT_ONCE]


class KnownEnterprises:
    """The registered enterprises some rows may mean: by each code, and by name key within a prefecture.

    Those out of the person's sight are met by their codes only.
    """

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._by_pk: dict[int, Known] = {}
        self._by_code: dict[tuple[str, str], Known] = {}
        self._by_name: dict[tuple[int, str], list[Known]] = defaultdict(list)

    def read(self, codes: dict[str, list[str]], name_keys: Iterable[str]) -> None:
        """Read what meets these codes and names; replaces what was read before."""
        self._by_pk, self._by_code, self._by_name = {}, {}, defaultdict(list)
        for field in CODE_FIELDS:
            for part in parts_of(codes.get(field, ())):
                self._take(Q(**{f"{field}__among": part}))
        keys = list(name_keys)
        for part in parts_of(keys):
            self._take(Q(name_key__among=part))
            former = FormerName.objects.filter(name_key__among=part).values_list("enterprise_id", "name_key")
            former_keys = list(former)
            if former_keys:
                self._take(Q(pk__in=[pk for pk, _ in former_keys]))
            for pk, key in former_keys:
                if pk in self._by_pk:
                    self._name(self._by_pk[pk], key)

    def _take(self, condition: Q) -> None:
        # In no order and joined to no office: an order would have SQLite walk the keys, and few rows are met.
        rows = Enterprise.objects.exclude(state=RecordState.VOIDED).filter(condition).order_by()
        for values in rows.values_list(*COLUMNS):
            if values[0] in self._by_pk:
                continue
            known = dict(zip(COLUMNS, values, strict=True))
            self._by_pk[values[0]] = known
            for field in CODE_FIELDS:
                if known[field]:
                    self._by_code[field, known[field]] = known
            self._name(known, known["name_key"])

    def _name(self, known: Known, key: str) -> None:
        if self._context.sees(known["office__path"]):
            places = self._context.places
            namesakes = self._by_name[places.prefecture(places.division(known["division_id"])), key]
            if known not in namesakes:
                namesakes.append(known)

    def by_codes(self, values: dict[str, Any]) -> dict[str, Known]:
        """For each code of a row the enterprise that has it."""
        found = {}
        for field in CODE_FIELDS:
            code = values.get(field)
            known = self._by_code.get((field, code)) if code else None
            if known is not None:
                found[field] = known
        return found

    def by_name(self, division: Division, name_key: str) -> list[Known]:
        """The visible enterprises of the same prefecture with this name, now or formerly."""
        return self._by_name.get((self._context.places.prefecture(division), name_key), [])


def codes_differ(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Whether two enterprises have different codes of one kind: then equal names are no proof."""
    return any(a.get(field) and b.get(field) and a[field] != b[field] for field in CODE_FIELDS)


class AlikeNames:
    """Registered names much like a new one, within its prefecture; each prefecture is read once, when first asked for."""

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._indexes: dict[int, AlikeIndex] = {}
        self._names: dict[int, tuple[str, int]] = {}

    def find(self, name_key: str, sort_key: str, division: Division) -> tuple[int, str, str] | None:
        """Key, name and holder of an enterprise the one with these keys may be; None for none."""
        prefecture = self._context.places.prefecture(division)
        index = self._indexes.get(prefecture)
        if index is None:
            index = self._indexes[prefecture] = self._read(prefecture, division)
        pk = index.find(name_key, sort_key)
        if pk is None:
            return None
        name, office_id = self._names[pk]
        return pk, name, self._context.offices.office(office_id).short_name

    def _read(self, prefecture: int, division: Division) -> AlikeIndex:
        index = AlikeIndex(region_names(division))
        rows = (
            Enterprise.objects.visible_to(self._context.actor)
            .exclude(state=RecordState.VOIDED)
            .filter(division__in=self._context.places.within(prefecture))
            .order_by("pk")
            .values_list("pk", "name", "name_key", "sort_key", "office_id")
        )
        for pk, name, key, sort_key, office_id in rows.iterator(chunk_size=5_000):
            index.add(pk, key, sort_key)
            self._names[pk] = name, office_id
        return index
