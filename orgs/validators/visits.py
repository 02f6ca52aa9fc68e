"""The rules of one record of a talk with an enterprise."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from core.exceptions import DomainError
from orgs.choices import LeaderWish, NoOrganizationReason, VisitMeans

MOST_SAID, MOST_STEP = 500, 100
LONGEST_AHEAD = dt.timedelta(days=366)
# 其他 needs words everybody may read, and what was said is told to those alone who work with the record.
TOLD_REASONS = tuple(value for value in NoOrganizationReason.values if value != NoOrganizationReason.OTHER)


def check_visit(raw: Mapping[str, Any], *, today: dt.date) -> tuple[dict[str, Any], list[DomainError]]:
    """The values to store and every refusal. ``wish`` and ``reason_code`` are empty when the talk did not touch them."""
    values = {
        **raw,
        **{
            name: (raw.get(name) or "").strip()
            for name in ("means", "said", "next_step", "wish", "reason_code")
        },
    }
    errors = [*_about_the_talk(values, today), *_about_the_next_step(values, today)]
    return values, errors


def _about_the_talk(values: Mapping[str, Any], today: dt.date) -> Iterator[DomainError]:
    day, said = values.get("visited_on"), values["said"]
    if day is None:
        yield DomainError("请填写联系日期。", field="visited_on")
    elif day > today:
        yield DomainError(f"联系日期不能晚于今天（{today}）。联系后再记。", field="visited_on")
    if values["means"] not in VisitMeans.values:
        yield DomainError("请选择联系方式。", field="means")
    if not said:
        yield DomainError("请写一句谈了什么，例如 愿意建，等董事会通过。", field="said")
    elif len(said) > MOST_SAID:
        yield DomainError(f"最多 {MOST_SAID} 个字，现为 {len(said)} 个字。请精简。", field="said")
    if values["wish"] and values["wish"] not in LeaderWish.values:
        yield DomainError("请从列出的意愿里选。", field="wish")
    if values["reason_code"] and values["reason_code"] not in TOLD_REASONS:
        yield DomainError(
            "请从列出的原因里选；不在其中的原因，在企业登记里选“其他”并写明。", field="reason_code"
        )


def _about_the_next_step(values: Mapping[str, Any], today: dt.date) -> Iterator[DomainError]:
    step, on = values["next_step"], values.get("next_on")
    if len(step) > MOST_STEP:
        yield DomainError(f"最多 {MOST_STEP} 个字，现为 {len(step)} 个字。请精简。", field="next_step")
    if on is None:
        if step:
            yield DomainError("请填写下一步的日期，到时首页会提醒。", field="next_on")
        return
    if not step:
        yield DomainError("请写明下一步做什么，例如 送章程范本。", field="next_step")
    day = values.get("visited_on")
    if day is not None and on < day:
        yield DomainError(f"下一步的日期不能早于联系日期（{day}）。", field="next_on")
    elif on > today + LONGEST_AHEAD:
        yield DomainError("下一步的日期最多在一年以内。", field="next_on")
