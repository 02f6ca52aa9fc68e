"""Loading the reference files: divisions, offices, parks. Loading twice changes nothing (orgs/data/SOURCES.md)."""

import csv
import dataclasses
import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import models, transaction

from core import clock
from core.models import AuditEvent
from core.services.audit import build_event
from orgs.calculations.names import normalize_enterprise_name
from orgs.calculations.pinyin import pinyin_key
from orgs.choices import DivisionLevel, OfficeLevel, ParkGrade, ParkKind, RecordState
from orgs.models import Division, Office, OfficePlacement, Park

DATA = Path(__file__).resolve().parent.parent / "data"
HQ_CODE, XPCC_CODE = "000000", "660000"
XPCC_DIVISIONS = ("659001", "659002", "659003", "659004")
# What a division's name loses to become the short name of its office's region: 广东省 → 广东.
_SUFFIXES = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
}
_PARK_KINDS = {"hi-tech": ParkKind.HITECH, "econ-tech": ParkKind.ECONOMIC, "other": ParkKind.OTHER}


@dataclasses.dataclass(frozen=True)
class LoadReport:
    """How many rows a load created and changed."""

    created: int
    changed: int


def read_rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """The rows of a reference file."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def region_short(name: str) -> str:
    """广东省 → 广东, 广州市 → 广州, 天河区 → 天河; names of two characters and ethnic ones stay whole."""
    if name in _SUFFIXES:
        return _SUFFIXES[name]
    for suffix in ("地区", "省", "市", "区", "县", "盟"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2 and "自治" not in name:
            return name[: -len(suffix)]
    return name


@transaction.atomic
def load_divisions() -> LoadReport:
    """Divisions of 31 October 2014. The 12 grouping codes are kept, marked, and skipped as parents and in names."""
    rows = read_rows("divisions.csv")
    by_code = {row["code"]: row for row in rows}

    def real_parent(row: dict[str, str]) -> str:
        code = row["parent_code"]
        while code and by_code[code]["is_virtual"] == "true":
            code = by_code[code]["parent_code"]
        return code

    def full_name(row: dict[str, str]) -> str:
        parent = real_parent(row)
        return f"{full_name(by_code[parent])} {row['name']}" if parent else row["name"]

    known: dict[str, int] = {}
    report = LoadReport(0, 0)
    for level in DivisionLevel.values:
        wanted = {
            row["code"]: {
                "name": row["name"],
                "full_name": full_name(row),
                "level": row["level"],
                "kind": row["type"],
                "parent_id": known.get(real_parent(row)),
                "is_grouping": row["is_virtual"] == "true",
                "in_scope": row["mainland_scope"] == "true",
            }
            for row in rows
            if row["level"] == level
        }
        report = _add(report, _upsert(Division, "code", wanted))
        known = dict(Division.objects.values_list("code", "pk"))
    return report


def _upsert(model: type[models.Model], key: str, wanted: dict[str, dict[str, Any]]) -> LoadReport:
    present = {getattr(row, key): row for row in model._default_manager.filter(**{f"{key}__in": wanted})}
    created = [model(**{key: code}, **values) for code, values in wanted.items() if code not in present]
    changed = []
    for code, row in present.items():
        values = wanted[code]
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    model._default_manager.bulk_create(created, batch_size=1000)
    if changed:
        model._default_manager.bulk_update(
            changed, [name.removesuffix("_id") for name in next(iter(wanted.values()))]
        )
    return LoadReport(len(created), len(changed))


def _add(a: LoadReport, b: LoadReport) -> LoadReport:
    return LoadReport(a.created + b.created, a.changed + b.changed)


def _office_rows() -> list[dict[str, Any]]:
    """Every office as values, parents before children, in the order of the tree."""
    special = {row["division_code"]: row for row in read_rows("cast_offices.csv") if row["division_code"]}
    divisions = {
        division.code: division
        for division in Division.objects.filter(is_grouping=False, in_scope=True).select_related("parent")
    }
    hq = {
        "code": HQ_CODE,
        "parent": None,
        "name": "中国科学技术协会",
        "short_name": "中国科协",
        "region_short": "全国",
        "level": OfficeLevel.HQ,
        "division": None,
    }
    xpcc = {
        "code": XPCC_CODE,
        "parent": HQ_CODE,
        "name": "新疆生产建设兵团科学技术协会",
        "short_name": "兵团科协",
        "region_short": "兵团",
        "level": OfficeLevel.PROVINCE,
        "division": None,
    }
    marks = {row["code"]: row for row in read_rows("divisions.csv")}
    rows: list[dict[str, Any]] = [hq]
    levels = (
        (DivisionLevel.PROVINCE, OfficeLevel.PROVINCE),
        (DivisionLevel.PREFECTURE, OfficeLevel.PREFECTURE),
        (DivisionLevel.COUNTY, OfficeLevel.COUNTY),
    )
    for division_level, office_level in levels:
        for code in sorted(divisions):
            division = divisions[code]
            if division.level != division_level:
                continue
            parent = (
                XPCC_CODE if code in XPCC_DIVISIONS else division.parent.code if division.parent else HQ_CODE
            )
            short = special[code]["region_short"] if code in special else region_short(division.name)
            rows.append(
                {
                    "code": code,
                    "parent": parent,
                    "name": special[code]["name"] if code in special else f"{division.name}科学技术协会",
                    "short_name": special[code]["short_name"] if code in special else f"{division.name}科协",
                    "region_short": short,
                    "level": office_level,
                    "division": division,
                    "is_deputy_provincial": marks[code]["is_deputy_provincial"] == "true",
                    "is_provincial_capital": marks[code]["is_provincial_capital"] == "true",
                    "is_separately_planned": marks[code]["is_separately_planned"] == "true",
                    "sort_order": int(special[code]["sort_order"]) if code in special else 0,
                }
            )
        if division_level == DivisionLevel.PROVINCE:
            rows.append({**xpcc, "sort_order": 32})
    return rows


@transaction.atomic
def load_offices() -> LoadReport:
    """HQ, 31 provinces and the XPCC, prefectures, counties. Paths are written directly: treebeard's own load is slow."""
    rows = _office_rows()
    present = {office.code: office for office in Office.objects.all()}
    if present:
        return _update_offices(rows, present)
    children: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        children.setdefault(row["parent"], []).append(row)
    offices: list[Office] = []

    def place(row: dict[str, Any], path: str, depth: int) -> None:
        below = children.get(row["code"], [])
        values = {name: value for name, value in row.items() if name != "parent"}
        offices.append(Office(path=path, depth=depth, numchild=len(below), **values))
        for number, child in enumerate(below, start=1):
            place(child, Office._get_path(path, depth + 1, number), depth + 1)

    place(rows[0], Office._get_path("", 1, 1), 1)
    Office.objects.bulk_create(offices, batch_size=500)
    ids = {office.code: office for office in Office.objects.all()}
    OfficePlacement.objects.bulk_create(
        [
            OfficePlacement(office=ids[row["code"]], parent=ids[row["parent"]] if row["parent"] else None)
            for row in rows
        ],
        batch_size=1000,
    )
    return LoadReport(len(offices), 0)


