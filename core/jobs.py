"""The registry of long work: apps register what a kind of job does, the worker looks it up by name."""

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol


class JobRun(Protocol):
    """What the function of a job sees of its row."""

    @property
    def id(self) -> int:
        """The key of the row: the same for every attempt."""
        ...

    @property
    def args(self) -> dict[str, Any]:
        """The arguments of the request."""
        ...

    @property
    def requested_by_id(self) -> int | None:
        """Who asked, or None for the portal itself."""
        ...

    def progress(self, done: int, total: int, message: str) -> None:
        """Tell how far the work is and renew the lease. Raises ``LeaseLost`` when another worker took over."""
        ...


class LeaseLost(Exception):
    """Another worker holds the job now; whatever this one still does must not be written."""


JobFunction = Callable[[JobRun], "JobResult"]


@dataclasses.dataclass(frozen=True)
class JobResult:
    """How a job ended: one sentence for people, and where its result stands."""

    message: str
    url: str = ""
    data: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class JobKind:
    """What a name stands for. How far a ``shared`` kind is may be seen by all staff, not only by who asked for it."""

    name: str
    title: str
    function: JobFunction
    shared: bool = False


_KINDS: dict[str, JobKind] = {}


def job_kind(name: str, *, title: str, shared: bool = False) -> Callable[[JobFunction], JobFunction]:
    """Register the decorated function as the work of jobs of this kind. It may run twice: make it idempotent."""

    def register(function: JobFunction) -> JobFunction:
        known = _KINDS.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"job kind {name!r} is registered twice")
        _KINDS[name] = JobKind(name, title, function, shared)
        return function

    return register


def kind_of(name: str) -> JobKind:
    """The registered kind; raises KeyError for a name nobody registered."""
    return _KINDS[name]


def shared_kinds() -> list[str]:
    """The names of the kinds all staff may watch."""
    return [kind.name for kind in _KINDS.values() if kind.shared]


def kind_title(name: str) -> str:
    """The Chinese name of a kind, or the bare name when its code is gone."""
    return _KINDS[name].title if name in _KINDS else name
