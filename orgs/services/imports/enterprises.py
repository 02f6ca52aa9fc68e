"""Rows of enterprises: which are new, which change a registered one, which are refused."""

from collections.abc import Sequence
from typing import Any

from core.exceptions import DomainError
from orgs.calculations.names import clean_name, normalize_enterprise_name
from orgs.choices import ENTERPRISE_TYPES, RecordState, RowOutcome
from orgs.models import Division, Enterprise, Park
from orgs.resources import EnterpriseResource
from orgs.services.bulk_judge import field_refusals
from orgs.services.bulk_rows import EnterpriseEntry
from orgs.services.enterprises import (
    CODE_FIELDS,
    code_taken_message,
    edit_refusal,
    label_of,
    missing_division,
)
from orgs.services.imports.context import ImportContext, is_editable
from orgs.services.imports.existing import AlikeNames, Known, KnownEnterprises, codes_differ
from orgs.services.imports.rows import Change, JudgedRow, ReadRow, RowReader, field_words, refused
from orgs.validators.entries import check_enterprise
from orgs.validators.reasons import reason_words

_DERIVED = ("name_key", "sort_key")
_FLAGS = tuple(flag for flag, _ in ENTERPRISE_TYPES)
# One column of the file: the coded reason and the words beside it.
_REASON = ("reason_code", "no_organization_reason")


