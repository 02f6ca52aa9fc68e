"""Rows of parks: which are new, which change a registered one, which are refused."""

from collections.abc import Sequence
from typing import Any

from core.exceptions import DomainError
from orgs.choices import LIVE_STATES, RecordState, RowOutcome
from orgs.models import CastOrganization, Park
from orgs.resources import ParkResource
from orgs.services.access import require_enter_park
from orgs.services.bulk_book import Taken
from orgs.services.bulk_judge import field_refusals
from orgs.services.bulk_rows import ParkEntry
from orgs.services.enterprises import edit_refusal, missing_division
from orgs.services.imports.context import ImportContext, is_editable
from orgs.services.imports.existing import parts_of
from orgs.services.imports.rows import Change, JudgedRow, ReadRow, RowReader, field_words, refused
from orgs.validators.entries import check_park

_REPORTED = "has_reported_organization"


class ParkJudge:
    """Judges the rows of one file in their order. A park is known by its name within a division, else its prefecture."""

    def __init__(self, context: ImportContext, reader: RowReader) -> None:
        self._context, self._reader = context, reader
        self._seen: dict[Any, int] = {}
        self._by_name: dict[str, list[Park]] = {}
        self._hosting: set[int] = set()

    def judge(self, rows: Sequence[ReadRow]) -> list[JudgedRow]:
        """What each row would do."""
        checked = []
        for row in rows:
            values, errors = check_park(row.given, today=self._context.today)
            checked.append((values, errors + field_refusals(Park, values)))
        self._read_known([values["name_key"] for values, _ in checked])
        taken = Taken([], [])
        return [self._judge(row, values, errors, taken) for row, (values, errors) in zip(rows, checked, strict=True)]

    def _read_known(self, keys: list[str]) -> None:
        self._by_name = {}
        for part in parts_of(keys):
            rows = Park.objects.exclude(state=RecordState.VOIDED).filter(name_key__among=part)
            for park in rows.select_related("office", "division").order_by("pk"):
                self._by_name.setdefault(park.name_key, []).append(park)
        pks = [park.pk for parks in self._by_name.values() for park in parks]
        standing = CastOrganization.objects.filter(park__in=pks, state__in=LIVE_STATES, dissolved_on=None)
        self._hosting = set(standing.values_list("park_id", flat=True))

    def _judge(
        self, row: ReadRow, values: dict[str, Any], errors: list[DomainError], taken: Taken
    ) -> JudgedRow:
        if row.division is None:
            errors = [*errors, missing_division()]
        for name, words in (("kind", "请填写园区类型。"), ("grade", "请填写园区级别。")):
            if not values.get(name):
                errors = [*errors, DomainError(words, field=name)]
        target = self._target(row, values)
        problems = self._reader.problems_of(row, errors)
        if target is not None:
            return self._against(row, values, target, problems)
        if problems or row.division is None:
            return refused(row, problems)
        key = (row.division.pk, values["name_key"])
        if key in self._seen:
            return self._repeated(row, self._seen[key])
        entry = ParkEntry(str(row.number), values, row.division, self._context.acts, is_checked=True)
        try:
            self._context.judge.judge_host(entry, (values, []), taken)
        except DomainError as refusal:
            return refused(row, self._reader.problems_of(row, getattr(refusal, "errors", [refusal])))
        self._seen[key] = row.number
        return JudgedRow(row.number, RowOutcome.NEW, row.label, values | {"division_id": row.division.pk})

    def _target(self, row: ReadRow, values: dict[str, Any]) -> Park | None:
        if row.division is None:
            return None
        found = self._by_name.get(values["name_key"], [])
        here = [park for park in found if park.division_id == row.division.pk]
        if here:
            return here[0]
        places = self._context.places
        near = [
            park
            for park in found
            if places.prefecture(park.division) == places.prefecture(row.division)
            and self._context.sees(park.office.path)
        ]
        return near[0] if len(near) == 1 else None

    def _repeated(self, row: ReadRow, number: int) -> JudgedRow:
        problem = self._reader.problem("name", f"与第 {number} 行是同一个园区，只导入前一行。")
        return JudgedRow(row.number, RowOutcome.REPEATED, row.label, problems=[problem])

    def _against(self, row: ReadRow, values: dict[str, Any], park: Park, problems: list[Any]) -> JudgedRow:
        if not self._context.sees(park.office.path):
            words = DomainError(f"“{park.division.full_name}”已有同名园区，由外单位登记。请核对。", field="name")
            return refused(row, self._reader.problems_of(row, [words]))
        given = {name: values.get(name) for name in row.given}
        if given.get(_REPORTED) and park.pk in self._hosting:
            del given[_REPORTED]  # the organisation itself is registered: nothing is waiting
        if row.division is not None:
            given["division_id"] = row.division.pk
        changed = {name: value for name, value in given.items() if value != getattr(park, name)}
        changes = self._changes(park, changed)
        if problems:
            return refused(row, problems, changes)
        if ("pk", park.pk) in self._seen:
            return self._repeated(row, self._seen["pk", park.pk])
        self._seen["pk", park.pk] = row.number
        judged = JudgedRow(
            row.number, RowOutcome.UNCHANGED, row.label, target_id=park.pk, target_version=park.version
        )
        if not changed:
            return judged
        judged.changes = changes
        errors = self._edit_refusals(park, changed)
        if errors:
            judged.outcome, judged.problems = RowOutcome.REFUSED, self._reader.problems_of(row, errors)
        else:
            judged.outcome, judged.values = RowOutcome.CHANGED, changed
        return judged

    def _changes(self, park: Park, changed: dict[str, Any]) -> list[Change]:
        changes: list[Change] = []
        for name, value in changed.items():
            if name == "division_id":
                after = self._context.places.division(value).full_name
                changes.append(("所在区划", park.division.full_name, after))
            else:
                field = ParkResource.column(name)
                changes.append(
                    (str(field.column_name), field_words(field, getattr(park, name)), field_words(field, value))
                )
        return changes

    def _edit_refusals(self, park: Park, changed: dict[str, Any]) -> list[DomainError]:
        try:
            national = park.is_national or changed.get("grade") == "national"
            require_enter_park(self._context.actor, office=park.office, is_national=national)
        except DomainError as refusal:
            return [refusal]
        if not is_editable(park.state):
            return [DomainError(edit_refusal(park.name, RecordState(park.state)))]
        names = ("name", "kind", "grade", "established_year", "closed_on")
        merged = {name: changed.get(name, getattr(park, name)) for name in names}
        return check_park(merged, today=self._context.today)[1]
