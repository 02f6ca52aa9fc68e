"""What a list page can be narrowed by. All of it stands in the address; each setting reads, prints and applies itself.

Plain objects instead of a form per request: on the largest list reading the filters must not cost more than the rows.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from core.keys import read_key
from orgs.choices import (
    ENTERPRISE_TYPES,
    EnterpriseSize,
    LeaderWish,
    NoOrganizationReason,
    OrganizationKind,
    ParkGrade,
    ParkKind,
    RecordState,
)
from orgs.models import CastOrganization, ContactPerson, Enterprise, Park
from orgs.models.organization import CastOrganizationQuerySet
from orgs.models.park import ParkQuerySet
from orgs.selectors import lists, prospects
from orgs.validators.dates import parse_date
from orgs.validators.errors import CodeError

Options = tuple[tuple[str, str], ...]
MAX_TEXT = 100
# Of what an enterprise may say or not: nothing, or whatever it is.
NOTHING_SAID, ANYTHING_SAID = "none", "any"


@dataclasses.dataclass(frozen=True)
class Filter:
    """One condition: its name in the address, its label, and what it does.

    ``control`` says how the page draws it: ``text``, ``select``, ``checks`` (several at once), ``date``, or ``number``, which
    comes by a link and is not drawn. ``main`` ones stand in the first row, the others under 更多条件.
    """

    name: str
    label: str
    control: str
    apply: Callable[[Any, Any], QuerySet]
    options: Options = ()
    main: bool = False
    any_label: str = ""
    suffix: str = ""

    def read(self, texts: list[str]) -> Any:
        """The value of the address's texts, None for nothing set; ``ValueError`` for what it cannot be."""
        texts = [text.strip() for text in texts if text.strip()]
        if not texts:
            return None
        if self.control == "checks":
            if not set(texts) <= {value for value, _ in self.options}:
                raise ValueError(texts)
            return [value for value, _ in self.options if value in texts]
        text = texts[-1]
        if self.control == "select" and text not in {value for value, _ in self.options}:
            raise ValueError(text)
        if self.control == "date":
            return parse_date(text)
        if self.control == "number":
            number = read_key(text)
            if number is None:
                raise ValueError(text)
            return number
        return text[:MAX_TEXT]

    def words(self, value: Any) -> str:
        """The value as the chip prints it."""
        if isinstance(value, dt.date):
            return f"{value:%Y-%m-%d}{self.suffix}"
        values = value if isinstance(value, list) else [value]
        names = dict(self.options)
        return "、".join(str(names.get(item, item)) for item in values) + self.suffix

    def text(self, value: Any) -> str | list[str]:
        """The value as a form field holds it."""
        return f"{value:%Y-%m-%d}" if isinstance(value, dt.date) else value


def read_filter(filter_: Filter, texts: list[str]) -> tuple[Any, str]:
    """The value, or a sentence why the text was not taken."""
    try:
        return filter_.read(texts), ""
    except CodeError as refusal:
        return None, f"条件“{filter_.label}”没有采用：{refusal}"
    except ValueError:
        return None, f"条件“{filter_.label}”没有采用：没有“{'、'.join(texts)[:40]}”这一项。"


def _search(find: Callable[[QuerySet, str], QuerySet], hint: str) -> Filter:
    return Filter("q", "查找", "text", find, main=True, any_label=hint)


def _select(
    name: str, label: str, column: str, options: Options, *, main: bool = False, any_label: str = ""
) -> Filter:
    return Filter(
        name,
        label,
        "select",
        lambda rows, value: rows.filter(**{column: value}),
        options,
        main=main,
        any_label=any_label or f"全部{label}",
    )


STATE = _select("state", "状态", "state", tuple(RecordState.choices), main=True)
_TYPE_OPTIONS: Options = tuple((flag.removeprefix("is_"), label) for flag, label in ENTERPRISE_TYPES)
_YES_NO: Options = (("1", "已建科协"), ("0", "未建科协"))


def _types(prefix: str = "") -> Filter:
    return Filter(
        "type",
        "企业类型",
        "checks",
        lambda rows, values: lists.of_types(rows, [f"is_{value}" for value in values], prefix),
        _TYPE_OPTIONS,
    )


def _address(*paths: str) -> Filter:
    return Filter("division", "所在区划", "text", lambda rows, text: lists.at_address(rows, text, *paths))


def _dates(column: str, label: str) -> tuple[Filter, Filter]:
    return (
        Filter("from", label, "date", lambda rows, day: rows.filter(**{f"{column}__gte": day}), suffix=" 起"),
        Filter("to", label, "date", lambda rows, day: rows.filter(**{f"{column}__lte": day}), suffix=" 止"),
    )


def _first_at_host(rows: CastOrganizationQuerySet, value: str) -> QuerySet:
    return rows.at_first_host() if value == "new" else rows.at_former_host()


def _parks_having(rows: ParkQuerySet, value: str) -> QuerySet:
    if value == "reported":
        return rows.awaiting_organization()
    return lists.parks_with_organization(rows, having=value == "1")


