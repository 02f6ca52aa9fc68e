"""How the registry is searched, sorted and paged. No page is wider than what ``visible_to`` leaves."""

import dataclasses
import re
import unicodedata
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from orgs.calculations.names import clean_name, normalize_enterprise_name
from orgs.choices import ENTERPRISE_TYPES
from orgs.models import CastOrganization, ContactPerson, Division, Enterprise, Park

# Above this a total says "more than": counting on would cost more than the page itself.
COUNT_LIMIT = 50_000
PAGE_SIZE = 50

_CODE = re.compile(r"[0-9A-Z]{4,18}")
_WHOLE_CODE_LENGTHS = (9, 15, 18)


class CappedPaginator(Paginator):
    """Pages of fifty rows. ``count`` is exact up to ``COUNT_LIMIT``; ``is_capped`` says that there are more.

    Counts over ``bare`` rows, without the columns and joins a page shows.
    """

    def __init__(self, rows: QuerySet, *, bare: QuerySet) -> None:
        super().__init__(rows, PAGE_SIZE)
        self._bare = bare

    @cached_property
    def _counted(self) -> int:
        return self._bare.order_by().values("pk")[: COUNT_LIMIT + 1].count()

    @cached_property
    def count(self) -> int:
        """The number of rows, at most ``COUNT_LIMIT``."""
        return min(self._counted, COUNT_LIMIT)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than the number says."""
        return self._counted > COUNT_LIMIT


# ---------- search ----------


def looks_like_code(text: str) -> str:
    """The canonical form of text that can be (the beginning of) a code, else an empty string."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    return plain if _CODE.fullmatch(plain) and any(character.isdigit() for character in plain) else ""


def code_q(code: str, prefix: str = "") -> Q:
    """Enterprises with this code in any of the three columns: the whole code, or its beginning."""
    how = "" if len(code) in _WHOLE_CODE_LENGTHS else "__startswith"
    return (
        Q(**{f"{prefix}credit_code{how}": code})
        | Q(**{f"{prefix}organization_code{how}": code})
        | Q(**{f"{prefix}registration_number{how}": code})
    )


def _name_q(text: str, prefix: str = "") -> Q:
    key = normalize_enterprise_name(text)
    return Q(**{f"{prefix}name_key__contains": key}) if key else Q(pk__in=[])


def find_enterprises(rows: QuerySet, text: str) -> QuerySet:
    """By a part of the name, or by a code or its beginning."""
    code = looks_like_code(text)
    return rows.filter(_name_q(text) | code_q(code) if code else _name_q(text))


def find_parks(rows: QuerySet, text: str) -> QuerySet:
    """By a part of the name."""
    return rows.filter(_name_q(text))


def find_organizations(rows: QuerySet, text: str) -> QuerySet:
    """By a part of the own or the host's name, the host's code, or a part of the approval document's number."""
    condition = Q(name__contains=clean_name(text)) | _name_q(text, "enterprise__") | _name_q(text, "park__")
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    condition |= Q(approval_number__contains=number.replace("[", "〔").replace("]", "〕"))
    code = looks_like_code(text)
    if code:
        condition |= code_q(code, "enterprise__")
    return rows.filter(condition)


def find_contacts(rows: QuerySet, text: str) -> QuerySet:
    """By a part of the person's or the enterprise's name, or the enterprise's code."""
    condition = Q(name__contains=clean_name(text)) | _name_q(text, "enterprise__")
    code = looks_like_code(text)
    if code:
        condition |= code_q(code, "enterprise__")
    return rows.filter(condition)


def at_address(rows: QuerySet, text: str, *paths: str) -> QuerySet:
    """Rows whose division's code or full name contains the text; ``paths`` lead from the row to the division."""
    wanted = Q(code__startswith=text) if text.isdigit() else Q(full_name__contains=text)
    divisions = Division.objects.addressable().filter(wanted).values("pk")
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{path}__in": divisions})
    return rows.filter(condition)


def of_types(rows: QuerySet, flags: list[str], prefix: str = "") -> QuerySet:
    """Rows whose enterprise has at least one of these type columns; types overlap."""
    known = {flag for flag, _ in ENTERPRISE_TYPES}
    condition = Q(pk__in=[])
    for flag in flags:
        if flag not in known:
            raise KeyError(flag)
        condition |= Q(**{f"{prefix}{flag}": True})
    return rows.filter(condition)


def parks_with_organization(rows: QuerySet, *, having: bool) -> QuerySet:
    """Parks that have, or have not, a confirmed organisation that was not dissolved."""
    standing = CastOrganization.objects.confirmed().filter(park=OuterRef("pk"), dissolved_on=None)
    return rows.filter(Exists(standing) if having else ~Exists(standing))


def enterprises_with_organization(rows: QuerySet, *, having: bool) -> QuerySet:
    """Enterprises that have, or have not, a confirmed organisation that was not dissolved."""
    standing = CastOrganization.objects.confirmed().filter(enterprise=OuterRef("pk"), dissolved_on=None)
    return rows.filter(Exists(standing) if having else ~Exists(standing))


# ---------- order ----------


@dataclasses.dataclass(frozen=True)
class Order:
    """One way to sort: the column, with the key behind it so that pages never overlap."""

    column: str
    nullable: bool = False

    def apply(self, rows: QuerySet, *, descending: bool) -> QuerySet:
        """Sorted rows; rows without a value come last either way."""
        tie = "-pk" if descending else "pk"
        if not self.nullable:
            return rows.order_by(f"-{self.column}" if descending else self.column, tie)
        column = F(self.column)
        return rows.order_by(column.desc(nulls_last=True) if descending else column.asc(nulls_last=True), tie)


# What one row of a page shows. Plain values: making model instances would cost more than the query.
COLUMNS: dict[type, tuple[str, ...]] = {
    CastOrganization: (
        *("pk", "version", "state", "updated_at", "name", "kind", "established_on", "members", "chair"),
        *("approval_number", "office__short_name", "enterprise__division__full_name", "park__division__full_name"),
    ),
    Enterprise: (
        *("pk", "version", "state", "updated_at", "name", "credit_code", "organization_code", "registration_number"),
        *("established_on", "size", "employees", "office__short_name", "division__full_name"),
        *(flag for flag, _ in ENTERPRISE_TYPES),
    ),
    Park: (
        *("pk", "version", "state", "updated_at", "name", "kind", "grade", "established_year"),
        *("office__short_name", "division__full_name"),
    ),
    ContactPerson: (
        *("pk", "version", "state", "updated_at", "name", "job_title", "mobile", "established_on", "left_on"),
        *("enterprise_id", "enterprise__name", "office__short_name", "office__path"),
        "enterprise__division__full_name",
    ),
}


def page_values(rows: QuerySet) -> QuerySet[Any, dict[str, Any]]:
    """The rows as dictionaries of the columns their page shows."""
    return rows.values(*COLUMNS[rows.model])
