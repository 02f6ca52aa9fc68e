"""The fields of an enterprise, alone on a page or inside the form of its first record."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.urls import reverse

from orgs.choices import ENTERPRISE_TYPES, EnterpriseSize, LeaderWish, NoOrganizationReason
from orgs.forms.base import EntryForm
from orgs.forms.fields import (
    UNSAID,
    CodeField,
    DivisionField,
    PortalDateField,
    TypesField,
    WholeNumberField,
    needed,
    split_types,
)
from orgs.forms.layout import More, Panel, Part
from orgs.models import Division, Enterprise, Office
from orgs.services.entry import NewHost
from orgs.services.holders import holder_choices

CODES = ("credit_code", "organization_code", "registration_number")


class OfficeField(forms.ModelChoiceField):
    """The holder, by its short name."""

    def label_from_instance(self, obj: Any) -> str:
        """天河区科协."""
        return obj.short_name


class HostFields(EntryForm):
    """What enterprises and parks have in common: name, address, holder."""

    name = needed(
        forms.CharField(max_length=100, strip=True, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    )
    division = needed(DivisionField(label="所在区划"))
    office = OfficeField(
        Office.objects.none(),
        label="持有单位",
        required=False,
        empty_label=None,
        error_messages={"invalid_choice": "这个单位不能持有该区划的记录。请在列出的单位里选。"},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["division"].user = user  # type: ignore[attr-defined]
        self.fields["division"].widget.attrs |= {
            "role": "combobox",
            "autocomplete": "off",
            "spellcheck": "false",
            "aria-autocomplete": "list",
            "aria-expanded": "false",
            "aria-controls": f"{self.division_id}-results",
            "data-find": "",
            "hx-get": reverse("division_find"),
            "hx-trigger": "find",
            "hx-target": f"#{self.division_id}-results",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        self.holders = self._holders()
        field = self.fields["office"]
        assert isinstance(field, OfficeField)  # declared above
        field.queryset = Office.objects.filter(pk__in=[office.pk for office in self.holders])
        field.choices = [(office.pk, office.short_name) for office in self.holders]

    def _holders(self) -> list[Office]:
        """The offices that may hold a record at the address typed so far, nearest first."""
        typed = self["division"].value()
        field = self.fields["division"]
        try:
            division = typed if isinstance(typed, Division) else field.to_python(typed)
        except forms.ValidationError:
            return []
        return holder_choices(self.user, division) if division is not None else []

    @property
    def division_id(self) -> str:
        """The id of the address field, which decides the holders."""
        return self["division"].auto_id

    @property
    def name_prefix(self) -> str:
        """What stands before the names of the fields: ``host-`` inside another form."""
        return f"{self.prefix}-" if self.prefix else ""

    @property
    def chosen_office(self) -> int | None:
        """The key of the chosen holder, if it is one of those to choose from."""
        value = str(self["office"].value() or "")
        return next((office.pk for office in self.holders if str(office.pk) == value), None)


class EnterpriseForm(HostFields):
    """One enterprise. ``inline`` leaves out what a first entry does not need and folds the rest away."""

    name = needed(
        forms.CharField(
            label="企业名称",
            max_length=100,
            help_text="按营业执照填写全称",
            widget=forms.TextInput(attrs={"autocomplete": "off", "data-alike": ""}),
        )
    )
    credit_code = CodeField(label="统一社会信用代码", digits=18)
    organization_code = CodeField(label="组织机构代码", digits=10)
    registration_number = CodeField(label="注册号", digits=15)
    former_names = forms.CharField(
        label="曾用名",
        required=False,
        max_length=500,
        help_text="改名前的企业全称，多个用“、”分开；按它也能找到这家企业",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    types = needed(TypesField(label="企业类型"))
    established_on = PortalDateField(label="企业成立日期", required=False)
    is_above_scale = forms.BooleanField(label="规模以上工业企业", required=False)
    is_hitech = forms.BooleanField(label="高新技术企业", required=False)
    size = forms.ChoiceField(label="规模", required=False, choices=UNSAID + EnterpriseSize.choices)
    employees = WholeNumberField(label="职工人数", required=False, example="320")
    technicians = WholeNumberField(label="科技人员数", required=False, example="46")
    leader_wish = forms.ChoiceField(label="负责人意愿", required=False, choices=UNSAID + LeaderWish.choices)
    reason_code = forms.ChoiceField(
        label="未建原因", required=False, choices=UNSAID + NoOrganizationReason.choices
    )
    no_organization_reason = forms.CharField(
        label="未建原因说明",
        required=False,
        max_length=300,
        help_text="选“其他”时请写明",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    dissolved_on = PortalDateField(label="企业注销日期", required=False)

    ALONE_ONLY = ("reason_code", "no_organization_reason", "dissolved_on")

    def __init__(self, *args: Any, inline: bool = False, **kwargs: Any) -> None:
        self.inline = inline
        super().__init__(*args, **kwargs)
        if inline:
            for name in self.ALONE_ONLY:
                del self.fields[name]
        for name in CODES:
            self.fields[name].widget.attrs["data-alike"] = ""
        self.fields["division"].widget.attrs["data-alike"] = ""
        self.lay_out(*(self._inline_layout() if inline else self._page_layout()))

    def _identity(self) -> tuple[Any, ...]:
        return (
            "name",
            Row("credit_code", "organization_code"),
            Row("registration_number", "established_on"),
            More("企业改过名", "former_names"),
            Panel("orgs/_form_alike.html"),
        )

    def _inline_layout(self) -> tuple[Any, ...]:
        return (
            *self._identity(),
            *self._place(),
            "types",
            Part("is_above_scale", "orgs/_form_marks.html", also=("is_hitech",)),
            More("规模、人数、负责人意愿", Row("size", "leader_wish"), Row("employees", "technicians")),
        )

    def _place(self) -> tuple[Any, ...]:
        return Part("division", "orgs/_form_division.html"), Part("office", "orgs/_form_holder.html")

    def _page_layout(self) -> tuple[Any, ...]:
        return (
            Fieldset("一、企业", *self._identity(), *self._place(), css_id="s-host"),
            Fieldset(
                "二、类型和规模",
                "types",
                Part("is_above_scale", "orgs/_form_marks.html", also=("is_hitech",)),
                Row("size", "leader_wish"),
                Row("employees", "technicians"),
                css_id="s-size",
            ),
            Fieldset(
                "三、未建科协的原因",
                "reason_code",
                "no_organization_reason",
                More("企业已注销", "dissolved_on"),
                css_id="s-wish",
            ),
        )

    def tell_former_names(self, names: Sequence[str]) -> None:
        """Say which names are on record already: the field only adds to them."""
        if names:
            self.fields[
                "former_names"
            ].help_text = f"已登记：{'、'.join(names)}。这里填要增加的；要删去的请到企业页面删"

    def host_values(self) -> dict[str, Any]:
        """What the services take; fields that could not be read are None."""
        data = getattr(self, "cleaned_data", {})
        plain = set(self.fields) - {"types", "division", "office", "former_names"}
        values = {name: data.get(name) for name in plain}
        values |= {name: bool(values.get(name)) for name in ("is_above_scale", "is_hitech")}
        # Texts are empty rather than null; the codes' rule turns empty into null itself.
        texts = ("name", "size", "leader_wish", "reason_code", "no_organization_reason")
        values |= {name: values[name] or "" for name in texts if name in values}
        return values | split_types(data.get("types"))

    def as_host(self, acknowledged: frozenset[int] = frozenset()) -> NewHost:
        """The typed enterprise, as far as it could be read."""
        data = getattr(self, "cleaned_data", {})
        return NewHost(
            Enterprise,
            self.host_values(),
            data.get("division"),
            data.get("office"),
            acknowledged,
            data.get("former_names") or "",
        )

    @staticmethod
    def initial_of(enterprise: Enterprise) -> dict[str, Any]:
        """The fields of a stored enterprise. Former names are added here, and taken off on its page."""
        plain = [name for name in EnterpriseForm.base_fields if name not in ("types", "former_names")]
        return {name: getattr(enterprise, name) for name in plain} | {
            "types": [name for name, _ in ENTERPRISE_TYPES if getattr(enterprise, name)],
            "office": enterprise.office_id,
        }
