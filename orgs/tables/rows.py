"""What one row of a list shows: plain values made words, once per row and without a query."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from core.formats import NO_FIGURE
from core.templatetags.ui import state as state_tag
from orgs.calculations.personal import mask_mobile, mask_name
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
from orgs.models.record import RegistryRecord

Row = dict[str, Any]
STATE_TAGS: dict[str, SafeString] = {state: state_tag(state) for state in RecordState.values}
_SIZES = dict(EnterpriseSize.choices)
_WISHES, _REASONS = dict(LeaderWish.choices), dict(NoOrganizationReason.choices)
_ORGANIZATION_KINDS = {OrganizationKind.ENTERPRISE: "企业", OrganizationKind.PARK: "园区"}
_PARK_KINDS, _GRADES = dict(ParkKind.choices), dict(ParkGrade.choices)
# Printed as a dash where there is none; dates print as 2014-10-31 by themselves.
_BLANK_AS_DASH = ("established_on", "left_on", "members", "employees", "established_year")
_ROUTES = {
    CastOrganization: "organization_list",
    Enterprise: "enterprise_list",
    Park: "park_list",
    ContactPerson: "contact_list",
}


def short_place(full_name: str | None) -> str:
    """The last two parts of a division's full name: 广东省 广州市 天河区 → 广州市 天河区."""
    return " ".join((full_name or "").split()[-2:])


def _organization(row: Row) -> None:
    row["place"] = short_place(row["enterprise__division__full_name"] or row["park__division__full_name"])
    row["kind"] = _ORGANIZATION_KINDS[row["kind"]]


def _enterprise(row: Row) -> None:
    row["place"] = short_place(row["division__full_name"])
    row["types"] = "、".join(label for flag, label in ENTERPRISE_TYPES if row[flag])
    row["size"] = _SIZES.get(row["size"], "")
    row["wish"], row["reason"] = _WISHES.get(row["leader_wish"], ""), _REASONS.get(row["reason_code"], "")
    code = row["organization_code"]
    row["code"] = (
        row["credit_code"] or (f"{code[:8]}-{code[8:]}" if code else row["registration_number"]) or ""
    )


def _park(row: Row) -> None:
    row["place"] = short_place(row["division__full_name"])
    row["kind"], row["grade"] = _PARK_KINDS[row["kind"]], _GRADES[row["grade"]]


def _contact(row: Row) -> None:
    row["place"] = short_place(row["enterprise__division__full_name"])


_DRESS: dict[type, Callable[[Row], None]] = {
    CastOrganization: _organization,
    Enterprise: _enterprise,
    Park: _park,
    ContactPerson: _contact,
}


def dressed_rows(
    model: type[RegistryRecord], rows: Iterable[Row], *, today: dt.date, reads_personal: Callable[[str], bool]
) -> list[Row]:
    """The rows of a page as the template prints them.

    ``reads_personal`` says for a holder's tree path whether names and numbers of persons are shown in full.
    """
    dress, prefix, zone = _DRESS[model], reverse(_ROUTES[model]), timezone.get_current_timezone()
    year = today.year
    dressed = []
    for row in rows:
        dress(row)
        row["url"] = f"{prefix}{row['pk']}/"
        row["state_tag"] = STATE_TAGS[row["state"]]
        at = row["updated_at"].astimezone(zone)
        # One strftime per row is dearer than the row's place in the page.
        row["updated"] = (
            f"{at.month:02}-{at.day:02}" if at.year == year else f"{at.year}-{at.month:02}-{at.day:02}"
        )
        for name in _BLANK_AS_DASH:
            if name in row:
                row[name] = NO_FIGURE if row[name] is None else str(row[name])
        if "mobile" in row and not reads_personal(row["office__path"]):
            row["name"], row["mobile"] = mask_name(row["name"]), mask_mobile(row["mobile"])
        dressed.append(row)
    return dressed


def give_acts(rows: Iterable[Row], *, enters: Callable[[str], bool]) -> None:
    """Give rows of enterprises without an organisation the way to enter a contact or an organisation at them.

    ``enters`` says for a holder's tree path whether the person enters there.
    """
    contact, organization = reverse("contact_new"), reverse("organization_new")
    for row in rows:
        row["acts"] = (
            format_html(
                '<a class="btn btn-quiet" href="{}?enterprise={}" aria-label="登记联系人：{}">联系人</a>'
                '<a class="btn btn-quiet" href="{}?enterprise={}" aria-label="筹备科协：{}">筹备科协</a>',
                *(contact, row["pk"], row["name"], organization, row["pk"], row["name"]),
            )
            if enters(row["office__path"])
            else ""
        )


class _Places:
    """Stands for a row while its template is rendered once: each column gives the mark of its place."""

    def __getitem__(self, column: str) -> SafeString:
        return SafeString(f"\0{column}\0")


@lru_cache(maxsize=16)
def _row_pattern(template: str, picks: bool, acts: bool) -> tuple[str, frozenset[str]]:
    """The markup of one row with a ``%(column)s`` where each column goes, and the columns it prints."""
    context = {"row": _Places(), "picks": picks, "acts": acts}
    markup = render_to_string(template, context).strip().replace("%", "%%")
    return re.sub("\0([a-z_]+)\0", r"%(\1)s", markup), frozenset(re.findall("\0([a-z_]+)\0", markup))


def rows_html(template: str, rows: Iterable[Row], *, picks: bool, acts: bool = False) -> SafeString:
    """The rows of a page as markup. ``template`` prints one ``row`` by its columns, without filters or conditions on them.

    The template is rendered once a process, and filled here with escaped values for each row: rendering it for each of
    fifty rows takes as long as the query and the frame of the page together.
    """
    pattern, columns = _row_pattern(template, picks, acts)
    # Each value is escaped on its own; the pattern is the project's own markup.
    return SafeString(
        "\n".join(pattern % {name: conditional_escape(row[name]) for name in columns} for row in rows)
    )
