"""Entry pages of records that stand at a host, and of CAST organisations; those of contacts are in entry_contacts.py."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from core.exceptions import DomainError
from core.keys import read_key
from core.services.attachments import SlotChange
from core.trays import AttachmentTray
from orgs.attachments import APPROVAL, ORGANIZATION
from orgs.choices import OrganizationKind
from orgs.forms.base import EntryForm, initial_from_draft
from orgs.forms.contact import ContactForm
from orgs.forms.enterprise import EnterpriseForm
from orgs.forms.host import HostForm
from orgs.forms.organization import OrganizationForm
from orgs.forms.park import ParkForm
from orgs.models import CastOrganization, Enterprise, Office, Park
from orgs.models.record import RegistryRecord
from orgs.selectors.finders import standing_of
from orgs.services.entry import (
    NewHost,
    change_organization,
    confirming_office,
    enter_organization,
    likely_holder,
    organization_refusals,
)
from orgs.views.entry_flow import entry_response, refuse_edit, require_clerk
from orgs.views.entry_hosts import own_address, typed_alike
from orgs.views.entry_page import EntryPage, Section

ENTERPRISE_FIELDS = (
    "name", "credit_code", "organization_code", "registration_number", "established_on", "former_names", "division",
    "office", "types", "size", "leader_wish", "employees", "technicians",
)  # fmt: skip
PARK_FIELDS = ("name", "kind", "grade", "division", "office", "established_year")


class RecordPage(EntryPage):
    """A record at a host. New: the host is searched, or entered inline. Stored: the host stays."""

    template = "orgs/record_form.html"
    form_class: type[OrganizationForm] | type[ContactForm]
    host_type: type[Enterprise] | type[Park] = Enterprise
    given: Enterprise | Park | None = None

    @property
    def is_host_fixed(self) -> bool:
        """Whether the host cannot be changed on the page."""
        return False

    def copy_arguments(self) -> dict[str, Any]:
        """The host the address named."""
        return {"given": self.given}

    def make_forms(self, data: QueryDict | None, kept: Mapping[str, Any] | None) -> dict[str, EntryForm]:
        """The record's fields and, for a new record, the search and the fields of a new host."""
        payload = dict(kept or {})
        if self.record is not None:
            initial = initial_from_draft(self.form_class, "", payload) if kept else self.stored()
            return {"main": self.form_class(data, initial=initial)}
        new_class = ParkForm if self.host_type is Park else EnterpriseForm
        host_initial: dict[str, Any] = {self.host_name: self.given.pk} if self.given else {}
        if kept:
            host_initial = initial_from_draft(HostForm, "", payload)
            host_initial[self.host_name] = "".join(payload.get(self.host_name) or [])
        return {
            "main": self.form_class(
                data, initial=initial_from_draft(self.form_class, "", payload) if kept else self.start()
            ),
            "pick": HostForm(data, user=self.user, host_type=self.host_type, initial=host_initial),
            "host": new_class(
                data,
                user=self.user,
                inline=True,
                prefix="host",
                initial=initial_from_draft(new_class, "host", payload) if kept else own_address(self.user),
            ),
        }

    @property
    def host_name(self) -> str:
        """The field of the picked host."""
        return "park" if self.host_type is Park else "enterprise"

    def start(self) -> dict[str, Any]:
        """What a new form begins with."""
        return {}

    def stored(self) -> dict[str, Any]:
        """The stored record's fields."""
        return self.form_class.initial_of(self.record)  # type: ignore[arg-type]

    def takes(self, finding_form: str) -> bool:
        """A new host's fields count only while a new host is being entered."""
        return finding_form != "host" or self.enters_host

    @property
    def pick(self) -> HostForm | None:
        """The search, on a new record's page."""
        form = self.forms.get("pick")
        return form if isinstance(form, HostForm) else None

    @property
    def enters_host(self) -> bool:
        """Whether a new host is being entered."""
        return self.pick is not None and self.pick.wants_new

    @property
    def host(self) -> Enterprise | Park | None:
        """The host that is picked or, for a stored record, its own."""
        if self.record is not None:
            return self.record.enterprise if self.kind == "contact" else self.record.host  # type: ignore[attr-defined]
        return self.pick.shown if self.pick else None

    @property
    def host_standing(self) -> Any:
        """The tag of the picked host."""
        return standing_of(self.host, self.today) if self.host and self.record is None else None

    @property
    def new_host(self) -> NewHost:
        """The typed host."""
        assert self.pick is not None  # a stored record's page has none
        return self.forms["host"].as_host(self.pick.acknowledged_ids)  # type: ignore[attr-defined]

    @property
    def host_now(self) -> Enterprise | Park | NewHost | None:
        """What the record would stand at."""
        return self.new_host if self.enters_host else self.host

    def judge(self) -> bool:
        """A picked host makes the unused fields of a new one meaningless."""
        right = super().judge()
        if self.enters_host and self.pick is not None:
            self.pick.errors.pop(self.host_name, None)
        return right

    def anchor_of(self, form: EntryForm, name: str) -> str:
        """A missing host leads to the search field, a refused one to its card."""
        if form is not self.pick:
            return super().anchor_of(form, name)
        return "host-picked" if self.host is not None else "host-search"

    def box_of(self, form: EntryForm, name: str) -> str:
        """The box around the search."""
        return "div_host-search" if form is self.pick else super().box_of(form, name)

    def holder(self) -> Office | None:
        """The host's holder, or the one a new host would get."""
        if self.host is not None:
            return self.host.office
        data = getattr(self.forms.get("host"), "cleaned_data", {}) if self.enters_host else {}
        return likely_holder(self.user, data.get("division"), data.get("office"))

    def alike(self) -> dict[str, Any] | None:
        """While a new enterprise is being typed."""
        if not self.enters_host or self.host_type is Park or self.pick is None:
            return None
        return typed_alike(self.user, self.forms["host"], self.pick)

    @property
    def host_noun(self) -> str:
        """企业 or 园区."""
        return "园区" if self.host_type is Park else "企业"

    @property
    def pick_field(self) -> Any:
        """The hidden field of the picked host."""
        return self.pick[self.host_name] if self.pick else ""

    @property
    def pick_errors(self) -> list[str]:
        """What is wrong with the picked host."""
        return (
            [str(error) for error in self.pick[self.host_name].errors]
            if self.pick and self.pick.is_bound
            else []
        )

    def _trial_host(self) -> Enterprise | Park:
        if self.host is not None:
            return self.host
        grade = getattr(self.forms.get("host"), "cleaned_data", {}).get("grade") or ""
        return Park(grade=grade) if self.host_type is Park else Enterprise()

    def draft_title(self) -> str:
        """With the name of the host, as far as known."""
        host = self.host
        name = (
            host.name
            if host
            else str(self.forms["host"]["name"].value() or "").strip()
            if self.enters_host
            else ""
        )
        return f"{self.heading}：{name}" if name else self.heading


