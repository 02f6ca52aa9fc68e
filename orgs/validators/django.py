"""The plain checks as Django validators, for model and form fields.

A validator cannot change the value: forms and services call the parse functions themselves and store what they return.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError

from orgs.validators.credit_code import parse_credit_code
from orgs.validators.document_number import parse_document_number
from orgs.validators.errors import CodeError
from orgs.validators.organization_code import parse_organization_code
from orgs.validators.person_name import parse_person_name
from orgs.validators.phone import parse_mobile, parse_phone
from orgs.validators.registration_number import parse_registration_number


def validate_organization_code(value: str) -> None:
    """ValidationError unless the value is an organisation code."""
    _run(parse_organization_code, value, "organization_code")


def validate_credit_code(value: str) -> None:
    """ValidationError unless the value is a unified social credit code."""
    _run(parse_credit_code, value, "credit_code")


def validate_registration_number(value: str) -> None:
    """ValidationError unless the value is a registration number."""
    _run(parse_registration_number, value, "registration_number")


def validate_mobile(value: str) -> None:
    """ValidationError unless the value is a mobile number."""
    _run(parse_mobile, value, "mobile")


def validate_phone(value: str) -> None:
    """ValidationError unless the value is a mobile, landline or 400 number."""
    _run(parse_phone, value, "phone")


def validate_person_name(value: str) -> None:
    """ValidationError unless the value can be a person's name."""
    _run(parse_person_name, value, "person_name")


def validate_document_number(value: str) -> None:
    """ValidationError when the value is too long for a document number."""
    _run(parse_document_number, value, "document_number")


def _run(parse: Callable[[str], str], value: str, code: str) -> None:
    """Turn the plain refusal into Django's, with the same words."""
    try:
        parse(value)
    except CodeError as error:
        raise ValidationError(error.message, code=code) from error
