"""The columns of CAST organisations (DESIGN §8)."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from orgs.choices import OrganizationEffect, OrganizationKind
from orgs.models import CastOrganization
from orgs.resources.base import SheetField, SheetResource
from orgs.resources.enterprise import (
    CODE_NOTE,
    CREDIT_SYNONYMS,
    DIVISION_SYNONYMS,
    ORGANIZATION_CODE_SYNONYMS,
)
from orgs.resources.widgets import (
    CellWidget,
    ChoiceWidget,
    CodeWidget,
    DateWidget,
    DivisionWidget,
    NumberWidget,
)


class OrganizationResource(SheetResource):
    """One row is one CAST organisation at a registered enterprise or park."""

    kind, title, noun, model = "organization", "科协组织", "个", CastOrganization

    name = SheetField(
        "name",
        "组织名称",
        CellWidget(),
        is_key=True,
        synonyms=("科协名称", "企业科协名称", "园区科协名称", "科协组织名称", "组织全称", "科协全称"),
        note="按批复文件填写",
        example="广州虚构精密机械有限公司科学技术协会",
        width=36,
    )
    organization_kind = SheetField(
        "kind",
        "类别",
        ChoiceWidget(OrganizationKind.choices, label="类别", words={"企业": "enterprise", "园区": "park"}),
        required=True,
        synonyms=("科协类别", "组织类别", "组织类型", "类型", "科协类型"),
        note="企业科协或园区科协",
        example="企业科协",
        shown=[label for _, label in OrganizationKind.choices],
        width=10,
    )
    host = SheetField(
        "host",
        "依托单位",
        CellWidget(),
        required=True,
        synonyms=(
            "所在企业",
            "依托企业",
            "依托园区",
            "企业名称",
            "所属企业",
            "所属单位",
            "依托单位名称",
            "园区名称",
            "单位名称",
        ),
        note="已登记的企业或园区：填名称，或企业的代码",
        example="广州虚构精密机械有限公司",
        paths=("host_name",),
        width=34,
    )
    credit_code = SheetField(
        "credit_code",
        "统一社会信用代码",
        CodeWidget(),
        synonyms=CREDIT_SYNONYMS,
        note=f"依托企业的代码，可不填。{CODE_NOTE}",
        paths=("enterprise__credit_code",),
        kind="code",
        template=False,
        width=22,
    )
    organization_code = SheetField(
        "organization_code",
        "组织机构代码",
        CodeWidget(zeros=9),
        synonyms=ORGANIZATION_CODE_SYNONYMS,
        note="依托企业的代码，可不填",
        paths=("enterprise__organization_code",),
        kind="code",
        template=False,
        width=15,
    )
    division = SheetField(
        "division",
        "所在区划",
        DivisionWidget(),
        required=True,
        synonyms=DIVISION_SYNONYMS,
        note="依托单位所在地：6 位区划代码或全称，见第二张表",
        example="440106",
        paths=("host_division",),
        width=24,
    )
    established_on = SheetField(
        "established_on",
        "成立日期",
        DateWidget(),
        required=True,
        synonyms=("成立时间", "建立日期", "建立时间", "批复日期", "科协成立日期", "科协成立时间", "建会时间"),
        note="以批复文件为准，写到日",
        example="2014-09-08",
        kind="date",
        width=12,
    )
    dissolved_on = SheetField(
        "dissolved_on",
        "撤销日期",
        DateWidget(),
        synonyms=("撤销时间", "科协撤销日期", "注销日期"),
        kind="date",
        template=False,
        width=12,
    )
    approval_number = SheetField(
        "approval_number",
        "批复文号",
        CellWidget(),
        synonyms=("批准文号", "文号", "批文号", "批复文件号"),
        note="如 穗天科协〔2014〕31号",
        example="穗天科协〔2014〕31号",
        width=22,
    )
    chair = SheetField(
        "chair",
        "主席",
        CellWidget(),
        required=True,
        synonyms=("主席姓名", "科协主席", "会长", "负责人"),
        note="姓名",
        example="陈示例",
        width=10,
    )
    secretary = SheetField(
        "secretary",
        "秘书长",
        CellWidget(),
        synonyms=("秘书长姓名", "科协秘书长"),
        note="姓名",
        example="林示例",
        width=10,
    )
    members = SheetField(
        "members",
        "会员数",
        NumberWidget(label="会员数"),
        synonyms=("会员人数", "会员总数", "个人会员数", "会员"),
        note="只填数字",
        example="46",
        kind="number",
        width=8,
    )
    phone = SheetField(
        "phone",
        "联系电话",
        CodeWidget(keep=True),
        synonyms=("电话", "联系方式", "办公电话", "手机", "手机号", "联系人电话"),
        note="手机，或带区号的座机，如 020-23456789",
        example="020-23456789",
        kind="code",
        width=16,
    )
    effect = SheetField(
        "effect",
        "作用发挥",
        ChoiceWidget(
            OrganizationEffect.choices,
            label="作用发挥",
            words={"好": "good", "良好": "good", "较差": "weak", "差": "weak", "不明显的": "weak"},
        ),
        synonyms=("作用发挥情况", "发挥作用情况", "作用"),
        note="较好、一般或不明显",
        example="较好",
        shown=[label for _, label in OrganizationEffect.choices],
        width=10,
    )

    @classmethod
    def for_export(cls, rows: QuerySet) -> QuerySet:
        """With the host's name and address, whichever kind it is."""
        return rows.annotate(
            host_name=Coalesce("enterprise__name", "park__name"),
            host_division=Coalesce("enterprise__division__full_name", "park__division__full_name"),
        )

    @classmethod
    def values_from(cls, cells: dict[str, Any]) -> dict[str, Any]:
        """As they are: the host is found by the reader of the file."""
        return dict(cells)
