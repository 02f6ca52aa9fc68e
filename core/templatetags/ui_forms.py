"""Components of forms: control, field, summary of what is missing. Part of the library ``ui``."""

from collections.abc import Sequence
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.icons import icon_svg

register = template.Library()


def _control_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select) and not isinstance(
        widget, forms.RadioSelect | forms.CheckboxSelectMultiple
    ):
        return "form-select"
    return "" if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else "form-control"


@register.simple_tag
def control(field: BoundField, label: str = "", css: str = "") -> SafeString:
    """The bare control of a form field, dressed: date fields with their picker. ``label`` names it where none is printed."""
    widget = field.field.widget
    own = widget.attrs.get("class", "")
    attrs: dict[str, str | bool] = {
        "class": " ".join(part for part in (_control_class(widget), own, css) if part)
    }
    if label:
        attrs["aria-label"] = label
    if "date-input" not in own.split():
        return field.as_widget(attrs=attrs)
    attrs.update({"inputmode": "numeric", "autocomplete": "off", "placeholder": "年-月-日"})
    return format_html(
        '<span class="p-date" data-date>{}{}</span>', field.as_widget(attrs=attrs), icon_svg("calendar")
    )


@register.inclusion_tag("ui/field.html")
def field(
    field: BoundField,
    label: str | None = None,
    hint: str | None = None,
    css: str = "",
    optional: bool | None = None,
) -> dict[str, Any]:
    """Label, error, help and control of one field. ``optional`` overrides whether 可不填 is said."""
    return {"field": field, "label": label, "hint": hint, "wrapper_class": css, "optional": optional}


@register.simple_tag
def choice_controls(field: BoundField) -> list[dict[str, Any]]:
    """The radio buttons or checkboxes of a group: id, control and words of each."""
    rows = []
    for option in field.subwidgets:
        option.data["attrs"]["class"] = "form-check-input"
        rows.append({"id": option.id_for_label, "tag": option.tag(), "words": option.choice_label})
    return rows


@register.simple_tag
def field_kind(field: BoundField) -> str:
    """``check``, ``group`` (radio buttons, several checkboxes) or ``plain``: which shape ``ui/field.html`` takes."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


@register.simple_tag
def says_optional(field: BoundField, override: bool | None = None) -> bool:
    """Whether to print 可不填: not for required fields, nor for those a form marks ``needed`` (to submit, not to save)."""
    if isinstance(override, bool):
        return override
    return not (field.field.required or getattr(field.field, "needed", False))


@register.inclusion_tag("ui/errors_summary.html")
def errors_summary(
    *forms_: forms.BaseForm, title: str = "提交前还有", items: Sequence[Any] = ()
) -> dict[str, Any]:
    """What is missing, with links to the fields, over one or several forms; ``items`` adds ``(words, anchor)`` pairs."""
    rows: list[tuple[Any, str]] = []
    for form in forms_:
        for name, errors in form.errors.items():
            if name in form.fields:
                bound = form[name]
                anchor = bound.id_for_label or f"div_{bound.auto_id}"
                rows.append((f"{bound.label}：{errors[0]}", f"#{anchor}"))
            else:
                rows.extend((error, "") for error in errors)
    rows.extend((words, anchor) for words, anchor in items)
    return {"title": title, "rows": rows}
