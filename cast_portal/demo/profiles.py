"""What an invented enterprise and an invented organisation say about themselves."""

import datetime as dt
from random import Random
from typing import Any

from cast_portal.demo import numbers
from cast_portal.demo.names import NameMaker, person
from cast_portal.demo.places import Place
from orgs.choices import EnterpriseSize, LeaderWish

_SIZES = (
    (EnterpriseSize.LARGE, 0.06, (1000, 6000)),
    (EnterpriseSize.MEDIUM, 0.26, (300, 999)),
    (EnterpriseSize.SMALL, 0.94, (20, 299)),
    (EnterpriseSize.MICRO, 1.00, (5, 19)),
)
_REASONS = (
    "企业负责人暂不了解科协工作。",
    "科技人员较少，暂不具备条件。",
    "正在筹备，待职工代表大会通过。",
    "企业正在改制。",
    "已有技术协会，正在商量衔接。",
)


class Profiles:
    """Makes the values of enterprises and of what is entered at them. One running number serves all codes."""

    def __init__(self, seed: int, *, parks: dict[int, list[Any]]) -> None:
        self._names = NameMaker(seed)
        self._parks = parks
        self._number = 0
        self._mobiles = 0

    def enterprise(
        self, rng: Random, place: Place, *, before: dt.date, is_plain: bool = False, in_park: float = 0.08
    ) -> dict[str, Any]:
        """An enterprise founded before a day, at a place."""
        self._number += 1
        draw = rng.random()
        size, _, (least, most) = next(row for row in _SIZES if draw < row[1])
        employees = least + int((most - least) * rng.random() ** 2)
        is_private = rng.random() < 0.68
        is_state_owned = not is_private and rng.random() < 0.24 and size != EnterpriseSize.MICRO
        is_tech_sme = (
            size in (EnterpriseSize.SMALL, EnterpriseSize.MICRO, EnterpriseSize.MEDIUM)
            and rng.random() < 0.47
        )
        is_industry = rng.random() < 0.12
        first_year = max(1980, before.year - 25)
        founded = dt.date(
            rng.randint(first_year, max(first_year, before.year - 2)), rng.randint(1, 12), rng.randint(1, 28)
        )
        values: dict[str, Any] = {
            "name": self._names.enterprise(place.label),
            "established_on": None if is_plain and rng.random() < 0.03 else min(founded, before),
            "is_private": is_private,
            "is_state_owned": is_state_owned,
            "is_tech_sme": is_tech_sme,
            "is_industry": is_industry,
            "is_other_type": not (is_private or is_state_owned or is_tech_sme or is_industry),
            "size": size.value,
            "is_above_scale": size != EnterpriseSize.MICRO and rng.random() < 0.97,
            "is_hitech": is_tech_sme and rng.random() < 0.3,
            "employees": employees,
            "technicians": int(employees * (0.02 + 0.3 * rng.random())),
        }
        if is_plain and rng.random() < 0.4:
            wish = rng.choice((LeaderWish.WILLING, LeaderWish.LATER, LeaderWish.LATER, LeaderWish.UNWILLING))
            values["leader_wish"] = wish.value
            if wish != LeaderWish.WILLING:
                values["no_organization_reason"] = rng.choice(_REASONS)
        parks = self._parks.get(place.division.pk)
        if parks and rng.random() < in_park:
            values["park"] = rng.choice(parks)
        self._give_codes(rng, place, values)
        return values

    def _give_codes(self, rng: Random, place: Place, values: dict[str, Any]) -> None:
        """Most have an organisation code, some only or also a registration number, a few already a credit code."""
        draw = rng.random()
        if draw < 0.02:
            values["credit_code"] = numbers.credit_code(self._number, place.division.code)
        elif draw < 0.80:
            values["organization_code"] = numbers.organization_code(self._number)
        if draw >= 0.68:
            values["registration_number"] = numbers.registration_number(self._number, place.division.code)

    def registration_number(self, place: Place) -> str:
        """The next registration number of a place."""
        self._number += 1
        return numbers.registration_number(self._number, place.division.code)

    def organization(
        self, rng: Random, founded: dt.date, *, dissolved: dt.date | None = None
    ) -> dict[str, Any]:
        """A CAST organisation under its host's name."""
        return {
            "established_on": founded,
            "dissolved_on": dissolved,
            "approval_number": f"示例科协发〔{founded.year}〕{rng.randint(1, 180)}号"
            if rng.random() < 0.9
            else "",
            "chair": person(rng),
            "secretary": person(rng) if rng.random() < 0.8 else "",
            "members": 15 + int(400 * rng.random() ** 3),
            "phone": self.mobile() if rng.random() < 0.7 else "",
        }

    def contact(self, rng: Random, since: dt.date, *, left: dt.date | None = None) -> dict[str, Any]:
        """A contact person."""
        return {
            "name": person(rng),
            "job_title": rng.choice(
                ("总工程师", "技术部部长", "办公室主任", "研发中心主任", "人力资源部经理", "")
            ),
            "mobile": self.mobile(),
            "liaison": person(rng) if rng.random() < 0.6 else "",
            "established_on": since,
            "left_on": left,
        }

    def mobile(self) -> str:
        """The next number."""
        self._mobiles += 1
        return numbers.mobile(self._mobiles)
