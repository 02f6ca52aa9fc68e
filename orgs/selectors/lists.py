"""How the registry is searched, sorted and paged. No page is wider than what ``visible_to`` leaves."""

import dataclasses
import datetime as dt
import re
import unicodedata
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from core.clock import machine_now
from orgs.calculations.names import clean_name, normalize_enterprise_name
from orgs.choices import ENTERPRISE_TYPES
from orgs.models import (
    CastOrganization,
    ContactPerson,
    Division,
    Enterprise,
    FormerName,
    ImportEffect,
    Park,
)

# Above this a total says "more than": counting on would cost more than the page itself.
COUNT_LIMIT = 50_000
PAGE_SIZE = 50
# From so many answers on SQLite walks the index of the order instead of sorting.
WALK_FROM = 5_000
REMEMBERED = 500

_CODE = re.compile(r"[0-9A-Z]{4,18}")
_WHOLE_CODE_LENGTHS = (9, 15, 18)


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
    """By a part of the name or a former one, or by a code or its beginning."""
    code, key = looks_like_code(text), normalize_enterprise_name(text)
    named = _name_q(text)
    if key:
        named |= Q(pk__in=FormerName.objects.filter(name_key__contains=key).order_by().values("enterprise"))
    return rows.filter(named | code_q(code) if code else named)


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


def written_by_import(rows: QuerySet, batch_id: int) -> QuerySet:
    """Rows an import added or updated."""
    written = ImportEffect.objects.filter(batch=batch_id, action__in=("created", "updated"))
    return rows.filter(pk__in=written.values("record_id"))


# ---------- order and columns ----------


@dataclasses.dataclass(frozen=True)
class Order:
    """One way to sort: the column, with the key behind it so that pages never overlap.

    ``indexed``: an index holds the rows in this order.
    """

    column: str
    nullable: bool = False
    indexed: bool = False

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
        *(
            "approval_number",
            "office__short_name",
            "enterprise__division__full_name",
            "park__division__full_name",
        ),
    ),
    Enterprise: (
        *(
            "pk",
            "version",
            "state",
            "updated_at",
            "name",
            "credit_code",
            "organization_code",
            "registration_number",
        ),
        *("established_on", "size", "employees", "office__short_name", "division__full_name"),
        *("leader_wish", "reason_code", "office__path"),
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


# ---------- pages ----------


class CappedPaginator(Paginator):
    """Pages of fifty rows as plain values. ``count`` is exact up to ``COUNT_LIMIT``; ``is_capped`` says there are more.

    ``rows`` come unsorted and without columns, so that counting needs no join a page alone would need.
    """

    def __init__(self, rows: QuerySet, order: Order, *, descending: bool) -> None:
        super().__init__(rows, PAGE_SIZE)
        self._rows, self._order, self._descending = rows.order_by(), order, descending

    @cached_property
    def _counted(self) -> int:
        return capped_count(self._rows)

    @cached_property
    def count(self) -> int:
        """The number of rows, at most ``COUNT_LIMIT``."""
        return min(self._counted, COUNT_LIMIT)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than the number says."""
        return self._counted > COUNT_LIMIT

    def page(self, number: int | str) -> Page:
        """One page; raises ``InvalidPage`` for one that does not exist."""
        number = self.validate_number(number)
        first = (number - 1) * PAGE_SIZE
        rows = self._in_order_of_index() if self._walks(first) else self._rows
        ordered = self._order.apply(rows, descending=self._descending)
        return Page(list(page_values(ordered)[first : first + PAGE_SIZE]), number, self)

    def _walks(self, first: int) -> bool:
        """Whether walking the index and leaving out what does not answer is cheaper than sorting all that answers.

        SQLite always takes an index of the conditions and sorts: 650 ms for "confirmed" among 344,000 enterprises, where
        walking takes 3. PostgreSQL decides well by itself. Far down a long list sorting is the cheaper way again.
        """
        return (
            connection.vendor == "sqlite"
            and self._order.indexed
            and bool(self._rows.query.where.children)
            and self.count >= WALK_FROM
            and first <= self.count // (2 if self.is_capped else 5)
        )

    def _in_order_of_index(self) -> QuerySet:
        answering = self._rows.filter(pk=OuterRef("pk"))
        return self._rows.model._default_manager.filter(Exists(answering))


_known_large: dict[tuple[str, tuple[Any, ...]], dt.datetime] = {}


def capped_count(rows: QuerySet) -> int:
    """How many rows, counted no further than one beyond ``COUNT_LIMIT``.

    That a question has more answers than the limit is remembered for ten minutes: it hardly ever stops being true, and
    counting so far costs as much as the rest of the page.
    """
    limited = rows.order_by().values("pk")[: COUNT_LIMIT + 1]
    try:
        question = limited.query.sql_with_params()
    except EmptyResultSet:
        return 0
    now = machine_now()
    if _known_large.get(question, now) > now:
        return COUNT_LIMIT + 1
    found = limited.count()
    if found > COUNT_LIMIT:
        if len(_known_large) >= REMEMBERED:
            _known_large.clear()
        _known_large[question] = now + dt.timedelta(minutes=10)
    return found
