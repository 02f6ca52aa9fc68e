"""The fields of a park, alone on a page or inside the form of its first organisation."""

from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms

from orgs.choices import OfficeLevel, ParkGrade, ParkKind
from orgs.forms.enterprise import HostFields
from orgs.forms.fields import PortalDateField, WholeNumberField, needed
from orgs.forms.layout import More, Part
from orgs.models import Park
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.services.entry import NewHost

NATIONAL_NOTE = "国家级园区由中国科协登记，这里不列。"


class ParkForm(HostFields):
    """One park. The national grade is offered to HQ's clerks only; others are told who registers those."""

    name = needed(
        forms.CharField(
            label="园区名称",
            max_length=100,
            help_text="按批准文件填写全称",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
    )
    kind = needed(forms.ChoiceField(label="类型", choices=ParkKind.choices, widget=forms.RadioSelect))
    grade = needed(forms.ChoiceField(label="级别", choices=ParkGrade.choices, widget=forms.RadioSelect))
    established_year = WholeNumberField(
        label="设立年份", required=False, largest=9999, unit="年", example="1992"
    )
    closed_on = PortalDateField(label="撤销日期", required=False)

    def __init__(self, *args: Any, inline: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inline = inline
        posts = reach_of(self.user).with_roles(ENTER)
        grade = self.fields["grade"]
        if not any(post.level == OfficeLevel.HQ for post in posts):
            # The service refuses it as well; a stored national park keeps its grade visible.
            if self.initial.get("grade") != ParkGrade.NATIONAL:
                grade.choices = [choice for choice in ParkGrade.choices if choice[0] != ParkGrade.NATIONAL]  # type: ignore[attr-defined]
            grade.help_text = NATIONAL_NOTE
        for name, message, unknown in (
            ("kind", "请选择园区类型。", "请在列出的类型里选。"),
            ("grade", "请选择园区级别。", "国家级园区由中国科协登记。请在列出的级别里选。"),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages |= {"required": message, "invalid_choice": unknown}
        if inline:
            del self.fields["closed_on"]
        fields: tuple[Any, ...] = (
            "name",
            Row("kind", "grade"),
            Part("division", "orgs/_form_division.html"),
            Part("office", "orgs/_form_holder.html"),
            "established_year",
        )
        if inline:
            self.lay_out(*fields)
        else:
            self.lay_out(Fieldset("一、园区", *fields, More("园区已撤销", "closed_on"), css_id="s-host"))

    def host_values(self) -> dict[str, Any]:
        """What the services take; fields that could not be read are None."""
        data = getattr(self, "cleaned_data", {})
        values = {name: data.get(name) for name in set(self.fields) - {"division", "office"}}
        return values | {name: values[name] or "" for name in ("name", "kind", "grade")}

    def as_host(self, acknowledged: frozenset[int] = frozenset()) -> NewHost:
        """The typed park, as far as it could be read."""
        data = getattr(self, "cleaned_data", {})
        return NewHost(Park, self.host_values(), data.get("division"), data.get("office"), acknowledged)

    @staticmethod
    def initial_of(park: Park) -> dict[str, Any]:
        """The fields of a stored park."""
        return {name: getattr(park, name) for name in ParkForm.base_fields} | {"office": park.office_id}
