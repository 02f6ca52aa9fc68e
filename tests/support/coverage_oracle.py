"""What counts on a day, written once more as plainly as possible, record by record.

Follows docs/algorithms/coverage.md sentence by sentence and shares no code with the engine. Slow on purpose: tests
compare the engine with it, on the worked table and on random registries.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

MEASURES = (
    "enterprises",
    "enterprises_above_scale",
    "orgs_total",
    "orgs_new",
    "orgs_refounded",
    "new_state_owned",
    "new_private",
    "new_tech_sme",
    "new_industry",
    "new_other",
    "contact_enterprises",
    "contact_converted",
    "parks",
    "park_orgs",
    "national_parks",
    "national_park_orgs",
    "parks_start",
    "park_orgs_start",
    "national_parks_start",
    "national_park_orgs_start",
    "pending_orgs_new",
    "pending_contact_enterprises",
    "pending_park_orgs",
    "pending_national_park_orgs",
)


@dataclass(frozen=True)
class Office:
    """One office; ``parent`` is a code, empty at the top."""

    code: str
    parent: str
    level: str


@dataclass(frozen=True)
class Host:
    """One enterprise or park. ``established`` is a year for parks, a day for enterprises, or None."""

    id: str
    kind: str
    state: str
    grade: str
    types: frozenset[str]
    above_scale: bool
    office: str
    established: Any
    closed: dt.date | None


@dataclass(frozen=True)
class Organization:
    """One CAST organisation."""

    id: str
    host: str
    state: str
    established_on: dt.date
    dissolved_on: dt.date | None


@dataclass(frozen=True)
class Contact:
    """One contact person."""

    id: str
    enterprise: str
    state: str
    established_on: dt.date
    left_on: dt.date | None


def stands(starts_on: dt.date, ends_on: dt.date | None, day: dt.date) -> bool:
    """From its first day on, and not on the day it ends."""
    return starts_on <= day and (ends_on is None or ends_on > day)


@dataclass
class Registry:
    """The records of an example, and what they count to."""

    year: int
    offices: list[Office]
    hosts: list[Host]
    organizations: list[Organization]
    contacts: list[Contact]
    cut: frozenset[str] = field(default_factory=frozenset)

    def tallies(self, day: dt.date) -> dict[str, dict[str, int]]:
        """Office code → measure → count of the office's whole subtree (without the subtrees cut away)."""
        counted = {host.id: self._host_counts(host, day) for host in self.hosts}
        result = {office.code: dict.fromkeys(MEASURES, 0) for office in self.offices}
        for host in self.hosts:
            for code in self._office_and_above(host.office):
                for measure in counted[host.id]:
                    result[code][measure] += 1
        return result

    def _office_and_above(self, code: str) -> list[str]:
        parents = {office.code: office.parent for office in self.offices}
        line = []
        while code:
            line.append(code)
            code = parents[code]
        return [] if self.cut & set(line) else line

    def _host_counts(self, host: Host, day: dt.date) -> list[str]:
        """The measures in which one host counts 1 on a day."""
        return (
            self._enterprise_counts(host, day) if host.kind == "enterprise" else self._park_counts(host, day)
        )

    def _enterprise_counts(self, host: Host, day: dt.date) -> list[str]:
        measures = []
        existing = host.established is None or host.established <= day
        if host.state == "confirmed" and existing and (host.closed is None or host.closed > day):
            measures += ["enterprises", "enterprises_above_scale"] if host.above_scale else ["enterprises"]
        for organization in self._organizations(host, "confirmed"):
            if stands(organization.established_on, organization.dissolved_on, day):
                measures.append("orgs_total")
                if organization.established_on.year == self.year:
                    first = not self._had_one_before(host, organization.established_on)
                    measures.append("orgs_new" if first else "orgs_refounded")
                    measures += [f"new_{kind}" for kind in host.types if first]
        for organization in self._organizations(host, "submitted"):
            in_year = organization.established_on.year == self.year
            standing = stands(organization.established_on, organization.dissolved_on, day)
            if in_year and standing and not self._had_one_before(host, organization.established_on):
                measures.append("pending_orgs_new")
        return measures + self._contact_counts(host, day)

    def _contact_counts(self, host: Host, day: dt.date) -> list[str]:
        qualifying = [c for c in self._contacts(host, "confirmed") if self._qualifies(host, c, day)]
        converted = any(
            organization.established_on > contact.established_on
            and stands(organization.established_on, organization.dissolved_on, day)
            for contact in qualifying
            for organization in self._organizations(host, "confirmed")
        )
        served = any(stands(c.established_on, c.left_on, day) for c in self._contacts(host, "confirmed"))
        if qualifying and (served or converted):
            return ["contact_enterprises", "contact_converted"] if converted else ["contact_enterprises"]
        pending = any(
            self._qualifies(host, contact, day) and stands(contact.established_on, contact.left_on, day)
            for contact in self._contacts(host, "submitted")
        )
        return ["pending_contact_enterprises"] if pending else []

    def _qualifies(self, host: Host, contact: Contact, day: dt.date) -> bool:
        """Set up in the year and by the day, while the enterprise had no confirmed organisation."""
        set_up = contact.established_on
        return (
            set_up.year == self.year
            and set_up <= day
            and not any(
                stands(o.established_on, o.dissolved_on, set_up)
                for o in self._organizations(host, "confirmed")
            )
        )

    def _park_counts(self, host: Host, day: dt.date) -> list[str]:
        measures = []
        for suffix, on in (("", day), ("_start", dt.date(self.year, 1, 1))):
            if host.state == "confirmed" and _park_exists(host, on):
                has_one = self._has_organization(host, "confirmed", on)
                grades = ["park", "national_park"] if host.grade == "national" else ["park"]
                measures += [f"{grade}s{suffix}" for grade in grades]
                measures += [f"{grade}_orgs{suffix}" for grade in grades if has_one]
        waiting = self._has_organization(host, "submitted", day) and not self._has_organization(
            host, "confirmed", day
        )
        if host.state in {"confirmed", "submitted"} and _park_exists(host, day) and waiting:
            measures.append("pending_park_orgs")
            if host.grade == "national":
                measures.append("pending_national_park_orgs")
        return measures

    def _has_organization(self, host: Host, state: str, day: dt.date) -> bool:
        return any(stands(o.established_on, o.dissolved_on, day) for o in self._organizations(host, state))

    def _had_one_before(self, host: Host, day: dt.date) -> bool:
        return any(o.established_on < day for o in self._organizations(host, "confirmed"))

    def _organizations(self, host: Host, state: str) -> list[Organization]:
        return [o for o in self.organizations if o.host == host.id and o.state == state]

    def _contacts(self, host: Host, state: str) -> list[Contact]:
        return [c for c in self.contacts if c.enterprise == host.id and c.state == state]


def _park_exists(host: Host, day: dt.date) -> bool:
    """A park has only a year: it exists from the first day of that year, an unknown year always."""
    return (host.established is None or host.established <= day.year) and (
        host.closed is None or host.closed > day
    )
