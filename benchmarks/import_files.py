"""Lists of new enterprises as .xlsx, for the measurements of importing."""

import datetime as dt
import itertools
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
from django.conf import settings

from orgs.models import Division
from orgs.validators.organization_code import check_character

HEADERS = [
    *("企业名称", "统一社会信用代码", "组织机构代码", "注册号", "成立日期", "所在区划", "企业类型", "规模"),
    *("规模以上工业企业", "高新技术企业", "所在园区", "职工人数", "科技人员数", "负责人意愿", "未建原因"),
]
_FIRST = "东南西北中华盛兴隆昌泰恒丰瑞祥福康宁安和平永远大新金银宝玉龙凤鹏麟海江河湖山岳峰岭"
_TRADES = (
    "精密机械",
    "电子科技",
    "新材料",
    "生物医药",
    "仪器仪表",
    "环保设备",
    "食品",
    "化工",
    "汽车零部件",
    "软件",
)
_files = itertools.count(1)


def write_file(rows: int, *, letters: str = "ABCDEFGH") -> Path:
    """A list of new enterprises of the province, as Excel keeps it; two rows of a hundred have an error.

    Each file takes the next of the ``letters`` their codes begin with: files of other letters never name the same.
    """
    number = next(_files)
    path = Path(settings.VAR_DIR) / f"import-{letters}-{rows}-{number}.xlsx"
    chance = Random(f"{letters}:{rows}:{number}")
    places = list(
        Division.objects.filter(code__startswith="44", level="county", office__isnull=False).values_list(
            "code", flat=True
        )
    )
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("企业")
    sheet.append(["企业名单"])
    sheet.append(HEADERS)
    letter = letters[number % len(letters)]
    for line in range(rows):
        body = f"{letter}{line:07d}"
        name = "".join(chance.choice(_FIRST) for _ in range(4)) + chance.choice(_TRADES) + "有限公司"
        people: Any = chance.randrange(20, 900)
        sheet.append(
            [
                name,
                None,
                body + check_character(body),
                None,
                dt.date(1990 + line % 20, 1 + line % 12, 1 + line % 28),
                chance.choice(places),
                chance.choice(("民营", "民营、科技型中小", "国有大中型", "行业企业")),
                chance.choice(("大型", "中型", "小型", "微型")),
                chance.choice(("是", "否")),
                chance.choice(("是", "否")),
                None,
                "很多" if line % 50 == 7 else people,
                people // 10,
                chance.choice(("愿意", "暂不", "不愿意")),
                chance.choice(("规模较小", "正在筹备", "缺少专人", "")) or None,
            ]
        )
    workbook.save(path)
    return path
