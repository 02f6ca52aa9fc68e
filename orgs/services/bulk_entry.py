"""Registering many records at once: the rules and the trail of the single services, the speed of COPY.

For imports, transfers of older registers and demonstration data. Rows that break a rule come back as refusals and stop no
other; nothing of them is written.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import IntegrityError, transaction

from core.exceptions import DomainError, DomainErrors
from orgs.calculations.pinyin import pinyin_key
from orgs.changes import RegistryChange, tell_registry_change
from orgs.choices import RecordState
from orgs.models import Park
from orgs.models.reach import remember_reaches
from orgs.services.bulk_book import OfficeBook, Standing, Taken, lock_hosts
from orgs.services.bulk_judge import Judge
from orgs.services.bulk_rows import (
    DependentEntry,
    EnterpriseEntry,
    Entry,
    EntryReport,
    ParkEntry,
    Refusal,
    actors_of,
)
from orgs.services.bulk_writer import BulkWriter, Prepared
from orgs.services.records import effective_on
from orgs.services.states import AUDIT_NOUNS
from orgs.validators.entries import SortKey

CHUNK = 2_000


@transaction.atomic
def register_in_bulk(
    *, entries: Iterable[Entry], sort_key: SortKey = pinyin_key, chunk: int = CHUNK
) -> EntryReport:
    """Judge and write the rows in their order, ``chunk`` at a time, in one transaction; all of them or, on a fault, none.

    An ``EnterpriseEntry`` or ``ParkEntry`` carries the rows entered at it; other rows name a registered host. Later rows are
    judged with the earlier ones in place. The apps above are told once, with the earliest day that changed.
    ``sort_key`` may be a faster maker of the very same keys.
    """
    registrar = Registrar(sort_key=sort_key)
    report = EntryReport()
    for part in _parts(entries, chunk):
        report.add(registrar.register(part))
    registrar.tell()
    return report


class Registrar:
    """Registers rows part by part; what it reads of offices and rights serves all parts, in one transaction or several."""

    def __init__(self, *, sort_key: SortKey = pinyin_key, offices: OfficeBook | None = None) -> None:
        self._judge = Judge(sort_key=sort_key, offices=offices)
        self._writer = BulkWriter()
        self._submitted = False
        self._days: set[dt.date | None] = set()

    @property
    def offices(self) -> OfficeBook:
        """All offices, as they were read at the start."""
        return self._judge.offices

    def register(self, entries: list[Entry]) -> EntryReport:
        """Judge and write some rows in a savepoint of the caller's transaction; a refused row is in the report."""
        try:
            return self._register(entries)
        except IntegrityError:
            # Somebody entered one of them meanwhile. Judged again, that row is refused in words.
            return self._register(entries)

    def _register(self, entries: list[Entry]) -> EntryReport:
        self._judge.confirmed_hosts.clear()
        with transaction.atomic():
            prepared, refusals = self._judged(entries)
            self._writer.write(prepared)
        self._days.update(effective_on(host) for host in self._judge.confirmed_hosts)
        report = EntryReport(refusals=refusals)
        for record in prepared:
            report.written.setdefault(AUDIT_NOUNS[record.model], {})[record.key] = record.pk
            self._note_change(record)
        return report

    def _judged(self, entries: list[Entry]) -> tuple[list[Prepared], list[Refusal]]:
        remember_reaches(actors_of(entries))
        standings = lock_hosts(entries, self._judge.offices)
        checked = {
            index: self._judge.check_host(entry)
            for index, entry in enumerate(entries)
            if isinstance(entry, (EnterpriseEntry, ParkEntry))
        }
        taken = Taken(
            [values for index, (values, _) in checked.items() if isinstance(entries[index], EnterpriseEntry)],
            [values for index, (values, _) in checked.items() if isinstance(entries[index], ParkEntry)],
        )
        prepared: list[Prepared] = []
        refusals: list[Refusal] = []
        for index, entry in enumerate(entries):
            if not isinstance(entry, (EnterpriseEntry, ParkEntry)):
                at = standings.get((type(entry.host), entry.host.pk)) if entry.host is not None else None
                self._add_dependent(entry, at, None, prepared, refusals)
                continue
            try:
                host = self._judge.judge_host(entry, checked[index], taken)
            except DomainError as refusal:
                refusals.append(_refusal(entry.key, refusal))
                words = DomainError("依托单位这一行没有通过，这条记录没有登记。请先改正依托单位。")
                refusals += [Refusal(dependent.key, (words,)) for dependent in entry.dependents]
                continue
            prepared.append(host)
            standing = self._judge.new_host(host) if entry.dependents else None
            for dependent in entry.dependents:
                self._add_dependent(dependent, standing, host, prepared, refusals)
        return prepared, refusals

    def _add_dependent(
        self,
        entry: DependentEntry,
        at: Standing | None,
        host: Prepared | None,
        prepared: list[Prepared],
        refusals: list[Refusal],
    ) -> None:
        if at is None:
            refusals.append(
                Refusal(entry.key, (DomainError("没有找到依托单位。请填写企业或园区的名称或代码。"),))
            )
            return
        try:
            prepared.append(self._judge.judge_dependent(entry, at, host))
        except DomainError as refusal:
            refusals.append(_refusal(entry.key, refusal))

    def _note_change(self, record: Prepared) -> None:
        if RecordState.CONFIRMED in record.course.states:
            self._days.add(_effective_on(record))
        elif RecordState.SUBMITTED in record.course.states:
            self._submitted = True

    def tell(self) -> None:
        """Tell the apps above what changed: once, from the earliest day on."""
        if self._days:
            days = [day for day in self._days if day is not None]
            earliest = None if None in self._days else min(days)
            tell_registry_change(RegistryChange(effective_on=earliest, counts_changed=True))
        elif self._submitted:
            tell_registry_change(RegistryChange(effective_on=None, counts_changed=False))
        self._days.clear()
        self._submitted = False


def _effective_on(record: Prepared) -> dt.date | None:
    """The first day whose figures depend on the record; None when all days do."""
    if record.model is Park:
        year = record.values.get("established_year")
        return dt.date(year, 1, 1) if year else None
    return record.values.get("established_on")


def _refusal(key: str, refusal: DomainError) -> Refusal:
    return Refusal(key, tuple(refusal.errors) if isinstance(refusal, DomainErrors) else (refusal,))


def _parts(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    for entry in entries:
        part.append(entry)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
