"""What the portal's entry forms share."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

TOO_LONG = "最多 %(limit_value)d 个字，现为 %(show_value)d 个字。请精简。"


class EntryForm(forms.Form):
    """A form without the browser's own bubbles, whose layout is drawn by crispy-forms inside the page's ``<form>``."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.error_messages = {"max_length": TOO_LONG, **field.error_messages}

    def lay_out(self, *parts: Any) -> None:
        """Set the order of the fields on the page."""
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*parts)

    def draft_values(self) -> dict[str, list[str]]:
        """The fields as the page shows them now, as a browser would send them: name → list of texts."""
        sent: dict[str, list[str]] = {}
        for bound in self:
            texts = as_texts(bound.field, bound.value())
            if texts:
                sent[bound.html_name] = texts
        return sent


def as_texts(field: forms.Field, value: Any) -> list[str]:
    """A value as a browser would send it; an empty list for nothing."""
    value = field.prepare_value(value)
    if value in (None, "", False):
        return []
    items = value if isinstance(value, (list, tuple)) else [value]
    return ["on" if item is True else str(item) for item in items]


def initial_from_draft(form_class: type[forms.Form], prefix: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The kept texts of one form as its initial values. Unknown names are left out."""
    initial: dict[str, Any] = {}
    for name, field in form_class.base_fields.items():
        kept = payload.get(f"{prefix}-{name}" if prefix else name)
        if kept is None:
            continue
        texts = [str(item) for item in kept] if isinstance(kept, list) else [str(kept)]
        if isinstance(field, forms.MultipleChoiceField):
            initial[name] = texts
        elif isinstance(field, forms.BooleanField):
            initial[name] = bool(texts and texts[0] not in ("", "False", "0"))
        else:
            initial[name] = texts[0] if texts else ""
    return initial
