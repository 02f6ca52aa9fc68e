"""The fields of a contact person, without the enterprise."""

from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms

from orgs.forms.base import EntryForm
from orgs.forms.fields import PortalDateField, needed
from orgs.forms.layout import More
from orgs.models import ContactPerson


def _text(label: str, **kwargs: Any) -> forms.CharField:
    attrs = {"autocomplete": "off", **kwargs.pop("attrs", {})}
    return forms.CharField(label=label, widget=forms.TextInput(attrs=attrs), **kwargs)


class ContactForm(EntryForm):
    """What is asked about one contact person. The rules are the services'."""

    name = needed(_text("联系人姓名", max_length=60))
    job_title = _text("职务", required=False, max_length=40)
    mobile = needed(_text("手机", max_length=40, attrs={"class": "w-code", "inputmode": "tel"}))
    email = forms.CharField(
        label="邮箱",
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    liaison = _text("对口科协联系人", required=False, max_length=60, help_text="本单位与企业联系的人")
    established_on = needed(PortalDateField(label="建立日期", help_text="与企业说定联系人的那一天"))
    left_on = PortalDateField(label="离任日期", required=False)

    PERSON = ("name", "job_title", "mobile", "email")
    LINK: tuple[str, ...] = ("established_on", "liaison", "left_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lay_out(
            Fieldset("二、联系人", Row("name", "job_title"), Row("mobile", "email"), css_id="s-person"),
            Fieldset(
                "三、联系关系",
                *self.link_rows(),
                More("联系人已离任", "left_on"),
                css_id="s-link",
            ),
        )

    def link_rows(self) -> tuple[Any, ...]:
        """The lines about the relation to the enterprise."""
        return (Row("established_on", "liaison"),)

    def values(self) -> dict[str, Any]:
        """What the services take; fields that could not be read are None."""
        data = getattr(self, "cleaned_data", {})
        values = {name: data.get(name) for name in self.fields}
        return values | {
            name: values[name] or "" for name in ("name", "job_title", "mobile", "email", "liaison")
        }

    @classmethod
    def initial_of(cls, contact: ContactPerson) -> dict[str, Any]:
        """The fields of a stored contact person."""
        return {name: getattr(contact, name) for name in cls.base_fields}


class ReplacementForm(ContactForm):
    """A contact person who takes the place of another: the day that one leaves is asked for as well."""

    replaced_left_on = needed(
        PortalDateField(label="原联系人离任日期", help_text="确认后，从这一天起由新联系人接替")
    )

    LINK = ("replaced_left_on", "established_on", "liaison", "left_on")

    def link_rows(self) -> tuple[Any, ...]:
        """With the day the former one leaves."""
        return (Row("replaced_left_on", "established_on"), Row("liaison"))
