"""Rows of organisations and contacts: at which host, which are new, which change a registered one, which are refused."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from core.exceptions import DomainError
from orgs.calculations.names import clean_name
from orgs.choices import OrganizationKind, RecordState, RowOutcome
from orgs.models import CastOrganization, ContactPerson, Enterprise
from orgs.models.record import RegistryRecord
from orgs.resources import ContactResource, OrganizationResource, SheetResource
from orgs.services.bulk_book import lock_hosts
from orgs.services.bulk_judge import field_refusals
from orgs.services.bulk_rows import ContactEntry, OrganizationEntry
from orgs.services.enterprises import edit_refusal
from orgs.services.imports.context import ImportContext, is_editable
from orgs.services.imports.hosts import Host, Hosts
from orgs.services.imports.rows import Change, JudgedRow, ReadRow, RowReader, field_words, refused
from orgs.services.organizations import host_period
from orgs.validators.entries import check_contact, check_organization

# What a row says of its host, not of the record.
_OF_HOST = ("host", "credit_code", "organization_code", "kind")


class DependentJudge:
    """Judges rows that stand at hosts, in their order; what was accepted earlier in the file counts for later rows."""

    model: type[RegistryRecord]
    resource: type[SheetResource]
    checked_names: tuple[str, ...]

    def __init__(self, context: ImportContext, reader: RowReader) -> None:
        self._context, self._reader = context, reader
        self._hosts = Hosts(context)
        self._seen: dict[Any, int] = {}
        # Accepted rows of earlier parts of the file: later ones may not stand beside them.
        self._accepted: dict[tuple[type[Host], int], list[Any]] = defaultdict(list)

    def judge(self, rows: Sequence[ReadRow]) -> list[JudgedRow]:
        """What each row would do."""
        self._hosts.read(rows)
        placed = [self._place(row) for row in rows]
        hosts = {(type(host), host.pk): host for host, _ in placed if host is not None}
        known = self._known(list(hosts.values()))
        entries = [self._entry("", {}, host) for host in hosts.values()]
        standings = lock_hosts(entries, self._context.offices, lock=False)
        for key, standing in standings.items():
            for earlier in self._accepted[key]:
                self._stand(standing, earlier)
        return [
            self._judge(row, host, errors, known, standings)
            for row, (host, errors) in zip(rows, placed, strict=True)
        ]

    def _place(self, row: ReadRow) -> tuple[Host | None, list[DomainError]]:
        errors = self._kind_errors(row)
        if errors:
            return None, errors
        try:
            return self._hosts.find(row, self._kind(row)), []
        except DomainError as refusal:
            return None, [refusal]

    def _judge(
        self,
        row: ReadRow,
        host: Host | None,
        errors: list[DomainError],
        known: dict[tuple[type[Host], int], list[Any]],
        standings: dict[Any, Any],
    ) -> JudgedRow:
        own = {name: value for name, value in row.given.items() if name not in _OF_HOST}
        values, wrong = self._check(own, host)
        errors = errors + wrong + field_refusals(self.model, values)
        problems = self._reader.problems_of(row, errors)
        if host is None:
            return refused(row, problems)
        place = (type(host), host.pk)
        target = self._target(known[place], values)
        if target is not None:
            return self._against(row, own, values, target, host, problems)
        if problems:
            return refused(row, problems)
        for key in self._keys(place, values):
            if key in self._seen:
                return self._repeated(row, self._seen[key])
        try:
            self._context.judge.judge_dependent(
                self._entry(str(row.number), values, host), standings[place], None
            )
        except DomainError as refusal:
            return refused(row, self._reader.problems_of(row, getattr(refusal, "errors", [refusal])))
        for key in self._keys(place, values):
            self._seen[key] = row.number
        self._accepted[place].append(values)
        noun = "enterprise" if isinstance(host, Enterprise) else "park"
        return JudgedRow(row.number, RowOutcome.NEW, row.label, values | {f"{noun}_id": host.pk})

    def _repeated(self, row: ReadRow, number: int) -> JudgedRow:
        problem = self._reader.problem(None, f"与第 {number} 行重复，只导入前一行。")
        return JudgedRow(row.number, RowOutcome.REPEATED, row.label, problems=[problem])

    def _against(
        self,
        row: ReadRow,
        own: dict[str, Any],
        values: dict[str, Any],
        target: Any,
        host: Host,
        problems: list[Any],
    ) -> JudgedRow:
        changed = {name: values.get(name) for name in own if values.get(name) != getattr(target, name)}
        changes: list[Change] = []
        for name, value in changed.items():
            field = self.resource.column(name)
            changes.append(
                (str(field.column_name), field_words(field, getattr(target, name)), field_words(field, value))
            )
        if problems:
            return refused(row, problems, changes)
        if ("pk", target.pk) in self._seen:
            return self._repeated(row, self._seen["pk", target.pk])
        self._seen["pk", target.pk] = row.number
        judged = JudgedRow(
            row.number, RowOutcome.UNCHANGED, row.label, target_id=target.pk, target_version=target.version
        )
        if not changed:
            return judged
        judged.changes = changes
        errors = self._edit_refusals(target, changed, host)
        if errors:
            judged.outcome, judged.problems = RowOutcome.REFUSED, self._reader.problems_of(row, errors)
        else:
            judged.outcome, judged.values = RowOutcome.CHANGED, changed
        return judged

    def _edit_refusals(self, target: Any, changed: dict[str, Any], host: Host) -> list[DomainError]:
        if not self._context.enters(host.office.path):
            return [DomainError(f"它由{host.office.short_name}持有，只能由该单位修改。请把情况告诉该单位。")]
        if not is_editable(target.state):
            return [DomainError(edit_refusal(str(target), RecordState(target.state)))]
        merged = {name: changed.get(name, getattr(target, name)) for name in self.checked_names}
        return self._check(merged, host)[1]

    # ---------- what differs between the two ----------

    def _kind_errors(self, row: ReadRow) -> list[DomainError]:  # noqa: ARG002 - organisations ask their row
        return []

    def _kind(self, row: ReadRow) -> str:  # noqa: ARG002 - organisations ask their row
        return str(OrganizationKind.ENTERPRISE)

    def _check(self, values: dict[str, Any], host: Host | None) -> tuple[dict[str, Any], list[DomainError]]:
        raise NotImplementedError

    def _entry(self, key: str, values: dict[str, Any], host: Host) -> OrganizationEntry | ContactEntry:
        raise NotImplementedError

    def _known(self, hosts: list[Host]) -> dict[tuple[type[Host], int], list[Any]]:
        raise NotImplementedError

    def _target(self, known: list[Any], values: dict[str, Any]) -> Any | None:
        raise NotImplementedError

    def _keys(self, place: tuple[type[Host], int], values: dict[str, Any]) -> list[Any]:
        raise NotImplementedError

    def _stand(self, standing: Any, values: dict[str, Any]) -> None:
        raise NotImplementedError


class OrganizationJudge(DependentJudge):
    """An organisation is known at its host by its founding day, else by its name."""

    model, resource = CastOrganization, OrganizationResource
    checked_names = (
        *("name", "established_on", "dissolved_on", "approval_number", "chair", "secretary"),
        *("members", "phone", "effect"),
    )

    def _kind_errors(self, row: ReadRow) -> list[DomainError]:
        if row.given.get("kind"):
            return []
        if any(label == "类别" for _, label, _ in row.problems):
            return []
        return [DomainError("请填写类别：企业科协或园区科协。", field="kind")]

    def _kind(self, row: ReadRow) -> str:
        return str(row.given.get("kind") or OrganizationKind.ENTERPRISE)

    def _check(self, values: dict[str, Any], host: Host | None) -> tuple[dict[str, Any], list[DomainError]]:
        starts_on, ends_on = host_period(host) if host is not None else (None, None)
        return check_organization(
            values,
            today=self._context.today,
            host_name=host.name if host is not None else "",
            host_starts_on=starts_on,
            host_ends_on=ends_on,
            host_noun="企业" if host is None or isinstance(host, Enterprise) else "园区",
        )

    def _entry(self, key: str, values: dict[str, Any], host: Host) -> OrganizationEntry:
        return OrganizationEntry(key, values, self._context.acts, host, is_checked=True)

    def _known(self, hosts: list[Host]) -> dict[tuple[type[Host], int], list[Any]]:
        known: dict[tuple[type[Host], int], list[Any]] = defaultdict(list)
        for model in {type(host) for host in hosts}:
            noun = "enterprise" if model is Enterprise else "park"
            pks = [host.pk for host in hosts if type(host) is model]
            rows = CastOrganization.objects.exclude(state=RecordState.VOIDED)
            for organization in rows.filter(**{f"{noun}__in": pks}).order_by("pk"):
                known[model, getattr(organization, f"{noun}_id")].append(organization)
        return known

    def _target(self, known: list[Any], values: dict[str, Any]) -> Any | None:
        founded = values.get("established_on")
        same_day = [organization for organization in known if organization.established_on == founded]
        if same_day:
            return same_day[0]
        # A founding day typed wrongly before: a draft of the same name is the same organisation.
        name = clean_name(values.get("name") or "")
        drafts = [one for one in known if is_editable(one.state) and one.name == name]
        return drafts[0] if len(drafts) == 1 else None

    def _keys(self, place: tuple[type[Host], int], values: dict[str, Any]) -> list[Any]:
        return [(place, values["established_on"])]

    def _stand(self, standing: Any, values: dict[str, Any]) -> None:
        state = RecordState.SUBMITTED
        standing.organizations.append(
            (values["established_on"], values.get("dissolved_on"), state, values["name"])
        )


class ContactJudge(DependentJudge):
    """A contact person is known at an enterprise by mobile number, else by name and day."""

    model, resource = ContactPerson, ContactResource
    checked_names = ("name", "job_title", "mobile", "email", "liaison", "established_on", "left_on")

    def _check(self, values: dict[str, Any], host: Host | None) -> tuple[dict[str, Any], list[DomainError]]:
        starts_on: dt.date | None = host.established_on if isinstance(host, Enterprise) else None
        texts = dict.fromkeys(("job_title", "email", "liaison"), "")
        return check_contact(texts | values, today=self._context.today, enterprise_starts_on=starts_on)

    def _entry(self, key: str, values: dict[str, Any], host: Host) -> ContactEntry:
        assert isinstance(host, Enterprise)  # contacts are looked for at enterprises only
        return ContactEntry(key, values, self._context.acts, host, is_checked=True)

    def _known(self, hosts: list[Host]) -> dict[tuple[type[Host], int], list[Any]]:
        known: dict[tuple[type[Host], int], list[Any]] = defaultdict(list)
        rows = ContactPerson.objects.exclude(state=RecordState.VOIDED).select_related("enterprise")
        for contact in rows.filter(enterprise__in=[host.pk for host in hosts]).order_by("pk"):
            known[Enterprise, contact.enterprise_id].append(contact)
        return known

    def _target(self, known: list[Any], values: dict[str, Any]) -> Any | None:
        mobile = values.get("mobile")
        same = [contact for contact in known if mobile and contact.mobile == mobile]
        serving = [contact for contact in same if contact.left_on is None]
        if serving or same:
            return (serving or same)[0]
        drafts = [
            contact
            for contact in known
            if is_editable(contact.state)
            and contact.name == values.get("name")
            and contact.established_on == values.get("established_on")
        ]
        return drafts[0] if len(drafts) == 1 else None

    def _keys(self, place: tuple[type[Host], int], values: dict[str, Any]) -> list[Any]:
        return [(place, values["mobile"])]

    def _stand(self, standing: Any, values: dict[str, Any]) -> None:
        state = RecordState.SUBMITTED
        standing.contacts.append((values["mobile"], values.get("left_on"), state, values["name"]))
