"""The yearly rating and what is said of difficulties: entries as typed, values as stored, refusals in words."""

import datetime as dt
from collections.abc import Mapping

from core.exceptions import DomainError
from core.formats import date_text
from orgs.choices import DifficultyKind, OrganizationEffect
from orgs.validators.dates import parse_date
from orgs.validators.errors import DateError

LONGEST_NOTE, LONGEST_TEXT = 300, 200


def one_line(text: str, *, longest: int, label: str, field: str) -> str:
    """The text with single spaces. Raises when it is too long."""
    cleaned = " ".join(text.split())
    if len(cleaned) > longest:
        raise DomainError(
            f"{label}最多 {longest} 个字，现在 {len(cleaned)} 个。请删短后再保存。", field=field
        )
    return cleaned


def check_rating(effect: str, difficulties: Mapping[str, str]) -> dict[str, str]:
    """The difficulties with cleaned texts. A weak one names at least one; "other" says what it is."""
    if effect not in OrganizationEffect.values:
        raise DomainError("请选择作用发挥：较好、一般或不明显。", field="effect")
    unknown = set(difficulties) - set(DifficultyKind.values)
    if unknown:
        raise DomainError("没有这一种困难。请从列出的里选。", field="difficulties")
    if effect == OrganizationEffect.WEAK and not difficulties:
        raise DomainError("作用不明显的，请至少选一项困难，好知道帮什么。", field="difficulties")
    cleaned = {
        kind: one_line(text, longest=LONGEST_TEXT, label="具体情况", field="difficulties")
        for kind, text in difficulties.items()
    }
    if DifficultyKind.OTHER in cleaned and not cleaned[DifficultyKind.OTHER]:
        raise DomainError("选“其他”的，请写明是什么困难。", field="difficulties")
    return cleaned


def day_between(text: str, *, first: dt.date, today: dt.date, field: str) -> dt.date:
    """A day from ``first`` to today. Raises with words."""
    try:
        day = parse_date(text)
    except DateError as refusal:
        raise DomainError(str(refusal), field=field) from refusal
    if day > today:
        raise DomainError(f"日期 {date_text(day)} 还没有到，今天是 {date_text(today)}。", field=field)
    if day < first:
        raise DomainError(f"日期不能早于提出困难的 {date_text(first)}。请核对。", field=field)
    return day
