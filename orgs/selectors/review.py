"""The reviewer's queue: what waits, longest first, and where one goes on."""

import dataclasses
import datetime as dt

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat

from accounts.models import User
from orgs.selectors.waiting import waiting_rows

# Of a longer queue the oldest are listed; what was handled makes room for the next.
QUEUE_LIMIT = 1_000
SHOWN = 60

KIND_LABELS = {"organization": "科协组织", "contact": "联系人", "enterprise": "企业", "park": "园区"}


@dataclasses.dataclass(frozen=True)
class QueueItem:
    """One waiting record: kind (organization, contact, enterprise, park), key, version, name and place."""

    kind: str
    pk: int
    version: int
    title: str
    region: str
    submitted_at: dt.datetime

    @property
    def place_in_line(self) -> tuple[dt.datetime, str, int]:
        """What the queue is sorted by."""
        return self.submitted_at, self.kind, self.pk

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return KIND_LABELS[self.kind]

    @property
    def short_title(self) -> str:
        """The name with its general ending in short."""
        return self.title.replace("科学技术协会", "科协")

    def is_record(self, kind: str, pk: int) -> bool:
        """Whether this is that record."""
        return (self.kind, self.pk) == (kind, pk)


@dataclasses.dataclass(frozen=True)
class ReviewQueue:
    """What one reviewer may confirm now.

    ``counts`` are by kind, whatever kind is listed; ``own`` is how many more wait within reach that the reviewer had a hand
    in and another person confirms.
    """

    items: tuple[QueueItem, ...]
    counts: dict[str, int]
    own: int
    kind: str

    @property
    def total(self) -> int:
        """How many wait, of the kind listed."""
        return self.counts.get(self.kind, 0) if self.kind else sum(self.counts.values())

    def position(self, kind: str, pk: int) -> int | None:
        """Which place in line a record has, from 1; None when it is not in the list."""
        return next((place for place, item in enumerate(self.items, 1) if item.is_record(kind, pk)), None)

    def after(self, place_in_line: tuple[dt.datetime, str, int] | None) -> QueueItem | None:
        """The item that follows a place, from the end again the first; None when nothing waits."""
        if not self.items:
            return None
        if place_in_line is not None:
            for item in self.items:
                if item.place_in_line > place_in_line:
                    return item
        return self.items[0]

    def around(self, kind: str, pk: int) -> tuple[QueueItem, ...]:
        """The part of the queue a page lists: from a little before the record on."""
        start = max(0, (self.position(kind, pk) or 1) - 6)
        return self.items[start : start + SHOWN]


_TITLES = {
    "organization": F("name"),
    "contact": Concat(F("enterprise__name"), Value("，"), F("name"), output_field=CharField()),
    "enterprise": F("name"),
    "park": F("name"),
}


def review_queue(user: User, *, today: dt.date, kind: str = "") -> ReviewQueue:
    """The queue of one reviewer, of one kind if named. At most nine queries; none for people who confirm nothing."""
    waiting = waiting_rows(user, today=today)
    kind = kind if kind in waiting else ""
    everybodys = {name: rows.count() for name, rows in waiting.items()}
    counts = {
        name: rows.not_contributed_by(user).count() for name, rows in waiting.items() if everybodys[name]
    }
    own = sum(everybodys.values()) - sum(counts.values())
    listed = [
        _columns(name, rows.not_contributed_by(user)) for name, rows in waiting.items() if kind in ("", name)
    ]
    items: tuple[QueueItem, ...] = ()
    if listed:
        first, *others = listed
        ordered = first.union(*others, all=True) if others else first
        items = tuple(
            QueueItem(*row) for row in ordered.order_by("submitted_at", "kind_name", "pk")[:QUEUE_LIMIT]
        )
    return ReviewQueue(items, counts, own, kind)


def _columns(kind: str, rows: QuerySet) -> QuerySet:
    named = rows.order_by().annotate(
        kind_name=Value(kind, output_field=CharField()), title=_TITLES[kind], region=F("office__region_short")
    )
    return named.values_list("kind_name", "pk", "version", "title", "region", "submitted_at")
