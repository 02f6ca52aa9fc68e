"""Addresses of what a figure counts, and of other boards."""

import datetime as dt
from urllib.parse import urlencode

from django.urls import reverse


class CountedLinks:
    """Addresses of the lists that show the very rows behind the figures of one plan year and day.

    Made once per page: the part that does not change from office to office is kept.
    """

    def __init__(self, *, year: int, on: dt.date, without_deputy_provincial: bool = False) -> None:
        self._day = {"year": year, "on": on.isoformat()}
        self._without = {"without": 1} if without_deputy_provincial else {}
        self._begun: dict[tuple[str, str], str] = {}

    def rows(self, list_name: str, measure: str, code: str) -> str:
        """The rows of an office's whole subtree."""
        return f"{self._begin(list_name, measure)}&office={code}"

    def own_rows(self, list_name: str, measure: str, code: str) -> str:
        """The rows the office holds itself (本级)."""
        return f"{self.rows(list_name, measure, code)}&own=1"

    def rows_held_at(self, list_name: str, measure: str, code: str, level: str) -> str:
        """The rows of the subtree that offices of one level hold."""
        return f"{self.rows(list_name, measure, code)}&held={level}"

    def _begin(self, list_name: str, measure: str) -> str:
        begun = self._begun.get((list_name, measure))
        if begun is None:
            query = urlencode({"counted": measure, **self._day, **self._without})
            begun = self._begun[list_name, measure] = f"{reverse(list_name)}?{query}"
        return begun


class BoardLinks:
    """Addresses of boards that keep what was chosen: day, indicator, without deputy-provincial cities.

    ``on`` is empty on the board of today, so that a kept address goes with the days.
    """

    def __init__(
        self, *, by: str, default_by: str, on: dt.date | None, without_deputy_provincial: bool
    ) -> None:
        self._kept = {
            key: value
            for key, value in (
                ("on", on.isoformat() if on else ""),
                ("by", by if by != default_by else ""),
                ("without", "1" if without_deputy_provincial else ""),
            )
            if value
        }
        self._pattern = reverse("dashboard_office", args=["000000"])

    def board(self, code: str, **changes: str) -> str:
        """The board of an office; ``changes`` replace what was chosen, an empty one takes it away."""
        query = {key: value for key, value in {**self._kept, **changes}.items() if value}
        address = self._pattern.replace("000000", code)
        return f"{address}?{urlencode(query)}" if query else address
