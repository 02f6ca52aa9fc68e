"""The registered enterprise or park a row of an organisation or contact stands at."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from core.exceptions import DomainError
from orgs.calculations.names import (
    DUPLICATE_THRESHOLD,
    clean_name,
    name_similarity,
    normalize_enterprise_name,
)
from orgs.choices import OrganizationKind, RecordState
from orgs.models import Division, Enterprise, FormerName, Park
from orgs.selectors.finders import codes_in, region_names
from orgs.services.imports.context import ImportContext
from orgs.services.imports.existing import parts_of
from orgs.services.imports.rows import ReadRow
from orgs.validators.credit_code import embedded_organization_code, parse_credit_code
from orgs.validators.errors import CodeError
from orgs.validators.organization_code import parse_organization_code

Host = Enterprise | Park


class Hosts:
    """Hosts by code and by name within a prefecture, read for some rows at once."""

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._by_code: dict[str, list[Enterprise]] = {}
        self._by_name: dict[tuple[type[Host], str], list[Host]] = {}
        self._codes: dict[int, tuple[list[str], list[DomainError]]] = {}

    def read(self, rows: Sequence[ReadRow]) -> None:
        """Read what the rows may stand at; replaces what was read before."""
        self._by_code, self._by_name = defaultdict(list), defaultdict(list)
        self._codes = {row.number: _codes_of(row) for row in rows}
        codes = [code for found, _ in self._codes.values() for code in found]
        seen: dict[int, Enterprise] = {}
        for part in parts_of(codes):
            condition = (
                Q(credit_code__among=part) | Q(organization_code__among=part) | Q(registration_number__among=part)
            )
            for enterprise in self._enterprises(condition):
                seen[enterprise.pk] = enterprise
        for enterprise in seen.values():
            for code in (enterprise.credit_code, enterprise.organization_code, enterprise.registration_number):
                if code:
                    self._by_code[code].append(enterprise)
        keys = [_name_key(row) for row in rows]
        self._read_names(keys)

    def _enterprises(self, condition: Q) -> Sequence[Enterprise]:
        rows = Enterprise.objects.exclude(state=RecordState.VOIDED).filter(condition)
        return list(rows.select_related("office", "division").order_by("pk"))

    def _read_names(self, keys: list[str]) -> None:
        for part in parts_of(keys):
            for enterprise in self._enterprises(Q(name_key__among=part)):
                self._by_name[Enterprise, enterprise.name_key].append(enterprise)
            parks = Park.objects.exclude(state=RecordState.VOIDED).filter(name_key__among=part)
            for park in parks.select_related("office", "division").order_by("pk"):
                self._by_name[Park, park.name_key].append(park)
            former = dict(FormerName.objects.filter(name_key__among=part).values_list("enterprise_id", "name_key"))
            for enterprise in self._enterprises(Q(pk__in=former)):
                named = self._by_name[Enterprise, former[enterprise.pk]]
                if enterprise not in named:
                    named.append(enterprise)

    def find(self, row: ReadRow, kind: str) -> Host:
        """The host of a row; refused with words when there is none, or more than one."""
        model: type[Host] = Park if kind == OrganizationKind.PARK else Enterprise
        codes, errors = self._codes[row.number]
        if errors:
            raise errors[0]
        if codes and model is Enterprise:
            found = self._by_code_of(codes)
            if found is not None:
                _require_same_name(row, found)
                return found
        name = str(row.given.get("host") or "")
        if codes_in(name):
            raise DomainError(f"没有登记过代码为“{name[:20]}”的企业。请先登记或导入这家企业。", field="host")
        if row.division is None:
            raise DomainError("请填写所在区划，例如 天河区 或 440106。", field="division")
        return self._by_name_of(model, name, row.division)

    def _by_code_of(self, codes: list[str]) -> Enterprise | None:
        distinct = {enterprise.pk: enterprise for code in codes for enterprise in self._by_code.get(code, ())}
        if len(distinct) > 1:
            names = "、".join(enterprise.name for enterprise in list(distinct.values())[:2])
            raise DomainError(f"几个代码不是同一家企业的（{names}）。请核对代码。", field="host")
        enterprise = next(iter(distinct.values()), None)
        if enterprise is not None and not self._context.sees(enterprise.office.path):
            raise DomainError("这个代码的企业由外单位登记，不在您单位的范围内。请核对代码。", field="host")
        return enterprise

    def _by_name_of(self, model: type[Host], name: str, division: Division) -> Host:
        noun, unit = ("园区", "个") if model is Park else ("企业", "家")
        places = self._context.places
        key = normalize_enterprise_name(clean_name(name))
        visible = [host for host in self._by_name.get((model, key), []) if self._context.sees(host.office.path)]
        near = [host for host in visible if places.prefecture(host.division) == places.prefecture(division)]
        exact = [host for host in near if host.division_id == division.pk]
        found = exact if len(exact) == 1 else near
        if len(found) == 1:
            return found[0]
        if not found:
            where = f"，但“{visible[0].division.full_name}”有同名的" if visible else ""
            raise DomainError(
                f"“{division.full_name}”及同市没有登记过名为“{name[:40]}”的{noun}{where}。请核对名称和区划，或先登记、导入这{unit}{noun}。",
                field="host",
            )
        raise DomainError(
            f"本市有 {len(found)} {unit}名为“{name[:40]}”的{noun}。请填写代码，或先在“重复企业”页面合并。", field="host"
        )


def _require_same_name(row: ReadRow, enterprise: Enterprise) -> None:
    """Refuse a code that names quite another enterprise than the row's own words: one of the two is a slip."""
    name = str(row.given.get("host") or "")
    if not name or codes_in(name) or _name_key(row) == enterprise.name_key:
        return
    if name_similarity(name, enterprise.name, region_names=region_names(enterprise.division)) >= DUPLICATE_THRESHOLD:
        return
    if not enterprise.former_names.filter(name_key=_name_key(row)).exists():
        raise DomainError(
            f"代码是“{enterprise.name}”的，名称却写“{name[:40]}”。请核对名称和代码。", field="host"
        )


def _name_key(row: ReadRow) -> str:
    return normalize_enterprise_name(clean_name(str(row.given.get("host") or "")))


def _codes_of(row: ReadRow) -> tuple[list[str], list[DomainError]]:
    """The canonical codes a row names its enterprise by, the organisation code inside a credit code among them."""
    codes: list[str] = []
    errors: list[DomainError] = []
    credit: Any = row.given.get("credit_code")
    organization: Any = row.given.get("organization_code")
    try:
        if credit:
            canonical = parse_credit_code(str(credit))
            codes += [canonical, embedded_organization_code(canonical)]
    except CodeError as refusal:
        errors.append(DomainError(refusal.message, field="credit_code"))
    try:
        if organization:
            codes.append(parse_organization_code(str(organization)))
    except CodeError as refusal:
        errors.append(DomainError(refusal.message, field="organization_code"))
    codes += codes_in(str(row.given.get("host") or "")).values()
    return codes, errors
