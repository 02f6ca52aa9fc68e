"""What a park says of itself."""

import pytest

from orgs.models import Park


@pytest.mark.parametrize(
    ("kind", "grade", "words"),
    [
        ("hitech", "national", "国家级高新区"),
        ("economic", "provincial", "省级经开区"),
        ("hitech", "other", "高新区，其他级别"),
        ("other", "provincial", "其他园区，省级"),
        ("other", "other", "其他园区，其他级别"),
    ],
)
def test_kind_and_grade_in_words(kind, grade, words):
    assert Park(kind=kind, grade=grade).class_words == words
