"""The workbook an office fills in: headers with notes, lists to choose from, an example row, its addresses."""

import io

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from orgs.resources import RESOURCES, SheetField, SheetResource
from orgs.resources.base import EXAMPLE_MARK
from orgs.selectors.finders import divisions_to_enter

PREPARED_ROWS = 2_000
DIVISIONS, NOTES = "区划代码", "填写说明"
_HEAD = PatternFill("solid", fgColor="DCE6F2")
_HEAD_NEEDED = PatternFill("solid", fgColor="C3D5EA")
_EXAMPLE = Font(color="7A7A7A", italic=True)
_LINE = Border(*(Side(style="thin", color="BFC8D4") for _ in range(4)))
# Lists of several words at once (企业类型) suggest, the others allow nothing else.
_SUGGEST_ONLY = ("types", "no_organization_reason")


def template_workbook(user: User, kind: str) -> bytes:
    """The .xlsx of a kind for this clerk: the sheet to fill in, the divisions of the own territory, the notes."""
    resource = RESOURCES[kind]
    fields = [field for field in resource.columns() if field.template]
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)  # a new workbook has one
    sheet.title = resource.title
    _head(sheet, fields)
    _example(sheet, fields)
    divisions = list(divisions_to_enter(user).order_by("code").values_list("code", "full_name"))
    _lists(sheet, fields, len(divisions))
    _divisions(workbook.create_sheet(DIVISIONS), divisions)
    _notes(workbook.create_sheet(NOTES), resource, fields)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _head(sheet: Worksheet, fields: list[SheetField]) -> None:
    for place, field in enumerate(fields, start=1):
        cell = sheet.cell(1, place, field.header)
        cell.font = Font(bold=True)
        cell.fill = _HEAD_NEEDED if field.required else _HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cell.border = _LINE
        if field.note:
            comment = Comment(field.note, "企业科协组织建设工作平台")
            comment.width, comment.height = 260, 90
            cell.comment = comment
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(field.width, len(field.header) * 2 + 2)
        if field.kind in ("code", "text"):
            sheet.column_dimensions[letter].number_format = "@"
        if field.kind == "date":
            sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "B2"


def _example(sheet: Worksheet, fields: list[SheetField]) -> None:
    for place, field in enumerate(fields, start=1):
        text = f"{EXAMPLE_MARK}{field.example}" if place == 1 else field.example
        cell = sheet.cell(2, place, text)
        cell.font, cell.border = _EXAMPLE, _LINE
        cell.number_format = "@"


def _lists(sheet: Worksheet, fields: list[SheetField], divisions: int) -> None:
    for place, field in enumerate(fields, start=1):
        letter = get_column_letter(place)
        area = f"{letter}2:{letter}{PREPARED_ROWS}"
        if field.attribute == "division" and divisions:
            _choose(sheet, area, f"'{DIVISIONS}'!$A$2:$A${divisions + 1}", strict=False, note=field.note)
        elif field.shown:
            words = '"' + ",".join(field.shown) + '"'
            _choose(sheet, area, words, strict=field.attribute not in _SUGGEST_ONLY, note=field.note)
        if field.kind in ("code", "text"):
            for row in range(3, 203):
                sheet.cell(row, place).number_format = "@"


def _choose(sheet: Worksheet, area: str, formula: str, *, strict: bool, note: str) -> None:
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=strict)
    rule.errorTitle, rule.error = "请从列表里选", note[:250]
    rule.promptTitle, rule.prompt, rule.showInputMessage = "填写说明", note[:250], True
    sheet.add_data_validation(rule)
    rule.add(area)


def _divisions(sheet: Worksheet, divisions: list[tuple[str, str]]) -> None:
    for place, (text, width) in enumerate((("区划代码", 12), ("全称", 44)), start=1):
        cell = sheet.cell(1, place, text)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _LINE
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row, (code, name) in enumerate(divisions, start=2):
        sheet.cell(row, 1, code).number_format = "@"
        sheet.cell(row, 2, name)
    sheet.freeze_panes = "A2"


def _notes(sheet: Worksheet, resource: type[SheetResource], fields: list[SheetField]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
    lines = [
        (f"{resource.title}导入表", ""),
        ("怎么填", "从第 3 行开始，一行一条；带 * 的列必填。第 2 行是示例，导入时自动略过，可以留着。"),
        (
            "不用改成这个样子",
            "已有的 Excel 不必照抄到这里：列名、次序不同，多几列都可以直接上传，认不出的列会请您指定。",
        ),
        ("空着的格", "表示“不知道或不变”，不会把已登记的内容清空。"),
        ("日期", "写到日：2014-06-04、2014.6.4、2014年6月4日都可以。"),
        ("", ""),
        *((field.header, field.note) for field in fields),
    ]
    for row, (name, text) in enumerate(lines, start=1):
        sheet.cell(row, 1, name).font = Font(bold=True, size=14 if row == 1 else 11)
        sheet.cell(row, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
