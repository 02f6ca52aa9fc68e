"""What each measure counts, as rows: the one definition behind a figure and behind the list its link opens.

docs/algorithms/coverage.md has the rules and the worked table. Year and day come from the caller; nothing here asks
the clock.
"""

import datetime as dt
from collections.abc import Callable

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from orgs.models import (
    CastOrganization,
    ContactPerson,
    Enterprise,
    Office,
    OfficePlacement,
    Park,
    PastHolding,
)
from orgs.models.contact import ContactPersonQuerySet
from orgs.models.office import subtree_q, subtrees_q
from orgs.models.organization import CastOrganizationQuerySet

# Tracked without a number (notice 二（一）, 三（二）): new organisations by the type of their enterprise. Types overlap.
TYPE_MEASURES: tuple[tuple[str, str, str], ...] = (
    ("new_private", "民营企业", "is_private"),
    ("new_tech_sme", "科技型中小企业", "is_tech_sme"),
    ("new_industry", "行业企业", "is_industry"),
    ("new_state_owned", "国有大中型企业", "is_state_owned"),
    ("new_other", "其他", "is_other_type"),
)


def total_organizations(_year: int, day: dt.date) -> CastOrganizationQuerySet:
    """Enterprise organisations standing on the day."""
    return CastOrganization.objects.counted_on(day).in_enterprises()


def new_organizations(year: int, day: dt.date) -> QuerySet:
    """Of these, founded in the year at a host that had none before."""
    return total_organizations(year, day).founded_in(year).at_first_host()


def refounded_organizations(year: int, day: dt.date) -> QuerySet:
    """Of these, founded in the year at a host that had one before (重建): not new."""
    return total_organizations(year, day).founded_in(year).at_former_host()


def pending_new_organizations(year: int, day: dt.date) -> QuerySet:
    """Submitted enterprise organisations that would be new in the year."""
    return CastOrganization.objects.submitted().standing_on(day).founded_in(year).at_first_host()


def counting_contacts(year: int, day: dt.date) -> ContactPersonQuerySet:
    """Contacts whose distinct enterprises are the year's contact figure."""
    return ContactPerson.objects.counting_for(year, day)


def converted_contacts(year: int, day: dt.date) -> QuerySet:
    """Of these, at an enterprise that founded its own organisation since: shown as converted, and counted on."""
    return counting_contacts(year, day).with_founding_since(day)


def pending_contacts(year: int, day: dt.date) -> QuerySet:
    """Submitted contacts that would add their enterprise to the year's contact figure."""
    already = counting_contacts(year, day).filter(enterprise=OuterRef("enterprise"))
    return (
        ContactPerson.objects.submitted()
        .established_in(year)
        .serving_on(day)
        .at_enterprise_without_organization()
        .exclude(Exists(already))
    )


def _enterprises_of(contacts: QuerySet) -> QuerySet:
    return Enterprise.objects.filter(pk__in=contacts.values("enterprise_id"))


def park_organizations(_year: int, day: dt.date) -> QuerySet:
    """Organisations of counted parks: one each, so their number is that of parks with an organisation."""
    return CastOrganization.objects.counted_on(day).in_parks().filter(park__in=Park.objects.counted_on(day))


def pending_park_organizations(_year: int, day: dt.date) -> QuerySet:
    """Submitted organisations of existing parks that have no confirmed one yet."""
    waiting = CastOrganization.objects.submitted().standing_on(day).in_parks()
    having = CastOrganization.objects.counted_on(day).in_parks().values("park_id")
    return waiting.filter(park__in=Park.objects.existing_on(day)).exclude(park__in=having)


def national(organizations: QuerySet) -> QuerySet:
    """Those of national hi-tech and economic-technological zones."""
    return organizations.filter(park__grade="national")


Rows = Callable[[int, dt.date], QuerySet]

COUNTED: dict[str, Rows] = {
    "orgs_total": total_organizations,
    "orgs_new": new_organizations,
    "orgs_refounded": refounded_organizations,
    "pending_orgs_new": pending_new_organizations,
    "contact_enterprises": lambda year, day: _enterprises_of(counting_contacts(year, day)),
    "contact_converted": lambda year, day: _enterprises_of(converted_contacts(year, day)),
    "pending_contact_enterprises": lambda year, day: _enterprises_of(pending_contacts(year, day)),
    "parks": lambda year, day: Park.objects.counted_on(day),
    "national_parks": lambda year, day: Park.objects.counted_on(day).national(),
    "park_orgs": park_organizations,
    "national_park_orgs": lambda year, day: national(park_organizations(year, day)),
    "pending_park_orgs": pending_park_organizations,
    "pending_national_park_orgs": lambda year, day: national(pending_park_organizations(year, day)),
    "enterprises": lambda year, day: Enterprise.objects.counted_on(day),
    "enterprises_above_scale": lambda year, day: Enterprise.objects.counted_on(day).filter(
        is_above_scale=True
    ),
}


def _new_of_type(flag: str) -> Rows:
    return lambda year, day: new_organizations(year, day).filter(**{f"enterprise__{flag}": True})


COUNTED.update({measure: _new_of_type(flag) for measure, _, flag in TYPE_MEASURES})

