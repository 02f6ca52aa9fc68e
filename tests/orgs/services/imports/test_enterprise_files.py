"""A list of enterprises on its way into the registry."""

import datetime as dt

import pytest

from core.models import AuditEvent
from orgs.models import Enterprise, ImportEffect
from tests.factories import make_enterprise
from tests.support.bulk import code
from tests.support.sheets import begin_import, finish_import, write_workbook

HEAD = [
    "序号",
    "企业全称",
    "组织机构代码",
    "成立时间",
    "所在区划",
    "企业类型",
    "规模",
    "规上企业",
    "职工人数",
]


def sheet(*rows):
    return [
        ["天河区企业名单"],
        ["填报单位：天河区科协"],
        HEAD,
        *rows,
        ["合计", None, None, None, None, None, None, None, 120],
    ]


def line(number, name, **values):
    cells = {
        "code": code(number),
        "founded": "2001.3.1",
        "place": 440106,
        "types": "民营、科技型中小",
        "size": "小型",
        "scale": "√",
        "people": "１２０人",
    } | values
    return [number, name, *cells.values()]


def outcomes(batch):
    return {row.number: row.outcome for row in batch.rows.all()}


@pytest.fixture
def first(cast, tree, tmp_path):
    """A file of a title, a reporting unit, four rows and a total, read but not confirmed."""
    path = write_workbook(
        tmp_path / "名单.xlsx",
        sheet(
            line(1, "广州示范甲辰精密机械有限公司"),
            line(2, "广州示范乙巳 电子（集团）有限公司", place="天河区"),
            line(3, "广州示范丙午材料有限公司", place="西湖区"),
            line(4, "广州示范丁未仪器有限公司", people="很多", types="外星"),
            line(1, "广州示范甲辰精密机械有限责任公司"),
        ),
    )
    return begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)


def test_titles_totals_and_other_headers_are_understood(first):
    assert first.state == "ready"
    assert (first.header_row, first.columns) == (
        3,
        {
            "1": "name",
            "2": "organization_code",
            "3": "established_on",
            "4": "division",
            "5": "types",
            "6": "size",
            "7": "is_above_scale",
            "8": "employees",
        },
    )
    assert first.skipped == {"total": 1}


def test_each_row_says_what_it_would_do_and_why(first):
    assert outcomes(first) == {4: "new", 5: "new", 6: "refused", 7: "refused", 8: "repeated"}
    problems = {row.number: row.problems for row in first.rows.all()}
    assert problems[6] == [
        [
            4,
            "所在区划",
            "“浙江省 杭州市 西湖区”不在您单位的范围内，不能在这里登记。请改选本地区划，或请当地科协登记。",
        ]
    ]
    assert problems[7] == [
        [
            5,
            "企业类型",
            "企业类型没有“外星”这一项。请从这些里填：国有大中型、民营、科技型中小、行业企业、其他。",
        ],
        [8, "职工人数", "职工人数只填数字，例如 320。"],
    ]
    assert problems[8] == [[2, "组织机构代码", "与第 4 行是同一家（组织机构代码相同），只导入前一行。"]]


def test_nothing_is_written_before_the_confirmation(first):
    assert Enterprise.objects.count() == 0
    assert AuditEvent.objects.filter(target_type="orgs.enterprise").count() == 0


def test_confirmed_rows_become_records_with_their_trail(first, cast, tree):
    done = finish_import(cast.owner, first)
    assert done.state == "done"
    enterprise = Enterprise.objects.get(organization_code=code(2))
    assert (enterprise.name, enterprise.state, enterprise.office, enterprise.employees) == (
        "广州示范乙巳电子（集团）有限公司",
        "submitted",
        tree.tianhe,
        120,
    )
    assert (
        enterprise.established_on,
        enterprise.is_private,
        enterprise.is_tech_sme,
        enterprise.is_above_scale,
    ) == (
        dt.date(2001, 3, 1),
        True,
        True,
        True,
    )
    acts = AuditEvent.objects.filter(target_type="orgs.enterprise", target_id=enterprise.pk).order_by("pk")
    assert list(acts.values_list("action", "actor")) == [
        ("enterprise.create", cast.owner.pk),
        ("enterprise.submit", cast.owner.pk),
    ]
    assert list(enterprise.contributors.all()) == [cast.owner]
    assert list(ImportEffect.objects.values_list("number", "action")) == [(4, "created"), (5, "created")]


def test_the_same_file_again_changes_nothing(first, cast, tree, tmp_path):
    finish_import(cast.owner, first)
    before = list(Enterprise.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    again = begin_import(cast.owner, tmp_path / "名单.xlsx", kind="enterprise", office=tree.tianhe)
    assert outcomes(again) == {4: "unchanged", 5: "unchanged", 6: "refused", 7: "refused", 8: "repeated"}
    assert list(Enterprise.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events


def test_a_changed_draft_is_shown_old_and_new_and_updated(cast, tree, tmp_path):
    draft = make_enterprise(
        tree.tianhe,
        state="draft",
        actor=cast.owner,
        name="广州示范戊申重工有限公司",
        organization_code=code(9),
        employees=80,
    )
    path = write_workbook(tmp_path / "改.xlsx", sheet(line(9, "广州示范戊申重工有限公司")))
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe, submits=False)
    row = batch.rows.get()
    assert row.outcome == "changed"
    assert row.changes == [
        ["企业类型", "民营", "民营、科技型中小"],
        ["规模", "", "小型"],
        ["规模以上工业企业", "否", "是"],
        ["职工人数", "80", "120"],
    ]
    finish_import(cast.owner, batch)
    draft.refresh_from_db()
    assert (draft.employees, draft.size, draft.is_tech_sme, draft.version) == (120, "small", True, 2)


def test_a_confirmed_record_is_not_changed_by_a_file(cast, tree, tmp_path):
    make_enterprise(tree.tianhe, name="广州示范戊申重工有限公司", organization_code=code(9), employees=80)
    path = write_workbook(tmp_path / "改.xlsx", sheet(line(9, "广州示范戊申重工有限公司")))
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
    row = batch.rows.get()
    assert row.outcome == "refused"
    assert row.problems == [
        [
            None,
            "",
            "“广州示范戊申重工有限公司”是“已确认”，不能直接修改。已确认的记录如有登记错误，请上级科协审核人员作废后重新登记。",
        ]
    ]


def test_look_alikes_wait_for_a_decision(cast, tree, tmp_path):
    make_enterprise(tree.tianhe, name="广州示范己酉精密机械有限公司")
    path = write_workbook(tmp_path / "近.xlsx", sheet(line(7, "广州示范己酉精密机器有限公司")))
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
    row = batch.rows.get()
    assert (row.outcome, row.problems) == (
        "alike",
        [
            [
                1,
                "企业名称",
                "与已登记的“广州示范己酉精密机械有限公司”（天河区科协持有）名称相近，可能是同一家。",
            ]
        ],
    )
