"""The registry of attachments: apps register for a model who may read and who may change what hangs on its rows, and its slots.

A slot is one thing that is asked for, such as the approval document of an organisation. See docs/structure.md.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.db.models import Model, QuerySet

from core.media.kinds import LARGEST_FILE, PDF, PICTURE, SHEET, WORD

KIND_LABELS = {PDF: "PDF", PICTURE: "图片", WORD: "Word", SHEET: "Excel"}
# What the browser's own dialog offers; the content decides.
_ENDINGS = {PDF: ".pdf", PICTURE: ".jpg,.jpeg,.png,.webp", WORD: ".docx", SHEET: ".xlsx"}
ALL_KINDS = (PDF, PICTURE, WORD, SHEET)


@dataclasses.dataclass(frozen=True)
class Slot:
    """One thing that is asked for of a row: its Chinese name, what is taken, how many files and how large each."""

    name: str
    label: str
    kinds: tuple[str, ...] = ALL_KINDS
    most: int = 10
    largest: int = LARGEST_FILE
    hint: str = ""

    @property
    def accepted(self) -> str:
        """PDF、图片、Word."""
        return "、".join(KIND_LABELS[kind] for kind in self.kinds)

    @property
    def endings(self) -> str:
        """For ``accept`` of the file field."""
        return ",".join(_ENDINGS[kind] for kind in self.kinds)

    @property
    def limits(self) -> str:
        """可上传 PDF、图片，最多 10 个，每个不超过 20 MB."""
        return f"{self.accepted}，最多 {self.most} 个，每个不超过 {self.largest >> 20} MB"


class Readable(Protocol):
    """The rows whose attachments this person may read: as a rule ``Model.objects.visible_to``."""

    def __call__(self, user: Any, /) -> QuerySet[Any]:
        """The rows."""
        ...


class Writable(Protocol):
    """Raises ``DomainError`` with words (``NotAllowed`` for a right that is missing, ``ClosedByState`` for a state or date)
    unless this person may add and remove attachments in this slot of the row now. ``target`` is None while the row is
    still being entered.
    """

    def __call__(self, actor: Any, target: Any, slot: str, /) -> None:
        """Refuse or return."""
        ...


@dataclasses.dataclass(frozen=True)
class AttachmentOwner:
    """What a model says of the attachments of its rows."""

    model: type[Model]
    readable: Readable
    writable: Writable
    slots: dict[str, Slot]
    page: Callable[[Any], str] | None = None
    unit: Callable[[Any], str] | None = None
    on_change: Callable[[Any, Any], None] | None = None

    @property
    def label(self) -> str:
        """The model as ``target_type`` names it: ``orgs.castorganization``."""
        return self.model._meta.label_lower

    def slot(self, name: str) -> Slot:
        """The slot of this name; KeyError for one nobody registered."""
        return self.slots[name]


_OWNERS: dict[str, AttachmentOwner] = {}


def register_attachments(
    model: type[Model],
    *,
    readable: Readable,
    writable: Writable,
    slots: Sequence[Slot],
    page: Callable[[Any], str] | None = None,
    unit: Callable[[Any], str] | None = None,
    on_change: Callable[[Any, Any], None] | None = None,
) -> None:
    """Register what hangs on the rows of a model; registering it again replaces that.

    ``page`` gives the address of a row's page, ``unit`` the actor's office for the trail. ``on_change(actor, target)`` is
    called in the transaction of each change: for what else a hand in the row means (four eyes).
    """
    owner = AttachmentOwner(
        model, readable, writable, {slot.name: slot for slot in slots}, page, unit, on_change
    )
    _OWNERS[owner.label] = owner


def attachment_owner(target_type: str) -> AttachmentOwner:
    """What was registered for ``orgs.castorganization``; KeyError for a model nobody registered."""
    return _OWNERS[target_type]


def owner_of(target: Model) -> AttachmentOwner:
    """What was registered for the model of a row."""
    return _OWNERS[target._meta.label_lower]


def attachment_owners() -> list[AttachmentOwner]:
    """All that was registered, for the sweep and for lists over several models."""
    return list(_OWNERS.values())
