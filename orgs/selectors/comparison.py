"""Two registrations of one enterprise side by side: what differs, what hangs on each, what cannot stand together.

The page shows it, and merging goes by it (orgs/services/merging.py).
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from orgs.calculations.periods import periods_meet
from orgs.choices import ENTERPRISE_TYPES, LIVE_STATES, RecordState, state_rank
from orgs.models import (
    CastOrganization,
    ContactPerson,
    DistinctPair,
    Division,
    Enterprise,
    FormerName,
    HolderReport,
    Office,
    PastHolding,
)

# The five type columns are chosen together, under one name.
TYPES = "types"
TYPE_COLUMNS = tuple(column for column, _ in ENTERPRISE_TYPES)
# The coded reason goes with the words beside it.
REASON = "no_organization_reason"
# What a merger may take from either side, in the order of the form; the holder is always the kept one's.
COMPARED = (
    *("name", "credit_code", "organization_code", "registration_number", "established_on", "dissolved_on"),
    *("division", "park", TYPES, "size", "is_above_scale", "is_hitech", "employees", "technicians"),
    *("leader_wish", REASON),
)
XINJIANG, CORPS = "65", "660000"
Dependent = CastOrganization | ContactPerson


def columns_of(name: str) -> tuple[str, ...]:
    """The model's fields behind one line of the comparison."""
    if name == REASON:
        return "reason_code", REASON
    return TYPE_COLUMNS if name == TYPES else (name,)


@dataclasses.dataclass(frozen=True)
class ComparedField:
    """One line: both values in words, and from which registration (its key) the value is taken unless somebody chooses.

    ``fixed``: why there is no choice; empty where there is one.
    """

    name: str
    label: str
    kept: str
    absorbed: str
    differs: bool
    default: int
    fixed: str = ""


