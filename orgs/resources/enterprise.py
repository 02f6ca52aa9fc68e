"""The columns of enterprises (DESIGN §8)."""

from typing import Any

from orgs.choices import ENTERPRISE_TYPES, EnterpriseSize, LeaderWish
from orgs.models import Enterprise
from orgs.resources.base import SheetField, SheetResource
from orgs.resources.widgets import (
    CellWidget,
    ChoiceWidget,
    CodeWidget,
    DateWidget,
    DivisionWidget,
    NumberWidget,
    ReasonWidget,
    TypesWidget,
    YesNoWidget,
)

_REASON = "no_organization_reason"
CODE_NOTE = "请把单元格设成“文本”格式再填，避免末几位丢失"
NAME_SYNONYMS = ("企业全称", "单位名称", "公司名称", "企业名", "名称", "单位全称", "公司全称", "厂名")
CREDIT_SYNONYMS = (
    "信用代码",
    "社会信用代码",
    "统一信用代码",
    "信用编码",
    "统一社会信用编码",
    "统一社会信用代码证号",
)
ORGANIZATION_CODE_SYNONYMS = ("机构代码", "组织代码", "组织机构代码证号", "企业代码", "法人代码")
DIVISION_SYNONYMS = (
    "区划",
    "行政区划",
    "所在地",
    "所属区划",
    "所在地区",
    "所在区县",
    "所属地区",
    "区县",
    "县区",
    "地区",
    "区划代码",
    "行政区划代码",
)


