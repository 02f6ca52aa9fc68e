"""The registry of kept files: apps register who may still fetch those of a purpose, the download asks each time."""

import dataclasses
from collections.abc import Callable
from typing import Any

# Called with ``StoredFile.needs`` and the owner: why the file is closed to him now, empty when it is open.
Refusal = Callable[[dict[str, Any], Any], str]


@dataclasses.dataclass(frozen=True)
class FileKind:
    """What a purpose stands for. ``again`` tells how one comes by the file anew. Files that are not ``served`` have an
    address of their own, with rules of their own.
    """

    purpose: str
    refusal: Refusal
    again: str
    served: bool = True


_KINDS: dict[str, FileKind] = {}


def register_file_kind(purpose: str, *, refusal: Refusal, again: str, served: bool = True) -> None:
    """Register the rule for the files of a purpose; registering it again replaces the rule."""
    _KINDS[purpose] = FileKind(purpose, refusal, again, served)


def file_kind(purpose: str) -> FileKind:
    """The registered kind; raises KeyError for a purpose nobody registered: such a file is neither kept nor served."""
    return _KINDS[purpose]
