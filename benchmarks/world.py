"""The registry the measurements run on: invented rows, the same for the same scale, written raw.

At scale 1.0: 344,000 enterprises, 27,000 organisations, 15,000 contact persons, 1,600 parks under all 3,273 offices.
Unlike the demonstration data, where scale thins only the enterprises without an organisation, here a tenth is a tenth
of every table, so that "ten times the data" means that. Offices and parks of the reference files are whole at any scale.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from core.bulk import insert_rows
from orgs.choices import OfficeLevel, Role
from orgs.models import CastOrganization, ContactPerson, Enterprise, Office, Park, Post
from orgs.services.reference import read_rows

SEED = 2014
TODAY = dt.date(2014, 10, 15)
MOMENT = dt.datetime(2014, 10, 14, 12, 0, tzinfo=dt.UTC)
CHUNK = 20_000

ENTERPRISES = 344_000
OLD_ORGANIZATIONS = 21_000
NEW_ORGANIZATIONS = 5_000
PARK_ORGANIZATIONS = 400
OTHER_ORGANIZATIONS = 600
"""Submitted, returned and draft ones."""
CONTACTS = 15_000
PARKS = 1_600

_EPOCH = dt.date(1970, 1, 1).toordinal()
Integers = NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How many rows of each kind a scale has."""

    enterprises: int
    old: int
    new: int
    park_organizations: int
    others: int
    contacts: int

    @classmethod
    def at(cls, scale: float) -> "Sizes":
        """Every table by the same share. Parks are whole, so their organisations are too."""

        def share(whole: int) -> int:
            return max(10, round(whole * scale))

        return cls(
            enterprises=share(ENTERPRISES),
            old=share(OLD_ORGANIZATIONS),
            new=share(NEW_ORGANIZATIONS),
            park_organizations=PARK_ORGANIZATIONS,
            others=share(OTHER_ORGANIZATIONS),
            contacts=share(CONTACTS),
        )


@dataclasses.dataclass(frozen=True)
class Holders:
    """Offices that hold records: their keys, the division a record there has as address, and how likely each is."""

    offices: Integers
    divisions: Integers
    counties: NDArray[np.float64]
    mixed: NDArray[np.float64]

    def draw(self, chance: np.random.Generator, number: int, *, mixed: bool) -> Integers:
        """Places in ``offices``; ``mixed``: half of them above county, else counties where there are any."""
        shares = self.mixed if mixed else self.counties
        return chance.choice(len(self.offices), size=number, p=shares)


def holders(chance: np.random.Generator) -> Holders:
    """Uneven provinces by the published number of enterprises where there is one, uneven offices within each."""
    published = {
        row["division_code"]: float(row["enterprises"]) for row in read_rows("enterprises_by_province.csv")
    }
    rows = list(
        Office.objects.exclude(level=OfficeLevel.HQ)
        .exclude(division=None)
        .order_by("path")
        .values_list("pk", "code", "level", "division_id")
    )
    provinces = np.array([code[:2] for _, code, _, _ in rows])
    levels = np.array([level for _, _, level, _ in rows])
    size = chance.pareto(1.5, len(rows)) + 0.2
    counties, mixed = np.zeros(len(rows)), np.zeros(len(rows))
    for province in np.unique(provinces):
        within = provinces == province
        weight = published.get(f"{province}0000", 6_000.0)
        for level, share, mixed_share in (
            (OfficeLevel.COUNTY, 0.9, 0.5),
            (OfficeLevel.PREFECTURE, 0.08, 0.3),
            (OfficeLevel.PROVINCE, 0.02, 0.2),
        ):
            here = within & (levels == level.value)
            if here.any():
                counties[here] = weight * share * size[here] / size[here].sum()
                mixed[here] = weight * mixed_share * size[here] / size[here].sum()
    return Holders(
        offices=np.array([pk for pk, _, _, _ in rows]),
        divisions=np.array([division for _, _, _, division in rows]),
        counties=counties / counties.sum(),
        mixed=mixed / mixed.sum(),
    )


