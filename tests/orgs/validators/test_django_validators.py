"""The Django validators say what the plain checks say."""

import pytest
from django.core.exceptions import ValidationError

from orgs.validators import django as validators


@pytest.mark.parametrize(
    ("validate", "good", "bad", "code"),
    [
        (validators.validate_organization_code, "D2143569X", "D21435691", "organization_code"),
        (validators.validate_credit_code, "91440106MA0000015E", "91440106MA0000015F", "credit_code"),
        (
            validators.validate_registration_number,
            "110108000000016",
            "110108000000015",
            "registration_number",
        ),
        (validators.validate_mobile, "13800000000", "1380000000", "mobile"),
        (validators.validate_phone, "020-82345678", "82345678", "phone"),
        (validators.validate_person_name, "示例甲", "甲1", "person_name"),
        (validators.validate_document_number, "示科协发〔2014〕31号", "示" * 61, "document_number"),
    ],
)
def test_good_values_pass_and_bad_ones_carry_the_message(validate, good: str, bad: str, code: str) -> None:
    assert validate(good) is None
    with pytest.raises(ValidationError) as refusal:
        validate(bad)
    assert refusal.value.code == code
    assert refusal.value.message == refusal.value.__cause__.message
