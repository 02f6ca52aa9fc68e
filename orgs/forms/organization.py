"""The fields of a CAST organisation, without its host."""

from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms

from orgs.choices import OrganizationEffect
from orgs.forms.base import EntryForm
from orgs.forms.fields import UNSAID, PortalDateField, WholeNumberField, needed
from orgs.forms.layout import More
from orgs.models import CastOrganization


class OrganizationForm(EntryForm):
    """What the paper form asks about the organisation itself. The rules are the services'."""

    name = needed(
        forms.CharField(
            label="组织名称",
            max_length=120,
            help_text="随依托单位带出，与批复文件不同时改过来",
            widget=forms.TextInput(attrs={"autocomplete": "off", "data-name-from-host": "科学技术协会"}),
        )
    )
    established_on = needed(PortalDateField(label="成立日期", help_text="以批复文件为准"))
    approval_number = forms.CharField(
        label="批复文号",
        required=False,
        max_length=120,
        help_text="如 穗天科协〔2014〕31号",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    members = WholeNumberField(label="会员数", required=False)
    effect = forms.ChoiceField(
        label="作用发挥",
        required=False,
        choices=UNSAID + OrganizationEffect.choices,
        help_text="已开展工作的填；刚成立的可不填",
    )
    dissolved_on = PortalDateField(label="撤销日期", required=False)
    chair = needed(
        forms.CharField(label="主席", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    )
    secretary = forms.CharField(
        label="秘书长", required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label="联系电话",
        required=False,
        max_length=40,
        help_text="手机，或带区号的座机，如 020-23456789",
        widget=forms.TextInput(attrs={"class": "w-code", "inputmode": "tel", "autocomplete": "off"}),
    )

    ORGANIZATION = ("name", "established_on", "approval_number", "members", "effect", "dissolved_on")
    PEOPLE = ("chair", "secretary", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lay_out(
            Fieldset(
                "二、组织信息",
                "name",
                "established_on",
                Row("approval_number", "members"),
                "effect",
                More("组织已撤销", "dissolved_on"),
                css_id="s-organization",
            ),
            Fieldset("三、负责人", Row("chair", "secretary"), "phone", css_id="s-people"),
        )

    def values(self) -> dict[str, Any]:
        """What the services take; fields that could not be read are None."""
        data = getattr(self, "cleaned_data", {})
        values = {name: data.get(name) for name in self.fields}
        texts = ("name", "approval_number", "effect", "chair", "secretary", "phone")
        return values | {name: values[name] or "" for name in texts}

    @staticmethod
    def initial_of(organization: CastOrganization) -> dict[str, Any]:
        """The fields of a stored organisation."""
        return {name: getattr(organization, name) for name in OrganizationForm.base_fields}
