"""Parts of form layouts that crispy-forms does not bring."""

from typing import Any

from crispy_forms.layout import LayoutObject
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

SECTION_NUMBERS = "一二三四五六七八九"


class More(LayoutObject):
    """Fields that need not be filled, folded away until asked for or wrong."""

    template = "orgs/_form_more.html"

    def __init__(self, title: str, *fields: Any, unfolded: bool = False) -> None:
        self.title, self.fields, self.unfolded = title, list(fields), unfolded

    def names(self) -> list[str]:
        """The names of the fields inside."""
        return [pointer.name for pointer in self.get_field_names()]

    def render(self, form: Any, context: Any, template_pack: Any = "ui", **kwargs: Any) -> SafeString:
        """The folded part; open when asked, when something stands in it, or when something in it is wrong."""
        inside = [form[name] for name in self.names()]
        return render_to_string(
            self.template,
            {
                "title": self.title,
                "open": self.unfolded or any(field.errors or field.value() for field in inside),
                "fields": self.get_rendered_fields(form, context, template_pack, **kwargs),
            },
        )


class Part(LayoutObject):
    """A template of this app that gets one bound field, for fields with behaviour of their own."""

    def __init__(self, name: str, template: str, **values: Any) -> None:
        self.fields = [name]
        self.template, self.values = template, values

    def render(self, form: Any, context: Any, **_: Any) -> SafeString:  # noqa: ARG002 - crispy's signature
        """The template with ``field``, ``form`` and the values given."""
        name = self.fields[0]
        if hasattr(form, "rendered_fields"):
            form.rendered_fields.add(name)
        others = [form[other] for other in self.values.get("also", ())]
        return render_to_string(self.template, {"field": form[name], "form": form, "others": others})


class Panel(LayoutObject):
    """A template of this app between fields, with the page's own context."""

    def __init__(self, template: str) -> None:
        self.fields: list[Any] = []
        self.template = template

    def render(self, form: Any, context: Any, **_: Any) -> SafeString:
        """The template with the page's context and ``form``."""
        return render_to_string(self.template, {**context.flatten(), "form": form})
