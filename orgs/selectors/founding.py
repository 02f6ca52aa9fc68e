"""The founding of one organisation as its page shows it."""

import dataclasses
from typing import Any

from django.db.models import Count

from core.models import Attachment
from orgs.calculations.founding import out_of_order
from orgs.choices import FoundingStep
from orgs.models import CastOrganization, FoundingRecord


@dataclasses.dataclass(frozen=True)
class StepLine:
    """One step: what was written down, how many papers there are, and the step it is dated before although it follows it."""

    step: FoundingStep
    number: int
    record: FoundingRecord | None
    papers: int
    before: str


def founding_lines(organization: CastOrganization) -> list[StepLine]:
    """All steps in their order. Two queries. Ask for the organisation through ``visible_to`` first."""
    records: dict[str, FoundingRecord] = {
        row.step: row
        for row in FoundingRecord.objects.filter(organization=organization).select_related("recorded_by")
    }
    counted: dict[str, int] = dict(
        Attachment.objects.of(organization)
        .order_by()
        .values_list("slot")
        .annotate(number=Count("pk"))
        .values_list("slot", "number")
    )
    wrong = out_of_order({step: row.done_on for step, row in records.items()}, FoundingStep.values)
    return [
        StepLine(
            step,
            number,
            records.get(step.value),
            counted.get(step.slot, 0),
            FoundingStep(wrong[step.value]).label if step.value in wrong else "",
        )
        for number, step in enumerate(FoundingStep, start=1)
    ]


def founding_summary(organization: CastOrganization) -> dict[str, Any]:
    """How many steps are done, for the organisation's own page. One query."""
    done = FoundingRecord.objects.filter(organization=organization).count()
    return {"done": done, "all": len(FoundingStep)}
