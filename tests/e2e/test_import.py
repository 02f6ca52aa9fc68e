"""A clerk's Excel in a real browser: uploaded, looked at, written, taken back; and a list out again."""

import openpyxl
import pytest
from playwright.sync_api import expect

from orgs.models import Enterprise
from tests.support.bulk import code
from tests.support.sheets import write_workbook

NAME = "广州示范甲辰精密机械有限公司"


@pytest.fixture
def same_files(settings, tmp_path):
    """Web and worker share the folder of kept files."""
    settings.PORTAL_FILES_DIR = tmp_path / "files"


@pytest.fixture
def list_file(tmp_path):
    """A file as offices keep them, one row of three with an error."""
    return write_workbook(
        tmp_path / "名单.xlsx",
        [
            ["天河区企业名单"],
            ["单位名称", "组织机构代码", "所在区县", "企业性质", "职工总数"],
            [NAME, code(1), "天河区", "民营", "120人"],
            ["广州示范乙巳电子有限公司", code(2), "天河区", "民营", 30],
            ["广州示范丙午材料有限公司", code(3), "火星区", "民营", 30],
            ["合计", None, None, None, 180],
        ],
    )


def test_from_the_file_to_the_registry_and_back(desk, worker, same_files, cast, plan, list_file, tmp_path):
    page = desk.page
    desk.sign_in("owner")
    desk.go("/enterprises/")
    page.get_by_role("link", name="导入 Excel").first.click()
    page.get_by_label("文件", exact=True).set_input_files(list_file)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("确认写入 2 行")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("没有找到区划“火星区”")).to_be_visible()
    assert desk.axe() == []
    assert Enterprise.objects.count() == 0

    with page.expect_download() as download:
        page.get_by_role("button", name="下载问题行").click()
    download.value.save_as(tmp_path / "back.xlsx")
    back = openpyxl.load_workbook(tmp_path / "back.xlsx").active
    assert [cell.value for cell in back[3]][1:] == ["广州示范丙午材料有限公司", code(3), "火星区", "民营", 30]

    page.get_by_role("button", name="确认写入 2 行").click()
    expect(page.get_by_text("2 条，已提交上级确认")).to_be_visible(timeout=30_000)
    assert desk.axe() == []
    page.get_by_role("link", name="查看导入的记录").click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()

    page.get_by_role("button", name="导出").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel（.xlsx）").click()
    download.value.save_as(tmp_path / "out.xlsx")
    out = openpyxl.load_workbook(tmp_path / "out.xlsx")["企业"]
    assert {row[0].value for row in out.iter_rows(min_row=2)} == {NAME, "广州示范乙巳电子有限公司"}

    page.go_back()
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_role("button", name="撤销导入").click()
    expect(page.get_by_text("这次导入写入的记录已删除")).to_be_visible(timeout=30_000)
    assert Enterprise.objects.count() == 0
