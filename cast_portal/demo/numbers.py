"""Codes with right check digits from ranges nobody was given: XN…, registration sequence 99…, mobile 1400….

Each is made from a running number, so that none comes twice.
"""

from stdnum.cn import uscc

from orgs.validators.organization_code import check_character
from orgs.validators.registration_number import check_digit


def organization_code(number: int) -> str:
    """The ``number``-th invented organisation code: XN000001 with its check character (XN as in 虚拟)."""
    body = f"XN{number:06d}"
    return body + check_character(body)


def credit_code(number: int, division_code: str) -> str:
    """A credit code around the ``number``-th organisation code."""
    body = f"91{division_code}{organization_code(number)}"
    return body + uscc.calc_check_digit(body)


def registration_number(number: int, division_code: str) -> str:
    """The ``number``-th invented registration number: the authority's division, then 99 and six digits."""
    body = f"{division_code}99{number:06d}"
    return body + check_digit(body)


def mobile(number: int) -> str:
    """The ``number``-th invented mobile: numbers beginning with 1400 are given to no person."""
    return f"1400{number:07d}"
