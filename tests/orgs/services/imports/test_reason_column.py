"""未建原因 in files: a label, a label with words, or words alone; one column for the code and the words."""

import pytest

from orgs.models import Enterprise
from orgs.services.merging import Choices, merge_enterprises
from orgs.services.records import RecordRef
from tests import factories
from tests.support.bulk import code
from tests.support.sheets import begin_import, finish_import, write_workbook

HEAD = ["企业名称", "组织机构代码", "所在区划", "企业类型", "未建科协原因"]


def file(tmp_path, *reasons):
    rows = [
        [f"广州示范{name}机械有限公司", code(number), "440106", "民营", reason]
        for number, (name, reason) in enumerate(zip("甲乙丙丁戊", reasons, strict=False), start=1)
    ]
    return write_workbook(tmp_path / "list.xlsx", [HEAD, *rows])


def test_new_rows_get_code_and_words(cast, tree, tmp_path):
    path = file(tmp_path, "科技人员少", "科技人员少：十余人", "集团没有同意", "董事长在国外", None)
    finish_import(cast.owner, begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe))
    found = [
        (row.reason_code, row.no_organization_reason)
        for row in Enterprise.objects.order_by("organization_code")
    ]
    assert found == [
        ("few_technicians", ""),
        ("few_technicians", "十余人"),
        ("upper_undecided", "集团没有同意"),
        ("other", "董事长在国外"),
        ("", ""),
    ]


def test_other_without_words_is_refused_at_its_column(cast, tree, tmp_path):
    batch = begin_import(cast.owner, file(tmp_path, "其他"), kind="enterprise", office=tree.tianhe)
    (row,) = batch.rows.all()
    assert (row.outcome, row.problems) == (
        "refused",
        [[4, "未建原因", "选“其他”时请写明没有建立科协的原因。"]],
    )


def test_a_change_is_shown_as_one_text(cast, tree, tmp_path):
    draft = factories.make_enterprise(
        tree.tianhe,
        state="draft",
        actor=cast.owner,
        name="广州示范甲机械有限公司",
        organization_code=code(1),
        reason_code="no_funds",
        no_organization_reason="缺活动经费",
    )
    path = file(tmp_path, "正在筹备：章程在起草")
    batch = begin_import(cast.owner, path, kind="enterprise", office=tree.tianhe)
    (row,) = batch.rows.all()
    assert row.changes == [["未建原因", "缺少经费：缺活动经费", "正在筹备：章程在起草"]]
    finish_import(cast.owner, batch)
    draft.refresh_from_db()
    assert (draft.reason_code, draft.no_organization_reason) == ("preparing", "章程在起草")


@pytest.mark.parametrize("chosen", ["kept", "absorbed"])
def test_a_merger_takes_code_and_words_together(cast, tree, chosen):
    name = "广州示范甲辰机械有限公司"
    kept = factories.make_enterprise(tree.tianhe, name=name, reason_code="no_funds")
    absorbed = factories.make_enterprise(
        tree.tianhe, name=name, reason_code="other", no_organization_reason="董事长在国外"
    )
    pair = {"kept": kept, "absorbed": absorbed}
    merge_enterprises(
        actor=cast.reviewer,
        kept=RecordRef("enterprise", kept.pk, kept.version),
        absorbed=RecordRef("enterprise", absorbed.pk, absorbed.version),
        choices=Choices(values={"no_organization_reason": pair[chosen].pk}),
    )
    kept.refresh_from_db()
    expected = {"kept": "缺少经费", "absorbed": "其他：董事长在国外"}
    assert kept.reason_words == expected[chosen]
