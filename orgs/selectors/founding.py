"""The founding of one organisation as its page shows it."""

import dataclasses
from typing import Any

from orgs.calculations.founding import out_of_order
from orgs.choices import FoundingStep
from orgs.models import CastOrganization, FoundingRecord


@dataclasses.dataclass(frozen=True)
class StepLine:
    """One step: what was written down, and the step it is dated before although it follows it."""

    step: FoundingStep
    number: int
    record: FoundingRecord | None
    before: str


def founding_lines(organization: CastOrganization) -> list[StepLine]:
    """All steps in their order. One query. Ask for the organisation through ``visible_to`` first."""
    records: dict[str, FoundingRecord] = {
        row.step: row
        for row in FoundingRecord.objects.filter(organization=organization).select_related("recorded_by")
    }
    wrong = out_of_order({step: row.done_on for step, row in records.items()}, FoundingStep.values)
    return [
        StepLine(
            step,
            number,
            records.get(step.value),
            FoundingStep(wrong[step.value]).label if step.value in wrong else "",
        )
        for number, step in enumerate(FoundingStep, start=1)
    ]


def founding_summary(organization: CastOrganization) -> dict[str, Any]:
    """How many steps are done, for the organisation's own page. One query."""
    done = FoundingRecord.objects.filter(organization=organization).count()
    return {"done": done, "all": len(FoundingStep)}
