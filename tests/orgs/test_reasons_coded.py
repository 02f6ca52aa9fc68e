"""The migration that codes the reasons entered as text."""

import importlib

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import factories

BEFORE, CODED = ("orgs", "0010_reason_code"), ("orgs", "0011_reasons_coded")
coded = importlib.import_module("orgs.migrations.0011_reasons_coded").coded


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"name": "甲", "no_organization_reason": "没有经费"},
         {"name": "甲", "reason_code": "no_funds", "no_organization_reason": "没有经费"}),
        ({"no_organization_reason": "科技人员少"}, {"reason_code": "few_technicians", "no_organization_reason": ""}),
        ({"no_organization_reason": ""}, {"reason_code": "", "no_organization_reason": ""}),
        ({"no_organization_reason": None}, {"reason_code": "", "no_organization_reason": ""}),
        ({"name": "甲"}, None),
        ({"reason_code": "other", "no_organization_reason": "没有经费"}, None),
    ],
)  # fmt: skip
def test_kept_values_get_their_code(stored, expected):
    assert coded(stored) == expected


@pytest.mark.django_db(transaction=True)
def test_texts_are_coded_and_kept():
    executor = MigrationExecutor(connection)
    latest = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "orgs"]
    executor.migrate([BEFORE])
    try:
        apps = executor.loader.project_state([BEFORE]).apps
        model = apps.get_model("orgs", "Enterprise")
        tree = factories.make_tree()
        office = apps.get_model("orgs", "Office").objects.get(pk=tree["tianhe"].pk)
        for name, text in (("甲", "负责人不了解"), ("乙", "董事长在国外"), ("丙", ""), ("丁", "缺少经费")):
            model.objects.create(
                office=office, division=office.division, name=name, name_key=name, sort_key=name, is_private=True,
                no_organization_reason=text, created_at=factories.AT, updated_at=factories.AT,
            )  # fmt: skip
        executor = MigrationExecutor(connection)
        executor.migrate([CODED])
        found = executor.loader.project_state([CODED]).apps.get_model("orgs", "Enterprise").objects
        assert {row.name: (row.reason_code, row.no_organization_reason) for row in found.order_by("pk")} == {
            "甲": ("unaware", "负责人不了解"),
            "乙": ("other", "董事长在国外"),
            "丙": ("", ""),
            "丁": ("no_funds", ""),
        }
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
