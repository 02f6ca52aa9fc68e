"""Addresses of electronic mail."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orgs.validators.errors import CodeError
from orgs.validators.text import without_spaces


def parse_email(text: str) -> str:
    """The address without spaces and full-width forms, or ``CodeError``."""
    address = without_spaces(text)
    try:
        validate_email(address)
    except ValidationError as refusal:
        raise CodeError("邮箱应像 name@example.com 这样。请核对，没有可不填。") from refusal
    return address