class EnterpriseJudge:
    """Judges the rows of one file in their order; what was met earlier in the file is remembered."""

    def __init__(self, context: ImportContext, reader: RowReader) -> None:
        self._context, self._reader = context, reader
        self._known = KnownEnterprises(context)
        self._alike = AlikeNames(context)
        self._parks = ParkNames(context)
        self._seen: dict[tuple[str, Any], tuple[int, dict[str, Any]]] = {}
        self._places: dict[int, DomainError | None] = {}

    def judge(self, rows: Sequence[ReadRow]) -> list[JudgedRow]:
        """What each row would do."""
        checked = [self._check(row) for row in rows]
        codes = {
            field: [values[field] for values, _ in checked if values.get(field)] for field in CODE_FIELDS
        }
        self._known.read(codes, [values["name_key"] for values, _ in checked])
        return [self._judge(row, *found) for row, found in zip(rows, checked, strict=True)]

    def _check(self, row: ReadRow) -> tuple[dict[str, Any], list[DomainError]]:
        raw = {name: value for name, value in row.given.items() if name not in ("park", "former_names")}
        values, errors = check_enterprise(raw, today=self._context.today)
        return values, errors + field_refusals(Enterprise, values)

    def _judge(self, row: ReadRow, values: dict[str, Any], errors: list[DomainError]) -> JudgedRow:
        if row.division is None:
            errors = [*errors, missing_division()]
        if "park" in row.given and row.division is not None:
            try:
                values["park_id"] = self._parks.find(row.given["park"], row.division)
            except DomainError as refusal:
                errors = [*errors, refusal]
        found = self._known.by_codes(values)
        target = None
        if found:
            target, clash = self._one_of(found)
            errors = errors + clash
        elif row.division is not None and not errors:
            namesakes = self._known.by_name(row.division, values["name_key"])
            same = [known for known in namesakes if not codes_differ(known, values)]
            if len(same) == 1:
                target = same[0]
            elif len(same) > 1:
                words = "、".join(known["office__short_name"] for known in same[:3])
                errors = [
                    DomainError(
                        f"本市已有 {len(same)} 家同名企业（{words}持有），不知道是哪一家。请补填代码，或先在“重复企业”页面合并。",
                        field="name",
                    )
                ]
        problems = self._reader.problems_of(row, errors)
        if target is not None:
            return self._against(row, values, target, problems)
        if problems or row.division is None:
            return refused(row, problems)
        return self._as_new(row, values)

    def _one_of(self, found: dict[str, Known]) -> tuple[Known | None, list[DomainError]]:
        """The enterprise all codes of the row name; a refusal when they name several, or one out of sight."""
        distinct = {known["pk"]: known for known in found.values()}
        errors = [
            DomainError(
                code_taken_message(field, name="", holder=known["office__short_name"], in_file=True),
                field=field,
            )
            for field, known in found.items()
            if not self._context.sees(known["office__path"])
        ]
        if not errors and len(distinct) > 1:
            errors = [
                DomainError(
                    code_taken_message(
                        field, name=known["name"], holder=known["office__short_name"], in_file=True
                    ),
                    field=field,
                )
                for field, known in found.items()
            ]
        return (None, errors) if errors else (next(iter(distinct.values())), [])

    # ---------- against a registered one ----------

    def _against(self, row: ReadRow, values: dict[str, Any], target: Known, problems: list[Any]) -> JudgedRow:
        given = self._given(row, values)
        changed = {name: value for name, value in given.items() if value != target[name]}
        changes = self._changes(target, changed)
        if problems:
            return refused(row, problems, changes)
        keys = [*self._keys(row, values), ("pk", target["pk"])]
        earlier = self._earlier(row, values, keys)
        if earlier is not None:
            return earlier
        self._remember(row, values, keys)
        judged = JudgedRow(
            row.number,
            RowOutcome.UNCHANGED,
            row.label,
            target_id=target["pk"],
            target_version=target["version"],
        )
        if not changed:
            return judged
        errors = self._edit_refusals(target, changed)
        if errors:
            judged.outcome, judged.changes = RowOutcome.REFUSED, changes
            judged.problems = self._reader.problems_of(row, errors)
            return judged
        judged.outcome, judged.changes, judged.values = RowOutcome.CHANGED, changes, changed
        return judged

    def _given(self, row: ReadRow, values: dict[str, Any]) -> dict[str, Any]:
        """What the row says of the record: an empty cell says nothing."""
        names = [name for name in row.given if name not in ("former_names", "park")]
        given = {name: values.get(name) for name in names}
        if "park" in row.given:
            given["park_id"] = values.get("park_id")
        if values.get("credit_code"):
            given["organization_code"] = values["organization_code"]
        if row.division is not None:
            given["division_id"] = row.division.pk
        return given

    def _changes(self, target: Known, changed: dict[str, Any]) -> list[Change]:
        changes: list[Change] = []
        if any(flag in changed for flag in _FLAGS):
            after = {flag: changed.get(flag, target[flag]) for flag in _FLAGS}
            changes.append(("企业类型", _types(target), _types(after)))
        if any(name in changed for name in _REASON):
            now, then = (
                reason_words(*(values[name] for name in _REASON))
                for values in (target, {**target, **changed})
            )
            changes.append((EnterpriseResource.column("no_organization_reason").column_name, now, then))
        for name, value in changed.items():
            if name in _FLAGS or name in _REASON:
                continue
            if name == "division_id":
                places = self._context.places
                pair = places.division(target[name]).full_name, places.division(value).full_name
                changes.append(("所在区划", *pair))
            elif name == "park_id":
                changes.append(("所在园区", self._parks.name(target[name]), self._parks.name(value)))
            else:
                field = EnterpriseResource.column(name)
                changes.append(
                    (field.column_name, field_words(field, target[name]), field_words(field, value))
                )
        return changes

    def _edit_refusals(self, target: Known, changed: dict[str, Any]) -> list[DomainError]:
        if not self._context.enters(target["office__path"]):
            return [
                DomainError(f"它由{target['office__short_name']}持有，只能由该单位修改。请把情况告诉该单位。")
            ]
        if not is_editable(target["state"]):
            return [DomainError(edit_refusal(target["name"], RecordState(target["state"])))]
        merged = {name: target[name] for name in target if name not in _NOT_VALUES} | {
            name: value for name, value in changed.items() if not name.endswith("_id")
        }
        _, errors = check_enterprise(merged, today=self._context.today)
        if "division_id" in changed:
            division = self._context.places.division(changed["division_id"])
            try:
                self._context.offices.holder(self._context.actor, division=division, office=None)
            except DomainError as refusal:
                errors.append(refusal)
        return errors

    # ---------- as a new one ----------

    def _as_new(self, row: ReadRow, values: dict[str, Any]) -> JudgedRow:
        assert row.division is not None  # the caller refused it
        keys = self._keys(row, values)
        earlier = self._earlier(row, values, keys)
        if earlier is not None:
            return earlier
        # Its codes nobody has, else the row would have met them: whether it may stand at its address is left to ask.
        refusal = self._place_refusal(row.division)
        if refusal is not None:
            return refused(row, self._reader.problems_of(row, [refusal]))
        self._remember(row, values, keys)
        values["division_id"] = row.division.pk
        judged = JudgedRow(row.number, RowOutcome.NEW, row.label, values)
        if row.given.get("former_names"):
            judged.values["former_names"] = row.given["former_names"]
        namesakes = self._known.by_name(row.division, values["name_key"])
        alike = (
            (namesakes[0]["pk"], namesakes[0]["name"], namesakes[0]["office__short_name"])
            if namesakes
            else self._alike.find(values["name_key"], values["sort_key"], row.division)
        )
        if alike is not None:
            judged.outcome, judged.target_id = RowOutcome.ALIKE, alike[0]
            words = "同名但代码不同" if namesakes else "名称相近"
            judged.problems = [
                self._reader.problem(
                    "name", f"与已登记的“{alike[1]}”（{alike[2]}持有）{words}，可能是同一家。"
                )
            ]
        return judged

    def _place_refusal(self, division: Division) -> DomainError | None:
        """Why the person may not enter enterprises at an address, asked once for each."""
        if division.pk not in self._places:
            entry = EnterpriseEntry("", {}, division, self._context.acts, is_checked=True)
            try:
                self._context.judge.place_host(entry, {})
                self._places[division.pk] = None
            except DomainError as refusal:
                self._places[division.pk] = refusal
        return self._places[division.pk]

    # ---------- twice in the file ----------

    def _keys(self, row: ReadRow, values: dict[str, Any]) -> list[tuple[str, Any]]:
        keys: list[tuple[str, Any]] = [(field, values[field]) for field in CODE_FIELDS if values.get(field)]
        if row.division is not None:
            keys.append(("name", (self._context.places.prefecture(row.division), values["name_key"])))
        return keys

    def _earlier(self, row: ReadRow, values: dict[str, Any], keys: list[tuple[str, Any]]) -> JudgedRow | None:
        """The row as one that repeats an earlier row of the file, None when it does not."""
        for key in keys:
            seen = self._seen.get(key)
            if seen is None or (key[0] == "name" and codes_differ(seen[1], values)):
                continue
            what = "名称" if key[0] == "name" else "记录" if key[0] == "pk" else label_of(Enterprise, key[0])
            attribute = "name" if key[0] in ("name", "pk") else key[0]
            problem = self._reader.problem(
                attribute, f"与第 {seen[0]} 行是同一家（{what}相同），只导入前一行。"
            )
            return JudgedRow(row.number, RowOutcome.REPEATED, row.label, problems=[problem])
        return None

    def _remember(self, row: ReadRow, values: dict[str, Any], keys: list[tuple[str, Any]]) -> None:
        codes = {field: code for field in CODE_FIELDS if (code := values.get(field))}
        for key in keys:
            self._seen.setdefault(key, (row.number, codes))