class EnterpriseResource(SheetResource):
    """One row is one enterprise."""

    kind, title, noun, model = "enterprise", "企业", "家", Enterprise

    name = SheetField(
        "name",
        "企业名称",
        CellWidget(),
        is_key=True,
        synonyms=NAME_SYNONYMS,
        note="按营业执照填写全称",
        example="广州虚构精密机械有限公司",
        width=34,
    )
    credit_code = SheetField(
        "credit_code",
        "统一社会信用代码",
        CodeWidget(),
        synonyms=CREDIT_SYNONYMS,
        note=f"18 位；2015 年以前的企业可以没有。{CODE_NOTE}",
        kind="code",
        width=22,
    )
    organization_code = SheetField(
        "organization_code",
        "组织机构代码",
        CodeWidget(zeros=9),
        synonyms=ORGANIZATION_CODE_SYNONYMS,
        note="9 位，如 00000001-9",
        example="00000001-9",
        kind="code",
        width=15,
    )
    registration_number = SheetField(
        "registration_number",
        "注册号",
        CodeWidget(),
        synonyms=("工商注册号", "营业执照号", "营业执照注册号", "工商登记号", "执照号"),
        note=f"15 位工商注册号。{CODE_NOTE}",
        kind="code",
        width=19,
    )
    established_on = SheetField(
        "established_on",
        "成立日期",
        DateWidget(),
        synonyms=("企业成立日期", "成立时间", "注册日期", "企业成立时间", "设立日期"),
        note="写到日，如 2001-03-01",
        example="2001-03-01",
        kind="date",
        width=12,
    )
    division = SheetField(
        "division",
        "所在区划",
        DivisionWidget(),
        required=True,
        synonyms=DIVISION_SYNONYMS,
        note="6 位区划代码或全称，见第二张表",
        example="440106",
        paths=("division__full_name",),
        width=24,
    )
    types = SheetField(
        "types",
        "企业类型",
        TypesWidget(),
        required=True,
        synonyms=("类型", "企业性质", "企业类别", "单位性质", "经济类型", "性质"),
        note="国有大中型、民营、科技型中小、行业企业、其他；属于几类的用“、”分开",
        example="民营、科技型中小",
        shown=TypesWidget.shown,
        paths=tuple(flag for flag, _ in ENTERPRISE_TYPES),
        width=20,
    )
    size = SheetField(
        "size",
        "规模",
        ChoiceWidget(
            EnterpriseSize.choices,
            label="规模",
            words={"大": "large", "中": "medium", "小": "small", "微": "micro"},
        ),
        synonyms=("企业规模", "规模类型"),
        note="大型、中型、小型或微型",
        example="小型",
        shown=[label for _, label in EnterpriseSize.choices],
        width=8,
    )
    is_above_scale = SheetField(
        "is_above_scale",
        "规模以上工业企业",
        YesNoWidget(label="规模以上工业企业"),
        synonyms=(
            "规上工业企业",
            "规上企业",
            "是否规上",
            "规模以上",
            "是否规模以上工业企业",
            "是否规上工业企业",
            "规上",
        ),
        note="是或否",
        example="是",
        shown=("是", "否"),
        width=10,
    )
    is_hitech = SheetField(
        "is_hitech",
        "高新技术企业",
        YesNoWidget(label="高新技术企业"),
        synonyms=("高企", "是否高企", "是否高新技术企业", "高新企业", "国家高新技术企业"),
        note="是或否",
        example="否",
        shown=("是", "否"),
        width=10,
    )
    park = SheetField(
        "park",
        "所在园区",
        CellWidget(),
        synonyms=("所属园区", "园区", "园区名称", "入驻园区"),
        note="已登记园区的名称；不在园区的留空",
        paths=("park__name",),
        width=24,
    )
    employees = SheetField(
        "employees",
        "职工人数",
        NumberWidget(label="职工人数", example="320"),
        synonyms=("职工数", "员工人数", "员工数", "从业人数", "从业人员", "人数", "职工总数"),
        note="只填数字",
        example="320",
        kind="number",
        width=10,
    )
    technicians = SheetField(
        "technicians",
        "科技人员数",
        NumberWidget(label="科技人员数"),
        synonyms=("科技人员", "科技人员人数", "技术人员数", "科技工作者人数", "科技工作者数", "技术人员"),
        note="只填数字，不多于职工人数",
        example="46",
        kind="number",
        width=10,
    )
    leader_wish = SheetField(
        "leader_wish",
        "负责人意愿",
        ChoiceWidget(
            LeaderWish.choices,
            label="负责人意愿",
            words={
                "有意愿": "willing",
                "同意": "willing",
                "暂无": "later",
                "暂不愿意": "later",
                "无意愿": "unwilling",
            },
        ),
        synonyms=("意愿", "建会意愿", "建立科协意愿", "建科协意愿", "负责人建科协意愿"),
        note="愿意、暂不或不愿意",
        example="愿意",
        shown=[label for _, label in LeaderWish.choices],
        width=10,
    )
    no_organization_reason = SheetField(
        "no_organization_reason",
        "未建原因",
        ReasonWidget(),
        synonyms=("未建科协原因", "未建会原因", "未建立科协原因", "原因"),
        note="从列表里选，要说明的写在冒号后面，如“科技人员少：十余人”；自己写的原因按内容归类",
        example="科技人员少：十余人",
        shown=ReasonWidget.shown,
        paths=("reason_code", "no_organization_reason"),
        width=28,
    )
    dissolved_on = SheetField(
        "dissolved_on",
        "企业注销日期",
        DateWidget(),
        synonyms=("注销日期", "注销时间"),
        kind="date",
        template=False,
        width=12,
    )
    former_names = SheetField(
        "former_names",
        "曾用名",
        CellWidget(),
        synonyms=("原名称", "原企业名称", "曾用名称", "原名"),
        note="改过名的企业填原来的名称，多个用“、”分开",
        paths=(),
        template=False,
        width=24,
    )

    @classmethod
    def values_from(cls, cells: dict[str, Any]) -> dict[str, Any]:
        """Types as one column each, when the row says any; the reason as its code and its words."""
        values = {name: value for name, value in cells.items() if name not in ("types", _REASON)}
        if cells.get("types") is not None:
            values |= {flag: flag in cells["types"] for flag, _ in ENTERPRISE_TYPES}
        if cells.get(_REASON) is not None:
            values["reason_code"], values[_REASON] = cells[_REASON]
        return values
