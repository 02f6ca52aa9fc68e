"""The columns of parks (DESIGN §8)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from orgs.choices import LIVE_STATES, ParkGrade, ParkKind
from orgs.models import CastOrganization, Park
from orgs.resources.base import SheetField, SheetResource
from orgs.resources.enterprise import DIVISION_SYNONYMS
from orgs.resources.widgets import (
    CellWidget,
    ChoiceWidget,
    DateWidget,
    DivisionWidget,
    YearWidget,
    YesNoWidget,
)

FIRST_YEARS = 2100


class ParkResource(SheetResource):
    """One row is one development zone."""

    kind, title, noun, model = "park", "园区", "个", Park

    name = SheetField(
        "name",
        "园区名称",
        CellWidget(),
        is_key=True,
        synonyms=("园区全称", "开发区名称", "园区名", "名称", "单位名称", "开发区"),
        note="按批准文件填写全称",
        example="广州虚构高新技术产业园区",
        width=34,
    )
    park_kind = SheetField(
        "kind",
        "类型",
        ChoiceWidget(
            ParkKind.choices,
            label="类型",
            words={
                "高新": "hitech",
                "高新技术产业开发区": "hitech",
                "高新技术开发区": "hitech",
                "经开": "economic",
                "经济技术开发区": "economic",
                "经济开发区": "economic",
                "其它": "other",
            },
        ),
        required=True,
        synonyms=("园区类型", "类别", "园区类别", "园区性质"),
        note="高新区、经开区或其他",
        example="高新区",
        shown=[label for _, label in ParkKind.choices],
        width=9,
    )
    grade = SheetField(
        "grade",
        "级别",
        ChoiceWidget(
            ParkGrade.choices,
            label="级别",
            words={
                "国家": "national",
                "省": "provincial",
                "市级": "other",
                "县级": "other",
                "区级": "other",
                "其它": "other",
            },
        ),
        required=True,
        synonyms=("园区级别", "等级", "园区等级", "批准级别"),
        note="国家级、省级或其他；国家级由中国科协登记",
        example="省级",
        shown=[label for _, label in ParkGrade.choices],
        width=9,
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
    established_year = SheetField(
        "established_year",
        "设立年份",
        YearWidget(label="设立年份", largest=FIRST_YEARS, unit="年", example="1992"),
        synonyms=("成立年份", "批准年份", "设立时间", "成立时间", "获批年份"),
        note="四位年份，不清楚可不填",
        example="1992",
        kind="year",
        width=9,
    )
    closed_on = SheetField(
        "closed_on",
        "撤销日期",
        DateWidget(),
        synonyms=("撤销时间", "园区撤销日期"),
        kind="date",
        template=False,
        width=12,
    )
    has_reported_organization = SheetField(
        "has_reported_organization",
        "已建园区科协",
        YesNoWidget(label="已建园区科协"),
        synonyms=("是否已建园区科协", "是否建立科协", "是否建科协", "已建科协", "园区科协"),
        note="是或否；填“是”的列为待登记，园区科协另行登记",
        example="否",
        shown=("是", "否"),
        paths=("shows_organization",),
        width=10,
    )

    @classmethod
    def for_export(cls, rows: QuerySet) -> QuerySet:
        """With whether an organisation stands or is reported."""
        standing = CastOrganization.objects.filter(
            park=OuterRef("pk"), state__in=LIVE_STATES, dissolved_on=None
        )
        return rows.annotate(shows_organization=Q(Exists(standing)) | Q(has_reported_organization=True))