def _update_offices(rows: list[dict[str, Any]], present: dict[str, Office]) -> LoadReport:
    changed = []
    for row in rows:
        office = present[row["code"]]
        values = {name: value for name, value in row.items() if name not in ("parent", "division")}
        if any(getattr(office, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(office, name, value)
            changed.append(office)
    for office in changed:
        office.save()
    return LoadReport(0, len(changed))


@transaction.atomic
def load_parks() -> LoadReport:
    """The 334 national parks and the local zones of the file, as confirmed records of the reference data."""
    offices = {office.division_id: office for office in Office.objects.exclude(division=None)}
    divisions = {division.code: division for division in Division.objects.all()}
    present = {park.reference_id: park for park in Park.objects.exclude(reference_id=None)}
    at = clock.machine_now()
    fresh: list[Park] = []
    taken: set[tuple[str, int]] = set()
    for row in read_rows("parks.csv"):
        if row["park_id"] in present:
            continue
        division = _seat(row, divisions)
        name, number = row["name"], 2
        while (normalize_enterprise_name(name), division.pk) in taken:
            name, number = f"{row['name']}（{number}）", number + 1
        key = normalize_enterprise_name(name)
        taken.add((key, division.pk))
        fresh.append(
            Park(
                reference_id=row["park_id"],
                name=name,
                name_key=key,
                sort_key=pinyin_key(name)[:200],
                kind=_PARK_KINDS[row["kind"]],
                grade=ParkGrade.NATIONAL if row["level"] == "national" else ParkGrade.OTHER,
                division=division,
                office=offices[division.pk],
                established_year=int(row["year_approved"]) if row["year_approved"] else None,
                state=RecordState.CONFIRMED,
                created_at=at,
                updated_at=at,
                confirmed_at=at,
            )
        )
    Park.objects.bulk_create(fresh, batch_size=500)
    _record_load(fresh, at)
    return LoadReport(len(fresh), 0)


def _seat(row: dict[str, str], divisions: dict[str, Division]) -> Division:
    """The address of a park: its county, else its prefecture (real, not a grouping code), else its province."""
    for column in ("county_code", "prefecture_code", "province_code"):
        division = divisions.get(row[column])
        if division is not None and not division.is_grouping:
            return division
    raise LookupError(row["park_id"])


def _record_load(parks: Iterable[Park], at: dt.datetime) -> None:
    AuditEvent.objects.bulk_create(
        [
            build_event(
                actor=None, action="park.load", target=park, after={"资料编号": park.reference_id}, at=at
            )
            for park in parks
        ],
        batch_size=500,
    )
