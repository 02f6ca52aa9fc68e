"""The yearly rating and its difficulties: entries as typed, values as stored, refusals in words."""

from collections.abc import Mapping

from core.exceptions import DomainError
from orgs.choices import DifficultyKind, OrganizationEffect
from orgs.validators.notes import one_line

LONGEST_NOTE, LONGEST_TEXT = 300, 200


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
