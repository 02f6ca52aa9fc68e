"""Entry pages of contact persons, alone or in the place of another."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from core.exceptions import DomainError
from core.keys import read_key
from orgs.forms.contact import ContactForm, ReplacementForm
from orgs.models import ContactPerson, Enterprise, Office
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import VIEW_PERSONAL
from orgs.services.entry import change_contact, confirming_office, contact_refusals, enter_contact
from orgs.views.entry_flow import entry_response, refuse_edit, require_clerk
from orgs.views.entry_page import Section
from orgs.views.entry_records import ENTERPRISE_FIELDS, RecordPage, given_host


class ContactPage(RecordPage):
    """A contact person in an enterprise."""

    kind, form_class = "contact", ContactForm

    def __init__(
        self,
        request: SignedInRequest,
        record: RegistryRecord | None = None,
        *,
        given: Any = None,
        replaces: ContactPerson | None = None,
    ) -> None:
        super().__init__(request, record)
        self.replaces = record.replaces if isinstance(record, ContactPerson) else replaces
        self.given = self.replaces.enterprise if self.replaces else given
        self.heading = "修改科协联系人" if record else "更换科协联系人" if replaces else "登记科协联系人"
        if self.replaces:
            self.form_class = ReplacementForm
        self.sections = (
            Section("s-host", "企业", (("pick", ("enterprise",)), ("host", ENTERPRISE_FIELDS))),
            Section("s-person", "联系人", (("main", ContactForm.PERSON),)),
            Section("s-link", "联系关系", (("main", self.form_class.LINK),)),
        )

    def copy_arguments(self) -> dict[str, Any]:
        """The enterprise the address named, and whom the new contact replaces."""
        return {"given": self.given, "replaces": self.replaces}

    @property
    def is_host_fixed(self) -> bool:
        """Whether the enterprise is that of the contact who is replaced."""
        return self.replaces is not None

    @property
    def replaced_name(self) -> str:
        """The contact who leaves: in full for those who work with the record."""
        if self.replaces is None:
            return ""
        reads = reach_of(self.user).covers(VIEW_PERSONAL, self.replaces.office.path)
        return self.replaces.name if reads else self.replaces.name_masked

    def start(self) -> dict[str, Any]:
        """A replacement happens today, and the liaison officer stays, unless somebody says otherwise."""
        if self.replaces is None:
            return {}
        return {
            "replaced_left_on": self.today,
            "established_on": self.today,
            "liaison": self.replaces.liaison,
        }

    @property
    def draft_key(self) -> str:
        """One draft for each enterprise or contact somebody started from, one for all others."""
        if self.record is None and self.replaces:
            return f"contact-new-replacing-{self.replaces.pk}"
        if self.record is None and self.given:
            return f"contact-new-enterprise-{self.given.pk}"
        return super().draft_key

    def refusals(self) -> list[DomainError]:
        """The refusals of the contact and its new enterprise."""
        return contact_refusals(
            actor=self.user,
            host=self.host_now,
            values=self.forms["main"].values(),  # type: ignore[attr-defined]
            replaces=self.replaces,
        )

    def save(self, *, submit: bool) -> RegistryRecord:
        """Enter or change it."""
        values = self.forms["main"].values()  # type: ignore[attr-defined]
        if self.record is None:
            return enter_contact(
                actor=self.user, host=self.host_now, values=values, submit=submit, replaces=self.replaces
            )
        return change_contact(
            actor=self.user,
            contact_id=self.record.pk,
            version=int(self.request.POST["version"]),
            values=values,
            submit=submit,
        )

    def confirmer(self, holder: Office) -> Office | None:
        """By the plan."""
        return confirming_office(ContactPerson(), holder=holder)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: SignedInRequest) -> HttpResponse:
    """Enter a contact person. ``?enterprise=`` names the enterprise, ``?replaces=`` the contact who leaves."""
    require_clerk(request)
    replaces = None
    if text := request.GET.get("replaces", ""):
        rows = ContactPerson.objects.visible_to(request.user).select_related(
            "enterprise__division", "enterprise__office", "office"
        )
        replaces = get_object_or_404(rows, pk=read_key(text))
        if replaces.state != "confirmed" or replaces.left_on is not None:
            messages.error(request, "只有在任的已确认联系人可以更换。")
            return redirect("contact_detail", pk=replaces.pk)
    given = given_host(request, Enterprise, "enterprise")
    return entry_response(request, ContactPage(request, given=given, replaces=replaces))


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft or returned contact person."""
    rows = ContactPerson.objects.visible_to(request.user)
    contact = get_object_or_404(
        rows.select_related(
            "office",
            "enterprise__division",
            "enterprise__office",
            "replaces__enterprise__office",
            "replaces__office",
        ),
        pk=pk,
    )
    return refuse_edit(request, contact, "contact_detail") or entry_response(
        request, ContactPage(request, contact)
    )
