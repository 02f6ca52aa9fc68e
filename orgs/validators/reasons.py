"""Why there is no organisation, as offices write it: a coded reason, and the words beside it.

One reading for the form, for files and for what was entered before there were codes.
"""

import unicodedata

from orgs.choices import NoOrganizationReason as Reason

LABELS: dict[str, str] = {str(value): str(label) for value, label in Reason.choices}
_BY_LABEL = {label: value for value, label in LABELS.items()}
# The first row with one of its words in the text decides: what is being done before what stands against it, and what is
# peculiar to few before what many say.
KEYWORDS: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (
        Reason.PREPARING,
        ("筹备", "正在筹建", "正在办理", "正在申报", "正在报批", "拟建", "准备建立", "准备成立"),
    ),
    (
        Reason.RESTRUCTURING,
        ("改制", "重组", "停产", "停业", "搬迁", "搬厂", "破产", "歇业", "关停", "兼并", "清算", "转产"),
    ),
    (
        Reason.UPPER_UNDECIDED,
        ("集团", "总公司", "总部", "母公司", "上级单位", "上级公司", "主管部门", "上级未", "上级没"),
    ),
    (
        Reason.OTHER_BODY,
        ("技术协会", "技协", "学会", "研究会", "技术委员会", "技术中心", "类似组织", "其他组织", "已有组织"),
    ),
    (
        Reason.FEW_TECHNICIANS,
        ("科技人员", "技术人员", "科技工作者", "技术力量", "人员少", "人数少", "规模小", "规模较小"),
    ),
    (Reason.NO_FUNDS, ("经费", "资金", "没有钱", "缺钱", "费用")),
    (Reason.NO_STAFF, ("专人", "专职", "没有人", "无人", "人手", "人员不足", "没人")),
    (
        Reason.UNAWARE,
        ("不了解", "不清楚", "不知道", "不重视", "认识不", "没听说", "未听说", "不熟悉", "宣传不", "了解不"),
    ),
)


def recognise_reason(text: str) -> str:
    """The code of a reason told in one's own words: by its words, else 其他. Empty for no words."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return ""
    for reason, words in KEYWORDS:
        if any(word in plain for word in words):
            return str(reason)
    return str(Reason.OTHER)


def read_reason(text: str) -> tuple[str, str]:
    """The code and the words of what stands in one cell: a label, a label with words behind a colon, or words alone."""
    text = text.strip()
    if text in _BY_LABEL:
        return _BY_LABEL[text], ""
    head, colon, _ = text.replace(":", "：", 1).partition("：")
    if colon and head.strip() in _BY_LABEL:
        return _BY_LABEL[head.strip()], text[len(head) + 1 :].strip()
    return recognise_reason(text), text


def reason_words(code: str, text: str) -> str:
    """Both as one text, which ``read_reason`` reads as the same two. Empty for no reason."""
    label = LABELS.get(code, "")
    return f"{label}：{text}" if label and text else label or text
