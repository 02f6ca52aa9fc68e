"""Writing the trail. Called by services inside the transaction of the act itself."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models

from core import clock
from core.models import AuditEvent


def readable(value: Any) -> Any:
    """A field's value as the trail keeps it: JSON, dates as text, related rows by their name."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return str(value)


def snapshot_fields(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields of a row as the trail keeps them; a relation by its text form, an empty one as None."""
    return {name: readable(getattr(row, name)) for name in fields}


def build_event(
    *,
    actor: Any,
    action: str,
    target: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    unit: str = "",
    at: dt.datetime | None = None,
) -> AuditEvent:
    """An unsaved event. Of ``before`` and ``after`` only what differs is kept."""
    before, after = before or {}, after or {}
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    return AuditEvent(
        at=at or clock.machine_now(),
        actor=actor,
        actor_label=actor.name if actor else "系统",
        actor_unit=unit,
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_label=str(target)[:200],
        before={key: before[key] for key in before if key in changed},
        after={key: after[key] for key in after if key in changed},
        reason=reason[:500],
    )


def record_event(**values: Any) -> AuditEvent:
    """Write one event (arguments of ``build_event``)."""
    event = build_event(**values)
    event.save(force_insert=True)
    return event
