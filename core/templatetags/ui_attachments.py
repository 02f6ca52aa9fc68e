"""Components of attachments: the list beside a record, the tray of a form. Part of the library ``ui``."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.db.models import Model

from core.attachments import attachment_owner, owner_of
from core.exceptions import DomainError
from core.models import Attachment

register = template.Library()
_ICONS = {"pdf": "file-text", "picture": "photo", "word": "file-text", "sheet": "file-spreadsheet"}


@register.filter
def attachment_icon(attachment: Attachment) -> str:
    """The name of the icon of its kind."""
    return _ICONS[attachment.kind]


@register.inclusion_tag("ui/attachments.html", takes_context=True)
def attachments(
    context: template.Context, target: Model, slot: str, readonly: bool = False, empty: str = "还没有附件"
) -> dict[str, Any]:
    """What hangs in one slot of a record: ``{% attachments record "approval" %}``, with what this person may do there.

    ``readonly`` leaves adding and removing away, also inside another form. The page loads ``js/attachments.js``.
    """
    request = context["request"]
    owner = owner_of(target)
    rows = list(Attachment.objects.of(target).in_slot(slot).select_related("uploaded_by"))
    wanted = owner.slot(slot)
    may_change = False
    if not readonly:
        try:
            owner.writable(request.user, target, slot)
            may_change = True
        except DomainError:
            pass
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "target": target,
        "target_type": owner.label,
        "slot": wanted,
        "rows": rows,
        "may_change": may_change,
        "room": max(0, wanted.most - len(rows)),
        "empty": empty,
        "readonly": readonly,
    }


@register.inclusion_tag("ui/attachment_tray.html", takes_context=True)
def attachment_tray(
    context: template.Context,
    field_name: str,
    model_label: str,
    slot: str,
    tokens: Sequence[str] = (),
    target: Model | None = None,
    removals: Sequence[str] = (),
    refusals: Sequence[str] = (),
    optional: bool = True,
) -> dict[str, Any]:
    """Where a form takes files: ``{% attachment_tray "approval" "orgs.castorganization" "approval" tokens %}``.

    Hidden inputs named ``field_name`` carry the tokens of what was uploaded. ``target`` is the stored record whose
    attachments are shown with a tick to remove each on saving (``removals``: those ticked), ``refusals`` what was said of
    files that were not taken. ``core.trays.AttachmentTray`` reads what comes back; the form sends ``multipart/form-data``
    and the page loads ``js/attachments.js``.
    """
    request = context["request"]
    wanted = attachment_owner(model_label).slot(slot)
    pending = Attachment.objects.pending_of(request.user).filter(token__in=tokens, slot=slot).order_by("pk")
    rows = list(pending)
    kept = (
        list(Attachment.objects.of(target).in_slot(slot).select_related("uploaded_by"))
        if target is not None
        else []
    )
    return {
        "field": field_name,
        "target_type": model_label,
        "target": target,
        "slot": wanted,
        "rows": rows,
        "kept": kept,
        "removals": set(removals),
        "refusals": refusals,
        "optional": optional,
        "lost": len(set(tokens)) - len(rows),
    }
