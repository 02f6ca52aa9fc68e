"""Reading the trail: finding events, and saying in words what one changed."""

import dataclasses
import datetime as dt
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from core.formats import NO_FIGURE
from core.models import AuditEvent
from core.models.audit_event import ACTION_LABELS

HIDDEN = "****"


@dataclasses.dataclass(frozen=True)
class TrailFilter:
    """What the trail is narrowed to; empty fields narrow nothing. Days are of the portal's time zone, both included."""

    person: str = ""
    action: str = ""
    target_type: str = ""
    text: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclasses.dataclass(frozen=True)
class Change:
    """One field of one event as people read it."""

    label: str
    before: str
    after: str


def trail_events(user: Any, wanted: TrailFilter) -> QuerySet[AuditEvent]:
    """The events this person may read that fit, newest first."""
    events = AuditEvent.objects.visible_to(user)
    if wanted.person:
        named = Q(actor_label__icontains=wanted.person) | Q(actor__username__iexact=wanted.person)
        events = events.filter(named)
    if wanted.action:
        exact = "." in wanted.action
        events = events.filter(
            **{"action" if exact else "action__endswith": wanted.action if exact else f".{wanted.action}"}
        )
    if wanted.target_type:
        events = events.filter(target_type=wanted.target_type)
    if wanted.text:
        events = events.filter(target_label__icontains=wanted.text)
    if wanted.since:
        events = events.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        events = events.filter(at__lt=_midnight(wanted.until + dt.timedelta(days=1)))
    return events.select_related("actor").order_by("-pk")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def action_choices() -> list[tuple[str, str]]:
    """Every act that has a Chinese verb."""
    return list(ACTION_LABELS.items())


def target_choices() -> list[tuple[str, str]]:
    """The kinds of things the trail speaks of, by their Chinese name. One query over the index."""
    types = AuditEvent.objects.order_by("target_type").values_list("target_type", flat=True).distinct()
    return [(name, target_label(name)) for name in types]


def target_label(target_type: str) -> str:
    """``orgs.park`` → 园区; the bare name when its code is gone."""
    model = _model(target_type)
    return str(model._meta.verbose_name) if model else target_type


def _model(target_type: str) -> type[Model] | None:
    try:
        return apps.get_model(target_type)
    except (LookupError, ValueError):
        return None


def changes_of(event: AuditEvent) -> list[Change]:
    """Each changed field with its Chinese label and both values in words, what is told about persons hidden."""
    model = _model(event.target_type)
    hidden = personal_labels(model)
    names = [*event.before, *(name for name in event.after if name not in event.before)]
    return [
        Change(
            _label(model, name),
            _value(model, name, event.before.get(name), is_hidden=name in hidden),
            _value(model, name, event.after.get(name), is_hidden=name in hidden),
        )
        for name in names
    ]


def personal_labels(model: type[Model] | None) -> frozenset[str]:
    """Under which names the trail keeps what a model calls its ``PERSONAL_FIELDS``."""
    names: tuple[str, ...] = getattr(model, "PERSONAL_FIELDS", ())
    return frozenset(names) | {_label(model, name) for name in names}


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _label(model: type[Model] | None, name: str) -> str:
    field = _field(model, name)
    return str(field.verbose_name) if field is not None and hasattr(field, "verbose_name") else name


def _value(model: type[Model] | None, name: str, value: Any, *, is_hidden: bool) -> str:
    if value is None or value == "":
        return NO_FIGURE
    if is_hidden:
        return HIDDEN
    if isinstance(value, bool):
        return "是" if value else "否"
    choices = dict(getattr(_field(model, name), "flatchoices", None) or ())
    return str(choices.get(value, value))