def days(chance: np.random.Generator, number: int, first: dt.date, last: dt.date) -> list[dt.date]:
    """Random days between two, both included."""
    drawn = chance.integers(first.toordinal(), last.toordinal() + 1, number)
    return [dt.date.fromordinal(day) for day in drawn.tolist()]


def _moments(chance: np.random.Generator, number: int) -> list[dt.datetime]:
    seconds = chance.integers(0, 600 * 86_400, number)
    return [MOMENT - dt.timedelta(seconds=second) for second in seconds.tolist()]


def _write(model: type, values: dict[str, Sequence[Any]]) -> None:
    insert_rows(model, tuple(values), zip(*values.values(), strict=True), chunk=CHUNK)


def _same(value: Any, number: int) -> list[Any]:
    return [value] * number


def _record(states: list[str], moments: list[dt.datetime]) -> dict[str, list[Any]]:
    """The columns every record has, consistent with its state."""
    refused = {"returned", "voided"}
    return {
        "state": states,
        "version": _same(1, len(states)),
        "return_reason": ["内容不全" if state in refused else "" for state in states],
        "created_at": moments,
        "updated_at": moments,
        "submitted_at": [None if state == "draft" else at for state, at in zip(states, moments, strict=True)],
        "confirmed_at": [
            at if state == "confirmed" else None for state, at in zip(states, moments, strict=True)
        ],
    }


def _chunks(number: int) -> Iterator[range]:
    for start in range(0, number, CHUNK):
        yield range(start, min(start + CHUNK, number))


