"""What every entry page is made of: its forms, its sections, what is still missing or wrong, and how it is saved."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import DomainError
from core.models import FormDraft
from core.trays import AttachmentTray
from orgs.forms.base import EntryForm
from orgs.forms.errors import add_refusals
from orgs.models import Office
from orgs.models.record import RegistryRecord


@dataclasses.dataclass(frozen=True)
class Section:
    """One section of the paper form: the fields it asks for, as (form name, field names)."""

    anchor: str
    title: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing to do before submitting: a field that is missing or wrong."""

    section: str
    field_id: str
    box_id: str
    label: str
    message: str
    is_missing: bool

    @property
    def words(self) -> str:
        """As the list before the button says it."""
        if self.is_missing:
            return f"{self.label}未填"
        return self.message.partition("。")[0] or self.message


@dataclasses.dataclass(frozen=True)
class Step:
    """A section as the list beside the form shows it."""

    anchor: str
    title: str
    missing: int
    wrong: int
    begun: bool
    tried: bool = False

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong, or was left out when somebody pressed submit."""
        return bool(self.wrong or (self.tried and self.missing))

    @property
    def is_done(self) -> bool:
        """Whether something stands there and nothing is left to do."""
        return self.begun and not self.missing and not self.wrong

    @property
    def words(self) -> str:
        """组织信息，1 处要改."""
        if self.wrong:
            return f"{self.title}，{self.wrong + self.missing} 处要改"
        return f"{self.title}，{self.missing} 处未填" if self.missing else self.title


class EntryPage:
    """One entry page. Subclasses name the forms, collect the refusals and save; nothing here is a rule.

    ``forms`` maps a form's name to it; the first is the record's own. ``tried`` says that somebody has pressed submit.
    ``tray`` takes the files of a record that has attachments; its section is the one without fields.
    """

    template = "orgs/entry_form.html"
    kind = ""
    heading = ""
    sections: tuple[Section, ...] = ()

    def __init__(self, request: SignedInRequest, record: RegistryRecord | None = None) -> None:
        self.request = request
        self.user = request.user
        self.record = record
        self.draft: FormDraft | None = None
        self.forms: dict[str, EntryForm] = {}
        self.tried = False
        self.tray: AttachmentTray | None = None

    # ---------- what a subclass says ----------

    def make_forms(self, data: QueryDict | None, kept: Mapping[str, Any] | None) -> dict[str, EntryForm]:
        """The forms, bound to what was sent or filled from what was kept or stored."""
        raise NotImplementedError

    def refusals(self) -> list[DomainError]:
        """Every refusal of what the forms hold, before anything is written."""
        raise NotImplementedError

    def save(self, *, submit: bool) -> RegistryRecord:
        """Write through the services."""
        raise NotImplementedError

    def holder(self) -> Office | None:
        """The office that would hold the record, as far as known."""
        raise NotImplementedError

    def confirmer(self, holder: Office) -> Office | None:
        """The office that would confirm it."""
        raise NotImplementedError

    @property
    def draft_key(self) -> str:
        """organization-new, organization-17."""
        return f"{self.kind}-{self.record.pk if self.record else 'new'}"

    def draft_title(self) -> str:
        """How the list of drafts names this form."""
        return self.heading

    def takes(self, finding_form: str) -> bool:
        """Whether the form of this name is in use now; others are neither checked nor shown as missing."""
        return finding_form in self.forms

    # ---------- binding ----------

    def begin(self) -> None:
        """Show the form afresh, or as it was left."""
        self.draft = FormDraft.objects.visible_to(self.user).filter(key=self.draft_key).first()
        self.forms = self.make_forms(None, self.draft.payload if self.draft else None)
        if self.tray is not None and self.draft:
            self.tray.fill(self.draft.payload)

    def bind(self, data: QueryDict) -> None:
        """Take what was sent."""
        self.forms = self.make_forms(data, None)
        if self.tray is not None:
            self.tray.bind(data)

    def judged_copy(self) -> "EntryPage":
        """The same page bound to what it shows now, to say what is missing before anybody has pressed anything."""
        sent = QueryDict(mutable=True)
        for form in self.forms.values():
            for name, texts in form.draft_values().items():
                sent.setlist(name, texts)
        copy = type(self)(self.request, self.record, **self.copy_arguments())
        copy.bind(sent)
        copy.judge()
        return copy

    def copy_arguments(self) -> dict[str, Any]:
        """Further arguments of the constructor."""
        return {}

    # ---------- judging ----------

    def judge(self) -> bool:
        """Whether everything that can be checked without writing is right; errors are put beside their fields."""
        used = [form for name, form in self.forms.items() if self.takes(name)]
        verdicts = [
            form.is_valid() for form in used
        ]  # every form is asked, not only up to the first wrong one
        refusals = self.refusals()
        for refusal in refusals:
            self.refuse(refusal)
        return all(verdicts) and not refusals and not any(form.errors for form in used)

    @property
    def main(self) -> EntryForm:
        """The form of the record itself."""
        return next(iter(self.forms.values()))

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside its field, or on top of the page."""
        others = {name: form for name, form in self.forms.items() if form is not self.main}
        add_refusals(self.main, refusal, others=others)

    def findings(self) -> list[Finding]:
        """What is missing or wrong, in the order of the page."""
        found = []
        for section in self.sections:
            for form_name, names in section.fields:
                if form_name not in self.forms or not self.takes(form_name):
                    continue
                form = self.forms[form_name]
                found += [self._finding(section, form, name) for name in names if form.has_error(name)]
        return found

    def _finding(self, section: Section, form: EntryForm, name: str) -> Finding:
        bound = form[name]
        return Finding(
            section=section.anchor,
            field_id=self.anchor_of(form, name),
            box_id=self.box_of(form, name),
            label=str(bound.label),
            message=str(bound.errors[0]),
            is_missing=bound.value() in (None, "", [], False),
        )

    def anchor_of(self, form: EntryForm, name: str) -> str:
        """The id a link to this field leads to."""
        bound = form[name]
        return bound.id_for_label or f"div_{bound.auto_id}"

    def box_of(self, form: EntryForm, name: str) -> str:
        """The id of the box that holds label, error and control of this field."""
        return f"div_{form[name].auto_id}"

    def forgive_missing(self) -> None:
        """Take the red away from fields that are only empty: a draft may have gaps."""
        for section in self.sections:
            for form_name, names in section.fields:
                form = self.forms.get(form_name)
                for name in names:
                    if (
                        form is not None
                        and form.has_error(name)
                        and form[name].value() in (None, "", [], False)
                    ):
                        del form.errors[name]

    def steps(self, findings: Sequence[Finding]) -> list[Step]:
        """The sections with how far each is."""
        steps = []
        for section in self.sections:
            here = [finding for finding in findings if finding.section == section.anchor]
            wrong = sum(not finding.is_missing for finding in here)
            steps.append(
                Step(
                    section.anchor, section.title, len(here) - wrong, wrong, self._begun(section), self.tried
                )
            )
        return steps

    def _begun(self, section: Section) -> bool:
        if not section.fields:
            return self.tray is not None and self.tray.holds_any
        if self.record is not None and not any(form_name in self.forms for form_name, _ in section.fields):
            return True  # the host of a stored record
        sent = {name for form in self.forms.values() for name in form.draft_values()}
        return any(
            self.forms[form_name].add_prefix(name) in sent
            for form_name, names in section.fields
            if form_name in self.forms and self.takes(form_name)
            for name in names
        )

    # ---------- what the page says ----------

    @cached_property
    def confirming_name(self) -> str:
        """The short name of the office that will confirm, empty while nobody can tell."""
        holder = self.holder()
        office = self.confirmer(holder) if holder else None
        return office.short_name if office else ""

    @property
    def submit_label(self) -> str:
        """提交广州市科协确认."""
        return f"提交{self.confirming_name or '上级科协'}确认"

    def alike(self) -> dict[str, Any] | None:
        """What is registered already under the typed codes and name of an enterprise, while one is being typed."""
        return None

    @property
    def saved_at(self) -> dt.datetime | None:
        """When the server last kept what the page shows: the draft's moment, else the record's."""
        if self.draft:
            return self.draft.saved_at
        return self.record.updated_at if self.record else None

    @property
    def today(self) -> dt.date:
        """The business date."""
        return clock.business_today()

    @property
    def page_errors(self) -> list[str]:
        """What belongs beside no field."""
        return [str(error) for form in self.forms.values() for error in form.non_field_errors()]
