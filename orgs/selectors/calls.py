"""The enterprises an office keeps in touch with, and why each should be called now."""

import dataclasses
import datetime as dt
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.utils.functional import cached_property

from orgs.choices import LeaderWish
from orgs.models import ContactPerson, ContactVisit, Enterprise, Office
from orgs.selectors.prospects import current_contacts, preparing_q, prospects

# Nobody has spoken with the enterprise for so long.
SILENT_DAYS = 90
PAGE_SIZE = 50
DUE, LEFT, UNASKED, UNPREPARED, SILENT = "due", "left", "unasked", "unprepared", "silent"
REASONS: dict[str, str] = {
    DUE: "下一步到期",
    LEFT: "联系人已离任",
    UNASKED: "没问过意愿",
    UNPREPARED: "愿意，没有筹备",
    SILENT: f"{SILENT_DAYS} 天没有联系",
}


@dataclasses.dataclass
class Call:
    """One enterprise of the list with the contacts in office, the last talk, and why it should be called."""

    enterprise: Enterprise
    contacts: list[ContactPerson]
    last: ContactVisit | None
    open_step: ContactVisit | None
    reasons: list[str]
    is_overdue: bool

    @property
    def words(self) -> str:
        """The reasons as the row prints them."""
        return "、".join(REASONS[reason] for reason in self.reasons)


class CallList:
    """The enterprises one office holds itself that have or had a confirmed contact and have no organisation.

    ``liaison`` keeps those with a contact in office whose liaison officer has this name.
    """

    def __init__(self, office: Office, *, today: dt.date, liaison: str = "") -> None:
        self.office, self.today, self.liaison = office, today, liaison

    @cached_property
    def rows(self) -> QuerySet:
        """The enterprises, with what decides why they should be called. Unsorted."""
        known = ContactPerson.objects.confirmed().filter(enterprise=OuterRef("pk"))
        visits = ContactVisit.objects.filter(enterprise=OuterRef("pk")).order_by("-visited_on", "-pk")
        steps = ContactVisit.objects.open_steps().filter(enterprise=OuterRef("pk")).order_by("next_on")
        since = (
            current_contacts(OuterRef("pk"))
            .order_by()
            .values("enterprise")
            .annotate(first=Min("established_on"))
            .values("first")
        )
        rows = prospects().filter(Exists(known), office=self.office)
        if self.liaison:
            rows = rows.filter(Exists(current_contacts(OuterRef("pk")).filter(liaison=self.liaison)))
        return rows.annotate(
            last_on=Subquery(visits.values("visited_on")[:1]),
            step_on=Subquery(steps.values("next_on")[:1]),
            contact_since=Subquery(since),
        )

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """Why an enterprise should be called → its condition."""
        long_ago = self.today - dt.timedelta(days=SILENT_DAYS)
        served = Q(contact_since__isnull=False)
        return {
            DUE: Q(step_on__lte=self.today),
            LEFT: Q(contact_since=None),
            UNASKED: served & Q(leader_wish=""),
            UNPREPARED: served & Q(leader_wish=LeaderWish.WILLING) & ~preparing_q(),
            SILENT: served & (Q(last_on__lt=long_ago) | Q(last_on=None, contact_since__lt=long_ago)),
        }

    def counts(self) -> dict[str, int]:
        """How many there are for each reason, and ``all``. One query."""
        wanted = {name: Count("pk", filter=Q(**{f"is_{name}": True})) for name in self.conditions}
        found: dict[str, int] = self._with_reasons(self.rows).aggregate(all=Count("pk"), **wanted)
        return found

    def liaisons(self) -> list[str]:
        """The names of the liaison officers of this office's contacts. One query."""
        rows = ContactPerson.objects.confirmed().filter(office=self.office, left_on=None).exclude(liaison="")
        return list(rows.order_by("liaison").values_list("liaison", flat=True).distinct())

    def page(self, reason: str, number: str | None) -> Page:
        """One page of the enterprises for a reason, or of all; most pressing first. Four queries."""
        rows = self.rows.filter(self.conditions[reason]) if reason in self.conditions else self.rows
        ordered = self._with_reasons(rows).order_by(
            F("step_on").asc(nulls_last=True), F("last_on").asc(nulls_first=True), "pk"
        )
        paginator = Paginator(ordered, PAGE_SIZE)
        page = paginator.get_page(number)
        return Page(self.dressed(list(page.object_list)), page.number, paginator)

    def one(self, pk: int) -> Call | None:
        """One enterprise of the list; None when it is not on it."""
        found = self.dressed(list(self._with_reasons(self.rows.filter(pk=pk))))
        return found[0] if found else None

    def _with_reasons(self, rows: QuerySet) -> QuerySet:
        flags = {
            f"is_{name}": Case(When(condition, then=True), default=False)
            for name, condition in self.conditions.items()
        }
        return rows.select_related("office").annotate(**flags)

    def dressed(self, enterprises: list[Any]) -> list[Call]:
        """With contacts, last talk and open step. Two queries."""
        pks = [enterprise.pk for enterprise in enterprises]
        contacts: dict[int, list[ContactPerson]] = {}
        for contact in (
            ContactPerson.objects.confirmed()
            .filter(enterprise__in=pks, left_on=None)
            .order_by("established_on", "pk")
        ):
            contacts.setdefault(contact.enterprise_id, []).append(contact)
        last: dict[int, ContactVisit] = {}
        steps: dict[int, ContactVisit] = {}
        for visit in ContactVisit.objects.filter(enterprise__in=pks).order_by("visited_on", "pk"):
            last[visit.enterprise_id] = visit
            if visit.next_on is not None and visit.followed_at is None:
                steps[visit.enterprise_id] = visit
        return [
            Call(
                enterprise,
                contacts.get(enterprise.pk, []),
                last.get(enterprise.pk),
                steps.get(enterprise.pk),
                [name for name in self.conditions if getattr(enterprise, f"is_{name}")],
                is_overdue=enterprise.step_on is not None and enterprise.step_on < self.today,
            )
            for enterprise in enterprises
        ]


def steps_due(offices: list[int], today: dt.date) -> list[tuple[dt.date, str, str]]:
    """The steps that are due by the day at enterprises these offices hold: day, enterprise, step. Most overdue first."""
    rows = ContactVisit.objects.open_steps().filter(next_on__lte=today, enterprise__office__in=offices)
    found = (
        rows.exclude(enterprise__state="voided")
        .order_by("next_on", "pk")
        .values_list("next_on", "enterprise__name", "next_step")
    )
    return [(day, name, step) for day, name, step in found if day is not None]
