"""Entry pages of enterprises and parks by themselves."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from core.exceptions import DomainError
from orgs.forms.base import EntryForm, initial_from_draft
from orgs.forms.enterprise import CODES, EnterpriseForm
from orgs.forms.host import AcknowledgedForm
from orgs.forms.park import ParkForm
from orgs.models import Enterprise, Office, Park
from orgs.models.record import RegistryRecord
from orgs.services.entry import (
    NewHost,
    change_host,
    confirming_office,
    enter_host,
    host_refusals,
    likely_holder,
)
from orgs.views.entry_flow import entry_response, refuse_edit, require_clerk
from orgs.views.entry_page import EntryPage, Section
from orgs.views.finders import alike_to


class HostPage(EntryPage):
    """An enterprise or a park, new or drafted."""

    template = "orgs/host_form.html"
    model: type[Enterprise] | type[Park]
    form_class: type[EnterpriseForm] | type[ParkForm]

    def make_forms(self, data: QueryDict | None, kept: Mapping[str, Any] | None) -> dict[str, EntryForm]:
        """The host's own fields, and the look-alikes that were declared to be others."""
        initial: dict[str, Any] = self.form_class.initial_of(self.record) if self.record else self.start()  # type: ignore[arg-type]
        if kept:
            initial = initial_from_draft(self.form_class, "", dict(kept))
        known = initial_from_draft(AcknowledgedForm, "", dict(kept)) if kept else {}
        return {
            "main": self.form_class(data, user=self.user, initial=initial),
            "known": AcknowledgedForm(data, initial=known),
        }

    def start(self) -> dict[str, Any]:
        """What a new form begins with: the clerk's own address."""
        return own_address(self.user)

    @property
    def typed(self) -> NewHost:
        """What the form holds."""
        known = self.forms["known"]
        known.is_valid()
        return self.main.as_host(known.acknowledged_ids)  # type: ignore[attr-defined]

    def refusals(self) -> list[DomainError]:
        """The refusals of the host alone."""
        return host_refusals(
            actor=self.user, host=self.typed, except_pk=self.record.pk if self.record else None
        )

    def save(self, *, submit: bool) -> RegistryRecord:
        """Enter or change it."""
        if self.record is None:
            return enter_host(actor=self.user, host=self.typed, submit=submit)
        version = int(self.request.POST["version"])
        return change_host(
            actor=self.user, pk=self.record.pk, version=version, host=self.typed, submit=submit
        )

    def holder(self) -> Office | None:
        """The chosen or nearest holder."""
        data = getattr(self.main, "cleaned_data", {})
        return likely_holder(self.user, data.get("division"), data.get("office"))

    def confirmer(self, holder: Office) -> Office | None:
        """By the plan for enterprises; the province or HQ for parks."""
        grade = getattr(self.main, "cleaned_data", {}).get("grade") or ""
        trial = Park(grade=grade) if self.model is Park else Enterprise()
        return confirming_office(trial, holder=holder)

    def alike(self) -> dict[str, Any] | None:
        """For enterprises; parks of one name in one division are refused."""
        if self.model is Park:
            return None
        return typed_alike(
            self.user, self.main, self.forms["known"], except_pk=self.record.pk if self.record else None
        )

    def draft_title(self) -> str:
        """With the name typed so far."""
        name = str(self.main["name"].value() or "").strip()
        return f"{self.heading}：{name}" if name else self.heading


def typed_alike(
    user: Any, form: EntryForm, known: EntryForm, *, except_pk: int | None = None
) -> dict[str, Any] | None:
    """``alike_to`` for the values an enterprise form shows; None while nothing is typed."""
    values = {name: str(form[name].value() or "") for name in ("name", "division", *CODES)}
    if not any(values[name] for name in ("name", *CODES)):
        return None
    return alike_to(
        user, values | {"acknowledged": str(known["acknowledged"].value() or "")}, except_pk=except_pk
    )


def own_address(user: Any) -> dict[str, Any]:
    """The division of the clerk's own office, when that is a county or prefecture."""
    office = likely_holder(user, None, None)
    if office is None or office.division is None or office.level == "province":
        return {}
    return {"division": office.division.full_name}


class EnterprisePage(HostPage):
    """An enterprise by itself."""

    kind, model, form_class = "enterprise", Enterprise, EnterpriseForm
    sections = (
        Section(
            "s-host",
            "企业",
            (
                (
                    "main",
                    (
                        "name", "credit_code", "organization_code", "registration_number",
                        "established_on", "former_names", "division", "office",
                    ),
                ),
            ),
        ),
        Section("s-size", "类型和规模", (("main", ("types", "size", "leader_wish", "employees", "technicians")),)),
        Section("s-wish", "未建科协的原因", (("main", ("reason_code", "no_organization_reason", "dissolved_on")),)),
    )  # fmt: skip

    def make_forms(self, data: QueryDict | None, kept: Mapping[str, Any] | None) -> dict[str, EntryForm]:
        """With the former names a stored enterprise has already."""
        made = super().make_forms(data, kept)
        if isinstance(self.record, Enterprise) and isinstance(made["main"], EnterpriseForm):
            made["main"].tell_former_names([former.name for former in self.record.former_names.all()])
        return made

    @property
    def heading(self) -> str:  # type: ignore[override]
        """登记企业."""
        return "修改企业" if self.record else "登记企业"


class ParkPage(HostPage):
    """A park by itself."""

    kind, model, form_class = "park", Park, ParkForm
    sections = (
        Section(
            "s-host",
            "园区",
            (("main", ("name", "kind", "grade", "division", "office", "established_year", "closed_on")),),
        ),
    )

    @property
    def heading(self) -> str:  # type: ignore[override]
        """登记园区."""
        return "修改园区" if self.record else "登记园区"


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_new(request: SignedInRequest) -> HttpResponse:
    """Enter an enterprise."""
    require_clerk(request)
    return entry_response(request, EnterprisePage(request))


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft or returned enterprise."""
    rows = Enterprise.objects.visible_to(request.user).select_related("division", "office")
    enterprise = get_object_or_404(rows, pk=pk)
    return refuse_edit(request, enterprise, "enterprise_detail") or entry_response(
        request, EnterprisePage(request, enterprise)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def park_new(request: SignedInRequest) -> HttpResponse:
    """Enter a park."""
    require_clerk(request)
    return entry_response(request, ParkPage(request))


@require_http_methods(["GET", "HEAD", "POST"])
def park_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft or returned park."""
    park = get_object_or_404(
        Park.objects.visible_to(request.user).select_related("division", "office"), pk=pk
    )
    return refuse_edit(request, park, "park_detail") or entry_response(request, ParkPage(request, park))
