"""The pages of files and of duplicates in every state they can be in: clean at both sizes, for clerk and reviewer."""

import pytest
from django.urls import reverse

from orgs.models import Enterprise
from tests import factories
from tests.e2e.conftest import DESKTOP, PHONE
from tests.support.bulk import code
from tests.support.merging import NAME, merge
from tests.support.sheets import begin_import, finish_import, write_workbook

HEAD = ["单位名称", "组织机构代码", "所在区县", "企业性质", "职工总数"]
LONG = "广州示范丁未高端装备智能制造与工业互联网综合技术服务（集团）股份有限公司天河第一分公司"


@pytest.fixture
def files(settings, tmp_path, plan, cast, tree):
    """Imports at every step: columns to assign, a preview with rows of every outcome, a report with rows given back."""
    settings.PORTAL_FILES_DIR = tmp_path / "kept"
    draft = factories.make_enterprise(tree.tianhe, state="draft", actor=cast.owner, organization_code=code(1))
    same = factories.make_enterprise(tree.tianhe, organization_code=code(2))
    rows = [
        [draft.name, code(1), "天河区", "民营", 500],
        [same.name, code(2), "天河区", "民营", same.employees],
        [NAME, code(3), "天河区", "民营", "120人"],
        [NAME, code(3), "天河区", "民营", 130],
        [LONG, code(4), "火星区", "民营", 30],
        [
            factories.make_enterprise(tree.tianhe, name="广州示范戊申精密仪器有限公司").name[:-4] + "厂",
            None,
            "天河区",
            "民营",
            9,
        ],
    ]
    book = write_workbook(tmp_path / f"{LONG}名单.xlsx", [["天河区企业名单"], HEAD, *rows])
    odd = write_workbook(
        tmp_path / "列名特别.xlsx", [["企业名称", "组织机构代码", "在哪", "什么性质"], rows[2][:4]]
    )
    at_step = {
        "columns": begin_import(cast.owner, odd, kind="enterprise", office=tree.tianhe),
        "ready": begin_import(cast.owner, book, kind="enterprise", office=tree.tianhe),
        "done": begin_import(cast.owner, book, kind="enterprise", office=tree.tianhe),
    }
    finish_import(cast.owner, at_step["done"])
    assert {step: batch.state for step, batch in at_step.items()} == {step: step for step in at_step}
    return at_step


@pytest.mark.parametrize("desk", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_pages_of_imports_are_clean(desk, files):
    desk.sign_in("owner")
    faults = desk.faults("/") + desk.faults("/imports/")
    for batch in files.values():
        faults += desk.faults(reverse("import_detail", args=[batch.pk]))
    for outcome in ("changed", "unchanged", "repeated", "alike", "refused"):
        faults += desk.faults(reverse("import_detail", args=[files["ready"].pk]) + f"?show={outcome}")
    assert faults == []


@pytest.mark.parametrize("desk", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
@pytest.mark.parametrize("who", ["owner", "reviewer"])
def test_pages_of_duplicates_are_clean(desk, plan, cast, tree, who):
    pair = [factories.make_enterprise(tree.tianhe, name=LONG) for _ in range(2)]
    for row in pair:
        factories.make_organization(row)
    factories.make_contact(pair[1])
    kept, absorbed = (factories.make_enterprise(tree.tianhe, name=NAME) for _ in range(2))
    merge(cast.reviewer, kept, absorbed)
    addresses = [
        "/enterprises/duplicates/",
        reverse("enterprise_merge") + "?" + "&".join(f"pk={row.pk}" for row in pair),
        reverse("enterprise_mergers"),
        reverse("enterprise_distinct_pairs"),
        *(
            reverse("enterprise_detail", args=[row.pk])
            for row in Enterprise.objects.filter(pk__in=(kept.pk, absorbed.pk))
        ),
    ]
    desk.sign_in(who)
    assert [fault for address in addresses for fault in desk.faults(address)] == []
