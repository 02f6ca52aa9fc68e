"""Putting the refusals of services beside the fields they name."""

from collections.abc import Mapping

from django import forms

from core.exceptions import DomainError, DomainErrors


def add_refusals(
    form: forms.BaseForm, refusal: DomainError, *, others: Mapping[str, forms.BaseForm] | None = None
) -> None:
    """Add each refusal beside its field. A field that already says what is wrong with it says nothing more.

    ``others`` are further forms of the page by the prefix of their field names (``{"host": form}`` takes
    ``host.name``). What names no known field stands on top of ``form``.
    """
    for error in refusal.errors if isinstance(refusal, DomainErrors) else [refusal]:
        target, name = form, error.field
        if name and "." in name:
            prefix, _, rest = name.partition(".")
            if others and prefix in others:
                target, name = others[prefix], rest
        if name not in target.fields:
            holder = next((other for other in (others or {}).values() if name in other.fields), None)
            if holder is None:
                target.add_error(None, error.message)
                continue
            target = holder
        if not target.has_error(name):
            target.add_error(name, error.message)