class OrganizationPage(RecordPage):
    """A CAST organisation of an enterprise or a park."""

    kind, form_class = "organization", OrganizationForm

    def __init__(
        self,
        request: SignedInRequest,
        record: RegistryRecord | None = None,
        *,
        given: Any = None,
        in_park: bool = False,
    ) -> None:
        super().__init__(request, record)
        in_park = in_park or isinstance(given, Park) or getattr(record, "kind", "") == OrganizationKind.PARK
        self.given, self.host_type = given, Park if in_park else Enterprise
        noun = "园区" if in_park else "企业"
        self.heading = f"{'修改' if record else '登记'}{noun}科协"
        self.sections = (
            Section(
                "s-host",
                f"依托{noun}",
                (("pick", (self.host_name,)), ("host", PARK_FIELDS if in_park else ENTERPRISE_FIELDS)),
            ),
            Section("s-organization", "组织信息", (("main", OrganizationForm.ORGANIZATION),)),
            Section("s-people", "负责人", (("main", OrganizationForm.PEOPLE),)),
            Section("s-files", "附件", ()),
        )
        self.tray = AttachmentTray(
            actor=self.user, model_label=ORGANIZATION, slot=APPROVAL, field=APPROVAL, target=record
        )

    def copy_arguments(self) -> dict[str, Any]:
        """The host's type as well."""
        return {"given": self.given, "in_park": self.host_type is Park}

    @property
    def draft_key(self) -> str:
        """One draft for each host somebody started from, one for all others."""
        if self.record is None and (self.given or self.host_type is Park):
            return f"organization-new-{self.host_name}{f'-{self.given.pk}' if self.given else ''}"
        return super().draft_key

    def start(self) -> dict[str, Any]:
        """The usual name of an organisation at the given host."""
        return {"name": f"{self.given.name}科学技术协会"} if self.given else {}

    def refusals(self) -> list[DomainError]:
        """The refusals of the organisation and its new host."""
        return organization_refusals(
            actor=self.user,
            kind=self.host_name,
            host=self.host_now,
            values=self.forms["main"].values(),  # type: ignore[attr-defined]
            except_pk=self.record.pk if self.record else None,
        )

    def save(self, *, submit: bool) -> RegistryRecord:
        """Enter or change it."""
        values = self.forms["main"].values()  # type: ignore[attr-defined]
        if self.record is None:
            return enter_organization(
                actor=self.user,
                kind=self.host_name,
                host=self.host_now,
                values=values,
                submit=submit,
                attachments=self._attachments,
            )
        return change_organization(
            actor=self.user,
            organization_id=self.record.pk,
            version=int(self.request.POST["version"]),
            values=values,
            submit=submit,
            attachments=self._attachments,
        )

    @property
    def _attachments(self) -> SlotChange | None:
        return self.tray.change if self.tray is not None else None

    def confirmer(self, holder: Office) -> Office | None:
        """By the plan; a new park takes the organisation up to its own level."""
        host = self._trial_host()
        trial = (
            CastOrganization(kind=OrganizationKind.PARK, park=host)
            if isinstance(host, Park)
            else CastOrganization(kind=OrganizationKind.ENTERPRISE, enterprise=host)
        )
        return confirming_office(trial, holder=holder)


def given_host(
    request: SignedInRequest, model: type[Enterprise] | type[Park], name: str
) -> Enterprise | Park | None:
    """The host the address names; 404 when it is none the person may see."""
    text = request.GET.get(name, "")
    if not text:
        return None
    rows = model.objects.visible_to(request.user).exclude(state="voided").select_related("division", "office")
    found: Enterprise | Park = get_object_or_404(rows, pk=read_key(text))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def organization_new(request: SignedInRequest) -> HttpResponse:
    """Enter a CAST organisation. ``?kind=park`` for a park's; ``?enterprise=`` and ``?park=`` name the host."""
    require_clerk(request)
    given = given_host(request, Enterprise, "enterprise") or given_host(request, Park, "park")
    in_park = request.GET.get("kind") == OrganizationKind.PARK
    return entry_response(request, OrganizationPage(request, given=given, in_park=in_park))


@require_http_methods(["GET", "HEAD", "POST"])
def organization_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft or returned organisation."""
    rows = CastOrganization.objects.visible_to(request.user)
    organization = get_object_or_404(
        rows.select_related(
            "office", "enterprise__division", "enterprise__office", "park__division", "park__office"
        ),
        pk=pk,
    )
    return refuse_edit(request, organization, "organization_detail") or entry_response(
        request, OrganizationPage(request, organization)
    )
