"""Addresses by what people write, for many rows at once: all divisions read in one query."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from accounts.models import User
from core.row_book import RowBook
from orgs.choices import DivisionLevel
from orgs.models import Division
from orgs.selectors.finders import SHORTEST_QUERY, divisions_to_enter, name_tails
from orgs.validators.errors import CodeError
from orgs.validators.text import without_spaces


class PlaceBook:
    """The addressable divisions by code, full name and last parts. ``user``'s own territory decides between namesakes.

    The same answers as ``divisions_named``, without a query per row.
    """

    def __init__(self, user: User) -> None:
        self._user = user
        self._divisions = RowBook(Division.objects.addressable())
        self._by_code: dict[Any, int] = dict(self._divisions.column("code"))
        self._known: dict[str, Division | str] = {}

    @cached_property
    def _own(self) -> set[int]:
        return set(divisions_to_enter(self._user).values_list("pk", flat=True))

    @cached_property
    def _named(self) -> dict[str, list[int]]:
        """Keys by the full name and its last parts, in the order of the codes."""
        named: dict[str, list[int]] = defaultdict(list)
        codes = {pk: code for code, pk in self._by_code.items()}
        for full_name, pk in sorted(self._divisions.column("full_name"), key=lambda found: codes[found[1]]):
            for tail in name_tails(str(full_name)):
                named[tail].append(pk)
        return named

    def division(self, pk: int) -> Division:
        """The division with this key."""
        return self._divisions[pk]

    def prefecture(self, division: Division) -> int:
        """The key of the prefecture an address lies in: its parent, or itself above county level (see ``same_prefecture_q``)."""
        return (division.parent_id or division.pk) if division.level == DivisionLevel.COUNTY else division.pk

    def within(self, prefecture: int) -> list[int]:
        """The keys of a prefecture and of everything directly in it."""
        return [pk for parent, pk in self._divisions.column("parent_id") if prefecture in (pk, parent)]

    def read(self, text: str) -> Division:
        """The division a text names, or ``CodeError`` that says how to write it."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._look_up(text)
        if isinstance(known, str):
            raise CodeError(known)
        return known

    def _look_up(self, text: str) -> Division | str:
        named = self.named(text)
        if len(named) == 1:
            return named[0]
        if not named:
            return (
                f"没有找到区划“{text.strip()[:40]}”。请填 6 位区划代码，或像“广东省广州市天河区”这样的全称。"
            )
        names = "、".join(division.full_name for division in named[:3])
        return f"叫“{text.strip()[:40]}”的区划有 {len(named)} 个：{names}。请填 6 位区划代码或全称。"

    def named(self, text: str) -> list[Division]:
        """All divisions a text may mean: one is an answer, several need a choice."""
        plain = without_spaces(text)
        if plain.isascii() and plain.isdigit():
            # 440106000000 is the code of the statisticians, with places for towns and villages.
            code = plain[:6] if len(plain) in (9, 12) and not plain[6:].strip("0") else plain
            return [self._divisions[self._by_code[code]]] if code in self._by_code else []
        named = self._named.get(plain, [])
        if not named and len(plain) >= SHORTEST_QUERY:
            near = [
                division
                for division in map(self.division, self._own)
                if division.full_name.split()[-1].startswith(plain)
            ]
            return near if len(near) == 1 else []
        if len(named) > 1:
            named = [pk for pk in named if pk in self._own] or named
        return [self._divisions[pk] for pk in named]
