"""Form fields that read what people type and answer in the portal's own words."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from orgs.choices import ENTERPRISE_TYPES
from orgs.models import Division
from orgs.selectors.finders import divisions_named
from orgs.validators.dates import parse_date
from orgs.validators.errors import CodeError, DateError
from orgs.validators.numbers import LARGEST, parse_whole_number

UNSAID = [("", "未填")]
TYPE_NAMES = frozenset(name for name, _ in ENTERPRISE_TYPES)


def needed(field: forms.Field) -> forms.Field:
    """Mark a field as one without which the record is refused. The rule and its words are the validators'."""
    field.required = False
    field.needed = True  # type: ignore[attr-defined]  # read by the ui tags
    field.widget.attrs["aria-required"] = "true"
    return field


class TypedField(forms.Field):
    """A text field that cleans to something else than text, so Django's validators of texts are not asked."""

    widget: Any = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """What the text means; None for an empty one."""
        if not isinstance(value, str):
            return value
        text = value.strip()
        return self.read(text) if text else None

    def read(self, text: str) -> Any:
        """What a text that is not empty means, or ValidationError."""
        raise NotImplementedError


class PortalDateField(TypedField):
    """A day in any form ``parse_date`` reads, printed as 2014-06-04. Cleans to a date or None."""

    widget = forms.TextInput(attrs={"class": "date-input", "maxlength": "20"})

    def read(self, text: str) -> dt.date:
        """The day, or the validator's own refusal."""
        try:
            return parse_date(text)
        except DateError as refusal:
            raise ValidationError(refusal.message, code="date") from refusal

    def prepare_value(self, value: Any) -> Any:
        """A date as people write it; what was typed stays as typed."""
        return value.isoformat() if isinstance(value, dt.date) else value


class WholeNumberField(TypedField):
    """A count of people or a year: full-width digits, thousands commas and a trailing unit are read. Cleans to int or None."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "class": "w-num", "maxlength": "20", "autocomplete": "off"}
    )

    def __init__(
        self, *, largest: int = LARGEST, unit: str = "人", example: str = "46", **kwargs: Any
    ) -> None:
        self.largest, self.unit, self.example = largest, unit, example
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        """The number, or a refusal that says what to type."""
        try:
            return parse_whole_number(
                text, label=str(self.label), largest=self.largest, unit=self.unit, example=self.example
            )
        except CodeError as refusal:
            raise ValidationError(refusal.message, code="number") from refusal


class CodeField(forms.CharField):
    """A code: wide enough for spaces and dashes, so that the validators can say what is wrong with it."""

    def __init__(self, *, digits: int, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 40)
        kwargs["widget"] = forms.TextInput(
            attrs={
                "class": "p-code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "size": digits + 6,
            }
        )
        super().__init__(**kwargs)


class DivisionField(TypedField):
    """An address by its code, its full name, or its last parts. ``user`` decides which of several namesakes is meant."""

    user: Any = None

    def read(self, text: str) -> Division:
        """The division, or a refusal that says how to write it."""
        named = divisions_named(self.user, text[:120])
        if not named:
            raise ValidationError(
                f"没有找到区划“{text[:40]}”。请从列出的区划里选，或填 6 位区划代码。", code="division"
            )
        if len(named) > 1:
            names = "、".join(division.full_name for division in named[:3])
            raise ValidationError(
                f"叫“{text}”的区划有 {len(named)} 个：{names}。请从列出的区划里选。", code="division"
            )
        return named[0]

    def prepare_value(self, value: Any) -> Any:
        """The full name of a division; what was typed stays as typed."""
        return value.full_name if isinstance(value, Division) else value


class TypesField(forms.MultipleChoiceField):
    """The overlapping types of an enterprise, one boolean column each."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=ENTERPRISE_TYPES, required=False, **kwargs)


def split_types(chosen: list[str] | None) -> dict[str, bool]:
    """Ticked types as the model's columns."""
    return {name: name in (chosen or ()) for name in TYPE_NAMES}
