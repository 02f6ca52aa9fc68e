"""Loading a year's plan from its file."""

import dataclasses
import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from core.services.audit import record_event, snapshot_fields
from orgs.choices import OfficeLevel
from orgs.models import ConfirmingLevel
from quotas.indicators import INDICATORS
from quotas.models import PacePoint, Phase, Plan, Target

_PLAN_FIELDS = (
    "title",
    "document_number",
    "issued_on",
    "lowest_confirming_level",
    "organizations_stated",
    "enterprise_share_stated",
    "park_count_stated",
)


@dataclasses.dataclass(frozen=True)
class PlanFile:
    """A plan file, read and checked."""

    year: int
    values: dict[str, Any]
    phases: tuple[tuple[str, dt.date, dt.date], ...]
    targets: tuple[tuple[str, Decimal, str], ...]
    pace: tuple[tuple[dt.date, Decimal], ...]


def read_plan_file(path: Path) -> PlanFile:
    """Read a plan. Raises ``DomainError`` with the file's fault: unknown indicator, unordered pace, missing part."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        baseline = data.get("baseline", {})
        share = baseline.get("enterprise_share")
        plan = PlanFile(
            year=int(data["year"]),
            values={
                "title": data["title"],
                "document_number": data["document_number"],
                "issued_on": data["issued_on"],
                "lowest_confirming_level": OfficeLevel(data["lowest_confirming_level"]).value,
                "organizations_stated": baseline.get("organizations"),
                "enterprise_share_stated": Decimal(share).quantize(Decimal("0.01"))
                if share is not None
                else None,
                "park_count_stated": baseline.get("parks"),
            },
            phases=tuple((row["name"], row["starts_on"], row["ends_on"]) for row in data["phases"]),
            targets=tuple(
                (row["indicator"], Decimal(row["value"]), row.get("source", "")) for row in data["targets"]
            ),
            pace=tuple((row["on"], Decimal(row["share"])) for row in data["pace"]),
        )
    except (KeyError, ValueError, ArithmeticError, OSError) as error:
        raise DomainError(
            f"方案文件 {path.name} 读不出来：{error}。请对照 quotas/data/plan_2014.toml 的格式。"
        ) from error
    unknown = [key for key, _, _ in plan.targets if key not in INDICATORS]
    if unknown:
        raise DomainError(
            f"方案文件里的指标 {'、'.join(unknown)} 不存在。可用的有：{'、'.join(INDICATORS)}。"
        )
    shares = [share for _, share in plan.pace]
    days = [day for day, _ in plan.pace]
    if days != sorted(set(days)) or shares != sorted(shares) or not shares or shares[-1] != 1:
        raise DomainError("进度曲线应按日期先后、份额不减，最后到 1。请核对方案文件的 [[pace]]。")
    return plan


@transaction.atomic
def load_plan(plan_file: PlanFile, *, actor: User | None = None) -> tuple[Plan, bool]:
    """Write the plan and its parts. Returns the plan and whether anything changed; loading twice changes nothing."""
    plan = Plan.objects.for_year(plan_file.year)
    before = _image(plan) if plan else {}
    if plan is None:
        plan = Plan(year=plan_file.year)
    for name, value in plan_file.values.items():
        setattr(plan, name, value)
    if before == _file_image(plan_file):
        return plan, False
    plan.save()
    plan.phases.all().delete()
    plan.targets.all().delete()
    plan.pace_points.all().delete()
    Phase.objects.bulk_create(
        Phase(plan=plan, order=order, name=name, starts_on=starts_on, ends_on=ends_on)
        for order, (name, starts_on, ends_on) in enumerate(plan_file.phases, start=1)
    )
    Target.objects.bulk_create(
        Target(plan=plan, indicator=key, value=value, source=source)
        for key, value, source in plan_file.targets
    )
    PacePoint.objects.bulk_create(PacePoint(plan=plan, on=day, share=share) for day, share in plan_file.pace)
    ConfirmingLevel.objects.update_or_create(
        starts_on=plan.starts_on, defaults={"level": plan.lowest_confirming_level}
    )
    record_event(
        actor=actor, action="plan.load", target=plan, after={"年度": plan.year, "文号": plan.document_number}
    )
    return plan, True


def _image(plan: Plan) -> dict[str, Any]:
    return {
        "plan": snapshot_fields(plan, _PLAN_FIELDS),
        "phases": [(p.name, p.starts_on, p.ends_on) for p in plan.phases.all()],
        "targets": sorted((t.indicator, t.value, t.source) for t in plan.targets.all()),
        "pace": [(p.on, p.share) for p in plan.pace_points.all()],
    }


def _file_image(plan_file: PlanFile) -> dict[str, Any]:
    trial = Plan(year=plan_file.year, **plan_file.values)
    return {
        "plan": snapshot_fields(trial, _PLAN_FIELDS),
        "phases": list(plan_file.phases),
        "targets": sorted(plan_file.targets),
        "pace": list(plan_file.pace),
    }