_NOT_VALUES = frozenset(
    {"pk", "version", "state", "office_id", "office__path", "office__short_name", "division_id", "park_id"}
)


def _types(values: dict[str, Any]) -> str:
    return "、".join(label for flag, label in ENTERPRISE_TYPES if values.get(flag))


class ParkNames:
    """Registered parks by name, for 所在园区: of several namesakes the one nearest to the address."""

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._by_key: dict[str, list[tuple[int, int]]] | None = None
        self._names: dict[int, str] = {}

    def _read(self) -> dict[str, list[tuple[int, int]]]:
        by_key: dict[str, list[tuple[int, int]]] = {}
        rows = Park.objects.exclude(state=RecordState.VOIDED).order_by("pk")
        for pk, name, key, division in rows.values_list("pk", "name", "name_key", "division_id"):
            by_key.setdefault(key, []).append((pk, division))
            self._names[pk] = name
        return by_key

    def name(self, pk: int | None) -> str:
        """The name of a park."""
        if self._by_key is None:
            self._by_key = self._read()
        return self._names.get(pk, "") if pk is not None else ""

    def find(self, name: str, division: Any) -> int:
        """The park of this name; refused with words when there is none, or several equally near."""
        if self._by_key is None:
            self._by_key = self._read()
        found = self._by_key.get(normalize_enterprise_name(clean_name(name)), [])
        places = self._context.places
        if len(found) > 1:
            near = [
                row
                for row in found
                if places.prefecture(places.division(row[1])) == places.prefecture(division)
            ]
            found = near or found
        if len(found) == 1:
            return found[0][0]
        if not found:
            raise DomainError(
                f"没有登记过名为“{name[:40]}”的园区。请核对名称，或先登记园区，不在园区的留空。", field="park"
            )
        raise DomainError(f"名为“{name[:40]}”的园区有 {len(found)} 个。请写园区全称。", field="park")
