"""What a batch is judged against, read once for many rows: offices, hosts, taken codes and names."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import User
from core.locks import lock_rows
from core.row_book import RowBook
from orgs.choices import LIVE_STATES, OfficeLevel, OrganizationKind, RecordState
from orgs.models import CastOrganization, ContactPerson, Division, Enterprise, Office, Park
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.services.bulk_rows import Entry
from orgs.services.enterprises import CODE_FIELDS
from orgs.services.holders import XINJIANG, XPCC_CODE, pick_holder
from orgs.services.organizations import host_period

# Conditions with more values than this are asked in parts.
ASKED_AT_ONCE = 5_000
Host = Enterprise | Park


class OfficeBook:
    """All offices, for finding holders without a query per row."""

    def __init__(self) -> None:
        self._offices = RowBook(Office.objects.all())
        self._by_path: dict[Any, int] = dict(self._offices.column("path"))
        self._by_division: dict[Any, int] = dict(self._offices.column("division_id"))
        self._xpcc: int | None = dict(self._offices.column("code")).get(XPCC_CODE)
        self._chains: dict[int, list[Office]] = {}
        self._found: dict[tuple[int, int, int | None], Office] = {}

    def office(self, pk: int) -> Office:
        """The office with this key."""
        return self._offices[pk]

    def chain(self, division: Division) -> list[Office]:
        """The offices that may hold what stands at an address, nearest first (as ``holder_choices``, whoever asks)."""
        known = self._chains.get(division.pk)
        if known is None:
            known = self._chains[division.pk] = self._chain(division)
        return known

    def _chain(self, division: Division) -> list[Office]:
        if division.pk not in self._by_division:
            return []
        nearest = self._offices[self._by_division[division.pk]]
        paths = [nearest.path, *reversed(nearest.ancestor_paths)]
        chain = [self._offices[self._by_path[path]] for path in paths if path in self._by_path]
        chain = [office for office in chain if office.level != OfficeLevel.HQ]
        if division.code.startswith(XINJIANG) and self._xpcc is not None:
            xpcc = self._offices[self._xpcc]
            if xpcc not in chain:
                chain.append(xpcc)
        return chain

    def holder(self, actor: User, *, division: Division, office: Office | None) -> Office:
        """The holder of a new entry, as ``resolve_holder`` finds it; raises its refusals."""
        asked = (actor.pk, division.pk, office.pk if office else None)
        found = self._found.get(asked)
        if found is None:
            reach = reach_of(actor)
            choices = [choice for choice in self.chain(division) if reach.covers(ENTER, choice.path)]
            found = self._found[asked] = pick_holder(choices, division=division, office=office)
        return found


@dataclasses.dataclass(slots=True)
class Standing:
    """A host while its rows are judged, with the live records it has so far.

    ``organizations`` are (founded, dissolved, state, name), ``contacts`` (mobile, left, state, name).
    """

    host: Host
    office: Office
    period: tuple[dt.date | None, dt.date | None]
    organizations: list[tuple[dt.date, dt.date | None, str, str]] = dataclasses.field(default_factory=list)
    contacts: list[tuple[str, dt.date | None, str, str]] = dataclasses.field(default_factory=list)

    def overlapping(self, founded: dt.date, dissolved: dt.date | None) -> CastOrganization | None:
        """A live organisation whose period shares a day with the given one."""
        for start, end, state, name in self.organizations:
            if (dissolved is None or start < dissolved) and (end is None or end > founded):
                return CastOrganization(name=name, established_on=start, dissolved_on=end, state=state)
        return None

    def confirmed_on(self, day: dt.date) -> CastOrganization | None:
        """The confirmed organisation the host had on a day."""
        for start, end, state, name in self.organizations:
            if state == RecordState.CONFIRMED and start <= day and (end is None or end > day):
                return CastOrganization(name=name, established_on=start, dissolved_on=end, state=state)
        return None

    def twin(self, mobile: str) -> ContactPerson | None:
        """A live serving contact with this mobile number."""
        for number, left, state, name in self.contacts:
            if number == mobile and left is None:
                return ContactPerson(name=name, state=state)
        return None


def lock_hosts(
    entries: Iterable[Entry], offices: OfficeBook, *, lock: bool = True
) -> dict[tuple[type[Host], int], Standing]:
    """The registered hosts the rows stand at, locked in key order (enterprises, then parks), with their live records.

    Without ``lock`` they are only read, for a trial.
    """
    named = [host for entry in entries if (host := getattr(entry, "host", None)) is not None]
    standings: dict[tuple[type[Host], int], Standing] = {}
    for model, kind in ((Enterprise, OrganizationKind.ENTERPRISE), (Park, OrganizationKind.PARK)):
        pks = sorted({host.pk for host in named if isinstance(host, model)})
        for part in _parts(pks):
            rows = model._default_manager.all()
            for pk, host in (lock_rows(rows, part) if lock else rows.in_bulk(list(part))).items():
                standings[model, pk] = Standing(host, offices.office(host.office_id), host_period(host))
            organizations = CastOrganization.objects.filter(kind=kind, **{f"{kind}_id__in": part}).live()
            columns = (f"{kind}_id", "established_on", "dissolved_on", "state", "name")
            for pk, *row in organizations.order_by("established_on").values_list(*columns):
                standings[model, pk].organizations.append(tuple(row))
            if model is Enterprise:
                contacts = ContactPerson.objects.filter(enterprise_id__in=part).live()
                for pk, *row in contacts.values_list("enterprise_id", "mobile", "left_on", "state", "name"):
                    standings[model, pk].contacts.append(tuple(row))
    return standings


class Taken:
    """Codes and park names that are in the register, or in an earlier row of the batch."""

    def __init__(self, enterprises: Sequence[dict[str, Any]], parks: Sequence[dict[str, Any]]) -> None:
        self.registered: set[tuple[str, str]] = set()
        self._batch: dict[tuple[str, str], str] = {}
        for field in CODE_FIELDS:
            codes = [values[field] for values in enterprises if values.get(field)]
            for part in _parts(codes):
                rows = Enterprise.objects.exclude(state=RecordState.VOIDED).filter(
                    **{f"{field}__among": part}
                )
                self.registered.update((field, code) for code in rows.values_list(field, flat=True))
        for part in _parts([values["name_key"] for values in parks]):
            parks_there = Park.objects.exclude(state=RecordState.VOIDED).filter(name_key__among=part)
            self.registered.update(
                (f"park:{division}", key)
                for key, division in parks_there.values_list("name_key", "division_id")
            )

    def in_batch(self, field: str, value: str) -> str | None:
        """The name of the earlier row of the batch that has it."""
        return self._batch.get((field, value))

    def take(self, field: str, value: str, name: str) -> None:
        """The row was accepted: later ones may not have the same."""
        self._batch[field, value] = name


def is_live(state: str) -> bool:
    """Whether a record in this state is one a second would double."""
    return state in LIVE_STATES


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), ASKED_AT_ONCE):
        yield values[start : start + ASKED_AT_ONCE]
