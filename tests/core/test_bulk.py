"""Raw bulk writing gives the same rows as the ORM on both databases."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.bulk import insert_rows
from core.models import AuditEvent

AT = dt.datetime(2014, 10, 15, 9, 0, tzinfo=dt.UTC)
COLUMNS = (
    "at",
    "actor_id",
    "actor_label",
    "actor_unit",
    "action",
    "target_type",
    "target_id",
    "target_label",
    "before",
    "after",
    "reason",
)


@pytest.mark.django_db
def test_values_come_back_as_they_went_in():
    awkward = "制表\t换行\n反斜杠\\N 引号\"'"
    rows = [
        (AT, None, awkward, "", "x.load", "x.y", n, "", {}, {"名称": awkward, "空": None}, "")
        for n in range(3)
    ]
    assert insert_rows(AuditEvent, COLUMNS, rows, chunk=2) == 3
    event = AuditEvent.objects.order_by("target_id")[2]
    assert (event.at, event.actor, event.actor_label, event.target_id) == (AT, None, awkward, 2)
    assert event.after == {"名称": awkward, "空": None}


@pytest.mark.django_db
def test_nothing_to_write_writes_nothing():
    assert insert_rows(AuditEvent, COLUMNS, []) == 0


@pytest.mark.django_db
def test_the_databases_refusal_is_djangos_error():
    row = ("same", "示例甲", "", True, False, "", AT)
    columns = (
        "username",
        "name",
        "password",
        "is_active",
        "must_change_password",
        "special_role",
        "created_at",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(User, columns, [row, row])
    assert not User.objects.exists()
