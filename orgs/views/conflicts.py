"""A stale form: who saved meanwhile, and field by field what is stored now beside what was typed."""

import dataclasses
import datetime as dt
import json
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from core.models import AuditEvent
from orgs.forms.base import EntryForm, as_texts
from orgs.models.record import RegistryRecord


@dataclasses.dataclass(frozen=True)
class Difference:
    """One field that is stored otherwise than typed. ``now`` fills the field, ``now_words`` and ``typed_words`` are read."""

    field_id: str
    name: str
    label: str
    now: list[str]
    now_words: str
    typed_words: str

    @property
    def now_json(self) -> str:
        """The stored texts for the script that puts them into the field."""
        return json.dumps(self.now)


@dataclasses.dataclass(frozen=True)
class Conflict:
    """What happened to a record between opening its form and sending it."""

    who: str
    unit: str
    action: str
    at: dt.datetime
    state: str
    can_still_edit: bool
    differences: list[Difference]


def conflict_of(record: RegistryRecord, form: EntryForm, *, seen_by: Any) -> Conflict:
    """The conflict of a freshly read record with a bound form."""
    last = AuditEvent.objects.of(record).first()
    stored = type(form)(**_arguments(form, seen_by), initial=type(form).initial_of(record))  # type: ignore[attr-defined]
    now, typed = stored.draft_values(), _typed(form)
    differences = []
    for bound in form:
        was, is_now = typed.get(bound.html_name, []), now.get(bound.html_name, [])
        if bound.is_hidden or was == is_now or not _was_asked(form, bound):
            continue
        differences.append(
            Difference(
                field_id=bound.id_for_label or f"div_{bound.auto_id}",
                name=bound.html_name,
                label=str(bound.label),
                now=is_now,
                now_words=_words(bound.field, is_now),
                typed_words=_words(bound.field, was),
            )
        )
    return Conflict(
        who=last.actor_label if last else "他人",
        unit=last.actor_unit if last else "",
        action=last.action_label if last else "修改",
        at=last.at if last else record.updated_at,
        state=record.get_state_display(),
        can_still_edit=record.is_editable,
        differences=differences,
    )


def _typed(form: EntryForm) -> dict[str, list[str]]:
    """What was typed in its stored form where it could be read, so that 天河区 and the full name are the same."""
    typed = form.draft_values()
    for name, value in getattr(form, "cleaned_data", {}).items():
        if not form.has_error(name):
            typed[form.add_prefix(name)] = as_texts(
                form.fields[name], value.pk if name == "office" and value else value
            )
    return typed


def _was_asked(form: EntryForm, bound: BoundField) -> bool:
    """Whether the page had the field: unticked boxes send nothing, but a holder without choice was not asked for."""
    ticks = isinstance(bound.field, (forms.BooleanField, forms.MultipleChoiceField))
    return ticks or bound.html_name in form.data


def _arguments(form: EntryForm, user: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"prefix": form.prefix}
    if hasattr(form, "holders"):
        given["user"] = user
    return given


def _words(field: forms.Field, texts: list[str]) -> str:
    """Sent values as people read them: choices by their label, a tick as 是."""
    if isinstance(field, forms.BooleanField):
        return "是" if texts else "否"
    choices = {str(value): str(label) for value, label in getattr(field, "choices", [])}
    return "、".join(choices.get(text, text) for text in texts) or "未填"
