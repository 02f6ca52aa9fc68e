"""What a bulk registration takes and what it gives back: typed rows with their acts, and a report.

A row is one record as somebody entered it, with the acts it has been through. The reader of a file makes rows whose only
act is ``create`` (or ``create`` and ``submit``); a transfer of an older register makes rows with all their acts. ``is_checked``
rows carry values the rules of one entry (``orgs.validators.entries``) have passed and returned before.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from core.exceptions import DomainError
from orgs.models import Division, Enterprise, Office, Park


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """One act in a record's life: ``create``, or a move of the table of states, by a person at a moment.

    ``at`` is the moment the trail keeps. ``day`` is the business day the rules are judged with; without it the local date
    of ``at``. ``reason`` is required for ``return`` and ``void``.
    """

    action: str
    actor: User
    at: dt.datetime
    day: dt.date | None = None
    reason: str = ""

    @property
    def business_day(self) -> dt.date:
        """The day that counts as "today" for this act."""
        return self.day or self.at.astimezone(timezone.get_default_timezone()).date()


@dataclasses.dataclass(frozen=True, slots=True)
class OrganizationEntry:
    """One CAST organisation. ``host`` is a registered enterprise or park, None when the row stands inside its host's."""

    key: str
    values: Mapping[str, Any]
    acts: tuple[Act, ...]
    host: Enterprise | Park | None = None
    is_checked: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ContactEntry:
    """One contact person. ``host`` is a registered enterprise, None when the row stands inside its host's."""

    key: str
    values: Mapping[str, Any]
    acts: tuple[Act, ...]
    host: Enterprise | None = None
    is_checked: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class EnterpriseEntry:
    """One new enterprise with what is entered at it. ``office`` is the chosen holder, None the nearest one."""

    key: str
    values: Mapping[str, Any]
    division: Division
    acts: tuple[Act, ...]
    office: Office | None = None
    dependents: tuple[OrganizationEntry | ContactEntry, ...] = ()
    is_checked: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ParkEntry:
    """One new park with the organisations entered at it."""

    key: str
    values: Mapping[str, Any]
    division: Division
    acts: tuple[Act, ...]
    office: Office | None = None
    dependents: tuple[OrganizationEntry, ...] = ()
    is_checked: bool = False


HostEntry = EnterpriseEntry | ParkEntry
DependentEntry = OrganizationEntry | ContactEntry
Entry = HostEntry | DependentEntry


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not written, with every rule it breaks."""

    key: str
    errors: tuple[DomainError, ...]

    @property
    def reason(self) -> str:
        """All reasons as one text for people."""
        return "".join(error.message for error in self.errors)


@dataclasses.dataclass(slots=True)
class EntryReport:
    """What became of a batch: the primary keys of the written rows by the caller's key, per kind, and the refusals."""

    written: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)

    def add(self, other: "EntryReport") -> None:
        """Take another part's report in."""
        self.refusals += other.refusals
        for kind, keys in other.written.items():
            self.written.setdefault(kind, {}).update(keys)

    @property
    def count(self) -> int:
        """How many records were written."""
        return sum(len(keys) for keys in self.written.values())


def actors_of(entries: Iterable[Entry]) -> set[User]:
    """Everybody who acts on one of the rows or on one inside it. Rows of one file share their acts, which are looked at once."""
    acts = {id(row.acts): row.acts for entry in entries for row in (entry, *getattr(entry, "dependents", ()))}
    return {act.actor for shared in acts.values() for act in shared}