def _said(column: str) -> Callable[[QuerySet, str], QuerySet]:
    """Rows with this value in the column; ``none`` asks for those that say nothing, ``any`` for those that say something."""

    def apply(rows: QuerySet, value: str) -> QuerySet:
        if value == ANYTHING_SAID:
            return rows.exclude(**{column: ""})
        return rows.filter(**{column: "" if value == NOTHING_SAID else value})

    return apply


def _preparing(rows: QuerySet, value: str) -> QuerySet:
    return rows.filter(prospects.preparing_q() if value == "1" else ~prospects.preparing_q())


def _contacts(rows: QuerySet, value: str) -> QuerySet:
    return (
        prospects.left_alone(rows) if value == "left" else prospects.with_contact(rows, having=value == "1")
    )


def _imported() -> Filter:
    """The records one import wrote: its report leads here."""
    return Filter("import", "导入", "number", lists.written_by_import, suffix=" 号")


FILTERS: dict[type, tuple[Filter, ...]] = {
    CastOrganization: (
        _search(lists.find_organizations, "组织或企业名称、代码、批复文号"),
        STATE,
        _select("kind", "类别", "kind", tuple(OrganizationKind.choices), main=True, any_label="企业和园区"),
        _address("enterprise__division", "park__division"),
        *_dates("established_on", "成立日期"),
        Filter(
            "first",
            "新建或重建",
            "select",
            _first_at_host,
            (("new", "首次建立"), ("again", "重建")),
            any_label="不限",
        ),
        _types("enterprise__"),
        _imported(),
    ),
    Enterprise: (
        _search(lists.find_enterprises, "企业名称或代码"),
        STATE,
        Filter(
            "has",
            "企业科协",
            "select",
            lambda rows, value: lists.enterprises_with_organization(rows, having=value == "1"),
            _YES_NO,
            main=True,
            any_label="已建和未建",
        ),
        _address("division"),
        *_dates("established_on", "企业成立日期"),
        _select("size", "规模", "size", tuple(EnterpriseSize.choices), any_label="全部规模"),
        Filter(
            "wish",
            "负责人意愿",
            "select",
            _said("leader_wish"),
            (*LeaderWish.choices, (NOTHING_SAID, "没有问过")),
            any_label="不限",
        ),
        Filter(
            "reason",
            "未建原因",
            "select",
            _said("reason_code"),
            (*NoOrganizationReason.choices, (ANYTHING_SAID, "填了原因的"), (NOTHING_SAID, "没有填")),
            any_label="不限",
        ),
        Filter(
            "contact",
            "联系人",
            "select",
            _contacts,
            (("1", "有在任联系人"), ("0", "没有在任联系人"), ("left", "联系人已离任，无人接替")),
            any_label="不限",
        ),
        Filter(
            "preparing",
            "筹备",
            "select",
            _preparing,
            (("1", "正在筹备"), ("0", "没有在筹备")),
            any_label="不限",
        ),
        Filter(
            "preparing_before",
            "筹备开始早于",
            "date",
            lambda rows, day: rows.filter(prospects.preparing_q(before=day)),
        ),
        Filter(
            "gone",
            "企业存续",
            "select",
            lambda rows, value: rows.filter(dissolved_on__isnull=value == "0"),
            (("0", "存续"), ("1", "已注销")),
            any_label="不限",
        ),
        Filter("converted", "联系人企业建立科协", "number", prospects.converted, suffix=" 年"),
        _types(),
        _imported(),
    ),
    Park: (
        _search(lists.find_parks, "园区名称"),
        STATE,
        _select("grade", "级别", "grade", tuple(ParkGrade.choices), main=True),
        _select("kind", "类型", "kind", tuple(ParkKind.choices), main=True),
        Filter(
            "has",
            "园区科协",
            "select",
            _parks_having,
            (*_YES_NO, ("reported", "已报建，待登记")),
            any_label="已建和未建",
        ),
        _address("division"),
        _imported(),
    ),
    ContactPerson: (
        _search(lists.find_contacts, "姓名、企业名称或代码"),
        STATE,
        Filter(
            "serving",
            "在任",
            "select",
            lambda rows, value: rows.filter(left_on__isnull=value == "1"),
            (("1", "在任"), ("0", "已离任")),
            main=True,
            any_label="在任和离任",
        ),
        _address("enterprise__division"),
        *_dates("established_on", "建立日期"),
        _types("enterprise__"),
        _imported(),
    ),
}

ORDERS: dict[type, dict[str, lists.Order]] = {
    CastOrganization: {
        "updated": lists.Order("updated_at", indexed=True),
        "name": lists.Order("sort_key", indexed=True),
        "established": lists.Order("established_on"),
        "members": lists.Order("members", nullable=True),
    },
    # No order by founding date: 344,000 rows without an index for it.
    Enterprise: {
        "updated": lists.Order("updated_at", indexed=True),
        "name": lists.Order("sort_key", indexed=True),
    },
    Park: {
        "updated": lists.Order("updated_at", indexed=True),
        "name": lists.Order("sort_key"),
        "established": lists.Order("established_year", nullable=True),
    },
    ContactPerson: {
        "updated": lists.Order("updated_at", indexed=True),
        "enterprise": lists.Order("enterprise__sort_key"),
        "established": lists.Order("established_on"),
    },
}
DEFAULT_ORDER = "-updated"