# What a chip above a list says.
COUNTED_LABELS: dict[str, str] = {
    "orgs_total": "在册企业科协",
    "orgs_new": "当年新建企业科协",
    "orgs_refounded": "当年重建企业科协",
    "pending_orgs_new": "待确认的新建企业科协",
    "contact_enterprises": "计入联系人制度的企业",
    "contact_converted": "联系人企业已转为建立科协",
    "pending_contact_enterprises": "待确认的联系人企业",
    "parks": "计入的园区",
    "national_parks": "计入的国家级园区",
    "park_orgs": "已建科协的园区",
    "national_park_orgs": "已建科协的国家级园区",
    "pending_park_orgs": "待确认的园区科协",
    "pending_national_park_orgs": "待确认的国家级园区科协",
    "enterprises": "登记企业",
    "enterprises_above_scale": "规模以上工业企业",
    **{measure: f"当年新建：{label}" for measure, label, _ in TYPE_MEASURES},
}


class HolderOfDay:
    """Who held a row's host on a day.

    While no host was held elsewhere on that day (``moved``) it is the row's own column, and nobody need ask further.
    """

    def __init__(self, day: dt.date) -> None:
        self.day = day
        self._past = PastHolding.objects.on(day)

    @cached_property
    def moved(self) -> bool:
        """Whether any host was held elsewhere on that day."""
        return self._past.exists()

    def annotate(self, rows: QuerySet) -> QuerySet:
        """Rows with the column ``holder``: an office's key."""
        return rows.annotate(holder=self._holder_then(rows.model) if self.moved else F("office_id"))

    def _holder_then(self, model: type) -> Coalesce:
        before = [self._held_before(kind, outer) for kind, outer in _HOSTS[model]]
        return Coalesce(*before, F("office_id"), output_field=BigIntegerField())

    def moved_rows(self, rows: QuerySet) -> QuerySet:
        """The rows whose host was held elsewhere on that day, with the column ``holder``."""
        condition = Q(pk__in=[])
        for kind, outer in _HOSTS[rows.model]:
            hosts = self._past.exclude(**{kind: None}).values(f"{kind}_id")
            condition |= Q(**{f"{outer}__in": hosts})
        return rows.filter(condition).annotate(holder=self._holder_then(rows.model))

    def _held_before(self, kind: str, outer: str) -> Subquery:
        return Subquery(self._past.filter(**{f"{kind}_id": OuterRef(outer)}).values("office_id")[:1])


_HOSTS: dict[type, tuple[tuple[str, str], ...]] = {
    Enterprise: (("enterprise", "pk"),),
    Park: (("park", "pk"),),
    CastOrganization: (("enterprise", "enterprise_id"), ("park", "park_id")),
    ContactPerson: (("enterprise", "enterprise_id"),),
}


def tree_on(day: dt.date) -> dict[int, int | None]:
    """Office → its upper office on that day."""
    return dict(OfficePlacement.objects.on(day).values_list("office_id", "parent_id"))


def subtree_on(office: Office, day: dt.date) -> set[int]:
    """The office and everything that stood below it on a day."""
    below: dict[int | None, list[int]] = {}
    for child, parent in tree_on(day).items():
        below.setdefault(parent, []).append(child)
    found, waiting = set(), [office.pk]
    while waiting:
        found.add(current := waiting.pop())
        waiting += below.get(current, [])
    return found


def tree_moved_since(day: dt.date) -> bool:
    """Whether the tree of that day was another than today's."""
    return OfficePlacement.objects.filter(Q(ends_on__gt=day) | Q(starts_on__gt=day)).exists()


def counted_rows(
    measure: str,
    *,
    year: int,
    day: dt.date,
    office: Office,
    own_only: bool = False,
    without_deputy_provincial: bool = False,
    held_at: str | None = None,
) -> QuerySet:
    """The rows behind one office's figure: as many as the figure says.

    ``own_only`` keeps what the office held itself (本级); ``without_deputy_provincial`` leaves out the subtrees of the
    deputy-provincial cities below the office; ``held_at`` keeps what offices of one level held (an ``OfficeLevel``).
    Raises KeyError for an unknown measure.
    """
    rows = COUNTED[measure](year, day)
    cities = (
        Office.objects.within(office).filter(is_deputy_provincial=True).exclude(pk=office.pk)
        if without_deputy_provincial
        else Office.objects.none()
    )
    holder = HolderOfDay(day)
    if not holder.moved and (own_only or not tree_moved_since(day)):
        if own_only:
            return rows.filter(office=office)
        rows = rows if office.is_hq else rows.filter(subtree_q(office.path, "office__"))
        if without_deputy_provincial:
            rows = rows.exclude(subtrees_q(tuple(city.path for city in cities), "office__"))
        return rows.filter(office__level=held_at) if held_at else rows
    rows = holder.annotate(rows)
    if own_only:
        return rows.filter(holder=office.pk)
    holders = subtree_on(office, day)
    for city in cities:
        holders -= subtree_on(city, day)
    if held_at:
        holders &= set(Office.objects.filter(level=held_at).values_list("pk", flat=True))
    return rows.filter(holder__in=holders)
