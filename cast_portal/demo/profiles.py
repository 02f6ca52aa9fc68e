"""What an invented enterprise and an invented organisation say about themselves."""

import datetime as dt
from random import Random
from typing import Any

from cast_portal.demo import numbers
from cast_portal.demo.names import NameMaker, person
from cast_portal.demo.places import Place
from orgs.choices import EnterpriseSize, LeaderWish, NoOrganizationReason

_SIZES = (
    (EnterpriseSize.LARGE, 0.06, (1000, 6000)),
    (EnterpriseSize.MEDIUM, 0.26, (300, 999)),
    (EnterpriseSize.SMALL, 0.94, (20, 299)),
    (EnterpriseSize.MICRO, 1.00, (5, 19)),
)
_R = NoOrganizationReason
# Reason, how often in a hundred, and what is sometimes written beside it (其他 always says what).
_REASONS: tuple[tuple[NoOrganizationReason, int, tuple[str, ...]], ...] = (
    (_R.UNAWARE, 27, ("负责人没有参加过科协的活动。", "准备请负责人到已建科协的企业看一看。")),
    (_R.FEW_TECHNICIANS, 23, ("十余人，暂不具备条件。", "科技人员多为兼职。")),
    (_R.NO_STAFF, 13, ("技术部只有两人，没有精力。",)),
    (_R.NO_FUNDS, 10, ("希望有活动经费支持。",)),
    (_R.OTHER_BODY, 8, ("已有技术协会，正在商量衔接。",)),
    (_R.UPPER_UNDECIDED, 8, ("集团准备统一研究。",)),
    (_R.RESTRUCTURING, 7, ("明年搬入新厂区。", "企业正在改制。")),
    (_R.OTHER, 4, ("负责人长期在外地。", "刚刚更换负责人，以后再谈。")),
)
_PREPARING_WORDS = ("待职工代表大会通过。", "章程正在起草。", "")
# What leaders say: of enterprises nobody works with, and of those that have a contact.
_WISHES_OF = {
    False: ((LeaderWish.WILLING, 25), (LeaderWish.LATER, 50), (LeaderWish.UNWILLING, 25)),
    True: ((LeaderWish.WILLING, 52), (LeaderWish.LATER, 40), (LeaderWish.UNWILLING, 8)),
}


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
            values |= self.wish(rng, has_contact=False)
        parks = self._parks.get(place.division.pk)
        if parks and rng.random() < in_park:
            values["park"] = rng.choice(parks)
        self._give_codes(rng, place, values)
        return values

    def wish(self, rng: Random, *, has_contact: bool) -> dict[str, Any]:
        """What the leader said, and why there is no organisation: of most who do not want one, and of some who do."""
        wishes = _WISHES_OF[has_contact]
        wish = rng.choices([wish for wish, _ in wishes], [weight for _, weight in wishes])[0]
        values: dict[str, Any] = {"leader_wish": wish.value}
        if wish == LeaderWish.WILLING:
            if has_contact and rng.random() < 0.22:
                values["reason_code"] = _R.PREPARING.value
                values["no_organization_reason"] = rng.choice(_PREPARING_WORDS)
        elif rng.random() < 0.85:
            reason, _, words = rng.choices(_REASONS, [weight for _, weight, _ in _REASONS])[0]
            values["reason_code"] = reason.value
            if reason == _R.OTHER or rng.random() < 0.4:
                values["no_organization_reason"] = rng.choice(words)
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
