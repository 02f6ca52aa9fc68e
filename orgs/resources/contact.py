"""The columns of contact persons (DESIGN §8)."""

from orgs.models import ContactPerson
from orgs.resources.base import SheetField, SheetResource
from orgs.resources.enterprise import (
    CODE_NOTE,
    CREDIT_SYNONYMS,
    DIVISION_SYNONYMS,
    NAME_SYNONYMS,
    ORGANIZATION_CODE_SYNONYMS,
)
from orgs.resources.widgets import CellWidget, CodeWidget, DateWidget, DivisionWidget


class ContactResource(SheetResource):
    """One row is one contact person at a registered enterprise."""

    kind, title, noun, model = "contact", "联系人", "位", ContactPerson

    host = SheetField(
        "host",
        "企业名称",
        CellWidget(),
        is_key=True,
        synonyms=NAME_SYNONYMS,
        note="已登记企业的全称",
        example="广州虚构精密机械有限公司",
        paths=("enterprise__name",),
        width=34,
    )
    credit_code = SheetField(
        "credit_code",
        "统一社会信用代码",
        CodeWidget(),
        synonyms=CREDIT_SYNONYMS,
        note=f"企业的代码，可不填。{CODE_NOTE}",
        paths=("enterprise__credit_code",),
        kind="code",
        width=22,
    )
    organization_code = SheetField(
        "organization_code",
        "组织机构代码",
        CodeWidget(zeros=9),
        synonyms=ORGANIZATION_CODE_SYNONYMS,
        note="企业的代码，可不填",
        example="00000001-9",
        paths=("enterprise__organization_code",),
        kind="code",
        width=15,
    )
    division = SheetField(
        "division",
        "所在区划",
        DivisionWidget(),
        required=True,
        synonyms=DIVISION_SYNONYMS,
        note="企业所在地：6 位区划代码或全称，见第二张表",
        example="440106",
        paths=("enterprise__division__full_name",),
        width=24,
    )
    name = SheetField(
        "name",
        "联系人姓名",
        CellWidget(),
        required=True,
        synonyms=("联系人", "姓名", "科协联系人", "企业联系人"),
        note="姓名",
        example="林示例",
        personal=True,
        width=11,
    )
    job_title = SheetField(
        "job_title",
        "职务",
        CellWidget(),
        synonyms=("职位", "联系人职务", "岗位"),
        note="在企业的职务",
        example="技术部主任",
        width=14,
    )
    mobile = SheetField(
        "mobile",
        "手机",
        CodeWidget(keep=True),
        required=True,
        synonyms=("手机号", "手机号码", "联系电话", "电话", "联系方式", "移动电话"),
        note="11 位手机号",
        example="14000000001",
        kind="code",
        personal=True,
        width=14,
    )
    email = SheetField(
        "email",
        "邮箱",
        CellWidget(),
        synonyms=("电子邮箱", "电子邮件", "E-mail", "email", "邮件", "邮箱地址"),
        note="没有可不填",
        example="lin@example.com",
        personal=True,
        width=22,
    )
    liaison = SheetField(
        "liaison",
        "对口科协联系人",
        CellWidget(),
        synonyms=("科协对口联系人", "对口联系人", "科协方联系人"),
        note="本单位与企业联系的人",
        example="黄示例",
        personal=True,
        width=14,
    )
    established_on = SheetField(
        "established_on",
        "建立日期",
        DateWidget(),
        required=True,
        synonyms=("建立时间", "建立联系日期", "联系日期", "登记日期", "设立日期", "成立日期"),
        note="与企业说定联系人的那一天，写到日",
        example="2014-08-01",
        kind="date",
        width=12,
    )
    left_on = SheetField(
        "left_on",
        "离任日期",
        DateWidget(),
        synonyms=("离任时间", "停止联系日期"),
        kind="date",
        template=False,
        width=12,
    )