@dataclasses.dataclass(frozen=True)
class Clash:
    """Organisations or contacts of both sides that cannot stand together at one enterprise: one side's stay, the other's
    are voided.

    ``default`` is the enterprise (its key) whose records stay unless somebody chooses, None where somebody must;
    ``is_open`` tells whether there is a choice at all: what is confirmed does not give way to what is not.
    """

    key: str
    kept: tuple[Dependent, ...]
    absorbed: tuple[Dependent, ...]
    default: int | None
    is_open: bool

    @property
    def is_of_contacts(self) -> bool:
        """Whether the two are contacts and not organisations."""
        return isinstance(self.kept[0], ContactPerson)

    def staying(self, enterprise_pk: int) -> tuple[Dependent, ...]:
        """Those that stand at one of the two enterprises."""
        return self.kept if self.kept[0].enterprise_id == enterprise_pk else self.absorbed


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Everything about a pair. Dependents are of both sides, the organisations before the contacts, voided ones too."""

    kept: Enterprise
    absorbed: Enterprise
    fields: list[ComparedField]
    clashes: list[Clash]
    dependents: list[Dependent]
    reports: list[HolderReport]
    past_holdings: list[PastHolding]
    former_names: list[FormerName]
    declared: DistinctPair | None

    def field(self, name: str) -> ComparedField | None:
        """One line; None for a name that is none."""
        return next((field for field in self.fields if field.name == name), None)

    def of(self, enterprise: Enterprise) -> list[Dependent]:
        """What hangs on one of the two."""
        return [row for row in self.dependents if row.enterprise_id == enterprise.pk]

    @property
    def differing(self) -> list[ComparedField]:
        """The lines where something is to be chosen or known."""
        return [field for field in self.fields if field.differs]

    @property
    def equal(self) -> list[ComparedField]:
        """The lines that are the same on both sides."""
        return [field for field in self.fields if not field.differs]


def compare(kept: Enterprise, absorbed: Enterprise, *, lock: bool = False) -> Comparison:
    """Compare two registrations; ``lock`` locks what hangs on them, in key order, for the transaction that merges.

    The enterprises come with division, office and park, and locked themselves when ``lock`` is set. Seven queries.
    """
    pair = (kept.pk, absorbed.pk)
    dependents: list[Dependent] = []
    for model in (CastOrganization, ContactPerson):
        rows: QuerySet = model._default_manager.filter(enterprise__in=pair).order_by("pk")
        if lock:
            rows = rows.select_for_update(of=("self",))
        for row in rows.select_related("office"):
            row.enterprise = kept if row.enterprise_id == kept.pk else absorbed
            dependents.append(row)
    reports = HolderReport.objects.filter(enterprise__in=pair).select_related("from_office").order_by("pk")
    return Comparison(
        kept=kept,
        absorbed=absorbed,
        fields=_fields(kept, absorbed),
        clashes=_clashes(kept, absorbed, dependents),
        dependents=dependents,
        reports=list(reports.select_for_update(of=("self",)) if lock else reports),
        past_holdings=list(
            PastHolding.objects.filter(enterprise__in=pair).select_related("office").order_by("ends_on")
        ),
        former_names=list(FormerName.objects.filter(enterprise__in=pair).order_by("pk")),
        declared=DistinctPair.objects.filter(first=min(pair), second=max(pair))
        .select_related("declared_by")
        .first(),
    )


def better_kept(a: Enterprise, b: Enterprise) -> tuple[Enterprise, Enterprise]:
    """Which of two to keep and which to let go unless somebody says otherwise: the one that is further, else the older."""
    first, second = sorted((a, b), key=lambda row: (-state_rank(row.state), row.pk))
    return first, second


# ---------- fields ----------


def _fields(kept: Enterprise, absorbed: Enterprise) -> list[ComparedField]:
    lines = [_field(name, kept, absorbed) for name in COMPARED]
    holder = ComparedField(
        "office",
        _label("office"),
        kept.office.short_name,
        absorbed.office.short_name,
        differs=kept.office_id != absorbed.office_id,
        default=kept.pk,
        fixed="持有单位随保留的登记。要由另一单位持有，请改为保留另一条。",
    )
    place = COMPARED.index("division") + 1
    return _with_codes_of_one([*lines[:place], holder, *lines[place:]], kept, absorbed)


def _field(name: str, kept: Enterprise, absorbed: Enterprise) -> ComparedField:
    columns = columns_of(name)
    ours, theirs = ([getattr(row, column) for column in columns] for row in (kept, absorbed))
    is_empty = not any(ours) if len(columns) > 1 else ours[0] in (None, "")
    fixed = ""
    if name == "division" and ours != theirs and not _may_hold(kept.office, absorbed.division):
        fixed = (
            f"{kept.office.short_name}不能持有“{absorbed.division.full_name}”的企业，所在区划随保留的登记。"
        )
    return ComparedField(
        name,
        "企业类型" if name == TYPES else _label(columns[0]),
        words_of(name, kept),
        words_of(name, absorbed),
        differs=ours != theirs,
        default=absorbed.pk if is_empty and not fixed and ours != theirs else kept.pk,
        fixed=fixed,
    )


def _with_codes_of_one(
    lines: list[ComparedField], kept: Enterprise, absorbed: Enterprise
) -> list[ComparedField]:
    """The organisation code is inside the credit code: unless somebody chooses, both come from one registration."""
    credit = next(line for line in lines if line.name == "credit_code")
    source = kept if credit.default == kept.pk else absorbed
    if not source.credit_code or not source.organization_code:
        return lines
    return [
        dataclasses.replace(line, default=source.pk) if line.name == "organization_code" else line
        for line in lines
    ]


def _may_hold(office: Office, division: Division) -> bool:
    """Whether an office stands at or above an address; the corps may hold what stands anywhere in Xinjiang."""
    if office.code == CORPS and division.code.startswith(XINJIANG):
        return True
    return Office.objects.filter(division=division, path__startswith=office.path).exists()


def _label(name: str) -> str:
    return str(Enterprise._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def words_of(name: str, row: Enterprise) -> str:
    """One line's value of a registration as people read it; empty for nothing."""
    if name == TYPES:
        return "、".join(row.type_labels)
    if name == REASON:
        return row.reason_words
    value: Any = getattr(row, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if name in ("size", "leader_wish"):
        return str(getattr(row, f"get_{name}_display")())
    if name == "division":
        return row.division.full_name
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


# ---------- what cannot stand together ----------


def _clashes(kept: Enterprise, absorbed: Enterprise, dependents: Sequence[Dependent]) -> list[Clash]:
    standing = [row for row in dependents if row.state != RecordState.VOIDED]
    found: list[Clash] = []
    for model, meet in ((CastOrganization, _organizations_meet), (ContactPerson, _contacts_meet)):
        rows = [row for row in standing if isinstance(row, model)]
        ours = [row for row in rows if row.enterprise_id == kept.pk]
        theirs = [row for row in rows if row.enterprise_id == absorbed.pk]
        for mine, others in _parts(ours, theirs, meet):
            found.append(_clash(kept, absorbed, mine, others))
    return found


def _organizations_meet(a: Any, b: Any) -> bool:
    if a.state not in LIVE_STATES and b.state not in LIVE_STATES:
        return False
    return periods_meet(a.established_on, a.dissolved_on, b.established_on, b.dissolved_on)


def _contacts_meet(a: Any, b: Any) -> bool:
    if a.state not in LIVE_STATES and b.state not in LIVE_STATES:
        return False
    return bool(a.mobile == b.mobile) and a.left_on is None and b.left_on is None


def _parts(
    ours: Sequence[Any], theirs: Sequence[Any], meet: Any
) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Those of both sides that meet, and whoever these meet in turn: each part is settled by one choice."""
    left = list(ours)
    parts = []
    while left:
        mine, others = [left.pop(0)], list[Any]()
        while True:
            more = [row for row in theirs if row not in others and any(meet(one, row) for one in mine)]
            others += more
            back = [row for row in left if any(meet(row, other) for other in others)]
            if not more and not back:
                break
            mine += back
            left = [row for row in left if row not in back]
        if others:
            parts.append((tuple(mine), tuple(others)))
    return parts


def _clash(kept: Enterprise, absorbed: Enterprise, ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> Clash:
    first = min(row.pk for row in (*ours, *theirs))
    noun = "contact" if isinstance(ours[0], ContactPerson) else "organization"
    mine, others = (max(state_rank(row.state) for row in rows) for rows in (ours, theirs))
    default: int | None = None
    if mine != others:
        default = kept.pk if mine > others else absorbed.pk
    elif noun == "contact":
        # The system of contacts exists since the first of the two.
        earlier = min(row.established_on for row in theirs) < min(row.established_on for row in ours)
        default = absorbed.pk if earlier else kept.pk
    return Clash(f"{noun}-{first}", ours, theirs, default, is_open=mine == others)
