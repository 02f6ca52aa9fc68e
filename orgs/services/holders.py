"""Which office holds a record: by default the one of its address, or one above it (DESIGN §3)."""

from accounts.models import User
from core.exceptions import DomainError
from orgs.choices import OfficeLevel
from orgs.models import Division, Office
from orgs.models.reach import reach_of
from orgs.permissions import ENTER

XINJIANG = "65"
XPCC_CODE = "660000"


def holder_choices(actor: User, division: Division) -> list[Office]:
    """The offices this clerk may enter for at an address, nearest first: the division's own, then those above it.

    HQ holds no records. In Xinjiang the corps may hold what stands at any address.
    """
    nearest = Office.objects.filter(division=division).first()
    if nearest is None:
        return []
    paths = [nearest.path, *reversed(nearest.ancestor_paths)]
    offices = {
        office.path: office for office in Office.objects.filter(path__in=paths).exclude(level=OfficeLevel.HQ)
    }
    chain = [offices[path] for path in paths if path in offices]
    if division.code.startswith(XINJIANG) and XPCC_CODE not in {office.code for office in chain}:
        chain += list(Office.objects.filter(code=XPCC_CODE))
    reach = reach_of(actor)
    return [office for office in chain if reach.covers(ENTER, office.path)]


def resolve_holder(actor: User, *, division: Division, office: Office | None) -> Office:
    """The holder of a new entry: the one chosen, if allowed, else the nearest this clerk may enter for."""
    return pick_holder(holder_choices(actor, division), division=division, office=office)


def pick_holder(choices: list[Office], *, division: Division, office: Office | None) -> Office:
    """Of the offices a clerk may enter for, nearest first: the one chosen, else the nearest."""
    if not choices:
        raise DomainError(
            f"“{division.full_name}”不在您单位的范围内，不能在这里登记。请改选本地区划，或请当地科协登记。",
            field="division",
        )
    if office is None:
        return choices[0]
    if office.pk not in {choice.pk for choice in choices}:
        raise DomainError(
            f"{office.short_name}不能持有“{division.full_name}”的记录。请在列出的单位里选。", field="office"
        )
    return office