@transaction.atomic
def write_world(scale: float) -> Sizes:
    """Fill a database that holds the reference data and nothing else."""
    sizes = Sizes.at(scale)
    chance = np.random.default_rng(SEED)
    held_by = holders(chance)
    _write_people()
    _write_more_parks(chance, held_by)
    # Hosts of organisations and contacts stand among the others, not together.
    order = chance.permutation(sizes.enterprises)
    with_organization = order[: sizes.old + sizes.new + sizes.others]
    with_contact = order[len(with_organization) :][: sizes.contacts * 29 // 30]
    mixed = np.zeros(sizes.enterprises, dtype=bool)
    mixed[with_organization] = mixed[with_contact] = True
    places = np.where(
        mixed,
        held_by.draw(chance, sizes.enterprises, mixed=True),
        held_by.draw(chance, sizes.enterprises, mixed=False),
    )
    keys = _write_enterprises(chance, held_by, places)
    offices = held_by.offices[places]
    _write_enterprise_organizations(chance, sizes, keys[with_organization], offices[with_organization])
    _write_contacts(chance, sizes, keys, offices, with_contact, with_organization)
    _write_park_organizations(chance, sizes)
    return sizes


def _write_people() -> None:
    from accounts.models import User  # noqa: PLC0415 - next to its one use

    hq, province = Office.objects.get(level=OfficeLevel.HQ), Office.objects.get(code="440000")
    for name, office, role in (
        ("bench-hq", hq, Role.LEADER),
        ("bench-reviewer", hq, Role.REVIEWER),
        ("bench-province", province, Role.LEADER),
    ):
        user = User.objects.create(username=name, name=name, password="!", created_at=MOMENT)  # noqa: S106 - none fits
        Post.objects.create(user=user, office=office, role=role, created_at=MOMENT)


def _write_more_parks(chance: np.random.Generator, held_by: Holders) -> None:
    number = max(0, PARKS - Park.objects.count())
    places = held_by.draw(chance, number, mixed=False)
    names = [f"基准园区{index:05d}" for index in range(number)]
    _write(
        Park,
        {
            "office_id": held_by.offices[places].tolist(),
            "division_id": held_by.divisions[places].tolist(),
            "name": names,
            "name_key": names,
            "sort_key": [f"jizhunyuanqu{index:05d}" for index in range(number)],
            "kind": _same("other", number),
            "grade": _same("other", number),
            "established_year": _same(2006, number),
            "has_reported_organization": _same(False, number),
            **_record(_same("confirmed", number), _same(MOMENT, number)),
        },
    )


def _write_enterprises(chance: np.random.Generator, held_by: Holders, places: Integers) -> Integers:
    """Write them in order; returns their keys in that order."""
    for part in _chunks(len(places)):
        here = places[part.start : part.stop]
        number = len(here)
        names = [f"基准企业第{index:07d}号有限公司" for index in part]
        kinds = chance.integers(0, 10, number)
        employees = chance.integers(5, 3000, number).tolist()
        _write(
            Enterprise,
            {
                "office_id": held_by.offices[here].tolist(),
                "division_id": held_by.divisions[here].tolist(),
                "name": names,
                "name_key": [name.removesuffix("有限公司") for name in names],
                "sort_key": [f"jizhunqiyedi{index:07d}haoyouxiangongsi" for index in part],
                "organization_code": [f"{index:08d}X" for index in part],
                "established_on": days(chance, number, dt.date(1980, 1, 1), dt.date(2014, 6, 30)),
                "is_state_owned": (kinds == 0).tolist(),
                "is_private": (kinds > 2).tolist(),
                "is_tech_sme": (kinds > 7).tolist(),
                "is_industry": (kinds == 1).tolist(),
                "is_other_type": (kinds == 2).tolist(),
                "size": ["small" if people < 1000 else "medium" for people in employees],
                "is_above_scale": (chance.random(number) < 0.9).tolist(),
                "is_hitech": (chance.random(number) < 0.1).tolist(),
                "employees": employees,
                "leader_wish": _same("", number),
                "reason_code": _same("", number),
                "no_organization_reason": _same("", number),
                **_record(_same("confirmed", number), _moments(chance, number)),
            },
        )
    keys = np.fromiter(
        Enterprise.objects.order_by("organization_code").values_list("pk", flat=True), dtype=np.int64
    )
    if len(keys) != len(places):
        raise ValueError("the database held enterprises before")
    return keys


def _organizations(
    kind: str, hosts: list[int], offices: list[int], states: list[str], founded: list[dt.date], gone: list[Any],
    moments: list[dt.datetime],
) -> None:  # fmt: skip
    number = len(hosts)
    column, other = ("enterprise_id", "park_id") if kind == "enterprise" else ("park_id", "enterprise_id")
    _write(
        CastOrganization,
        {
            "kind": _same(kind, number),
            column: hosts,
            other: _same(None, number),
            "office_id": offices,
            "name": [f"基准依托单位第{host:07d}号科学技术协会" for host in hosts],
            "sort_key": [f"jizhunyituodanweidi{host:07d}hao" for host in hosts],
            "established_on": founded,
            "dissolved_on": gone,
            "approval_number": _same("基准〔2014〕1号", number),
            "chair": _same("陈示例", number),
            "secretary": _same("", number),
            "members": [20 + host % 400 for host in hosts],
            "phone": _same("", number),
            "effect": _same("", number),
            **_record(states, moments),
        },
    )


def _write_enterprise_organizations(
    chance: np.random.Generator, sizes: Sizes, hosts: Integers, offices: Integers
) -> None:
    old, new, others = sizes.old, sizes.new, sizes.others
    former = old // 50
    founded = days(chance, old, dt.date(1986, 1, 1), dt.date(2013, 10, 31))
    founded += days(chance, new + others, dt.date(2014, 1, 1), TODAY)
    # Every fiftieth old one was dissolved in the last year, and half of those founded another one since: 重建.
    gone: list[dt.date | None] = [*_same(None, old + new + others)]
    gone[:former] = days(chance, former, dt.date(2013, 11, 1), dt.date(2014, 3, 31))
    states = _same("confirmed", old + new)
    states += [("submitted", "submitted", "returned", "draft")[index % 4] for index in range(others)]
    moments = _moments(chance, len(states))
    for part in _chunks(len(states)):
        cut = slice(part.start, part.stop)
        _organizations(
            "enterprise",
            hosts[cut].tolist(),
            offices[cut].tolist(),
            states[cut],
            founded[cut],
            gone[cut],
            moments[cut],
        )
    again = former // 2
    _organizations(
        "enterprise",
        hosts[:again].tolist(),
        offices[:again].tolist(),
        _same("confirmed", again),
        days(chance, again, dt.date(2014, 4, 1), TODAY),
        _same(None, again),
        _moments(chance, again),
    )


def _write_contacts(
    chance: np.random.Generator,
    sizes: Sizes,
    keys: Integers,
    offices: Integers,
    with_contact: Integers,
    with_organization: Integers,
) -> None:
    """Most at enterprises of their own, some second ones, and some whose enterprise founded an organisation since."""
    rest = sizes.contacts - len(with_contact)
    converted = with_organization[sizes.old : sizes.old + sizes.new][: rest // 2]
    second = with_contact[: rest - len(converted)]
    at = np.concatenate([with_contact, converted, second])
    number = len(at)
    early = len(converted)
    founded = days(chance, number, dt.date(2014, 1, 1), TODAY)
    founded[len(with_contact) : len(with_contact) + early] = _same(dt.date(2014, 1, 1), early)
    gone: list[dt.date | None] = [*_same(None, number)]
    for index in range(0, len(with_contact), 40):
        gone[index] = max(founded[index], dt.date(2014, 9, 1))
    states = ["submitted" if index % 25 == 24 else "confirmed" for index in range(number)]
    _write(
        ContactPerson,
        {
            "office_id": offices[at].tolist(),
            "enterprise_id": keys[at].tolist(),
            "name": _same("林示例", number),
            "job_title": _same("科技处", number),
            "mobile": [f"1300000{index % 10_000:04d}" for index in range(number)],
            "email": _same("", number),
            "liaison": _same("", number),
            "established_on": founded,
            "left_on": gone,
            **_record(states, _moments(chance, number)),
        },
    )


def _write_park_organizations(chance: np.random.Generator, sizes: Sizes) -> None:
    parks = list(Park.objects.order_by("pk").values_list("pk", "office_id"))
    chosen = [parks[index] for index in chance.permutation(len(parks))[: sizes.park_organizations].tolist()]
    number = len(chosen)
    _organizations(
        "park",
        [pk for pk, _ in chosen],
        [office for _, office in chosen],
        ["submitted" if index % 20 == 0 else "confirmed" for index in range(number)],
        days(chance, number, dt.date(2005, 1, 1), TODAY),
        _same(None, number),
        _moments(chance, number),
    )


@transaction.atomic
def write_waiting_organizations(number: int) -> list[int]:
    """Submitted organisations at enterprises that have nothing yet, dated through the year; returns their keys."""
    taken = CastOrganization.objects.exclude(enterprise=None).values("enterprise_id")
    free = Enterprise.objects.confirmed().exclude(pk__in=taken).exclude(contacts__isnull=False)
    hosts = list(free.order_by("pk").values_list("pk", "office_id")[:number])
    chance = np.random.default_rng(SEED + 1)
    _organizations(
        "enterprise",
        [pk for pk, _ in hosts],
        [office for _, office in hosts],
        _same("submitted", len(hosts)),
        days(chance, len(hosts), dt.date(2014, 6, 1), TODAY),
        _same(None, len(hosts)),
        _same(MOMENT, len(hosts)),
    )
    wanted = [pk for pk, _ in hosts]
    return list(
        CastOrganization.objects.submitted()
        .filter(enterprise__in=wanted)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
