"""A talk with an enterprise, entered in a row of the list of enterprises to call."""

from typing import Any

from django import forms

from orgs.choices import LeaderWish, NoOrganizationReason, VisitMeans
from orgs.forms.base import EntryForm
from orgs.forms.fields import PortalDateField, needed
from orgs.models import ContactPerson, Enterprise
from orgs.validators.visits import TOLD_REASONS

UNCHANGED = "没有变"


class PersonField(forms.ModelChoiceField):
    """A contact, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """林示例."""
        return str(obj.name)


class VisitForm(EntryForm):
    """What is asked about one talk. The rules are the services'."""

    said = needed(
        forms.CharField(
            label="谈了什么",
            max_length=500,
            widget=forms.Textarea(
                attrs={"rows": 2, "autofocus": "", "placeholder": "例如 愿意建，等董事会通过"}
            ),
        )
    )
    wish = forms.ChoiceField(label="负责人意愿", required=False)
    reason_code = forms.ChoiceField(label="未建原因", required=False)
    means = forms.ChoiceField(label="方式", required=False, choices=VisitMeans.choices)
    visited_on = needed(PortalDateField(label="联系日期"))
    contact = PersonField(
        ContactPerson.objects.none(), label="和谁谈的", required=False, empty_label="其他人"
    )
    next_step = forms.CharField(
        label="下一步",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "例如 送章程范本"}),
    )
    next_on = PortalDateField(label="下一步日期", required=False)

    def __init__(
        self, *args: Any, enterprise: Enterprise, contacts: list[ContactPerson], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        now = enterprise.get_leader_wish_display() if enterprise.leader_wish else "没有问过"
        self._choices("wish", f"{UNCHANGED}（{now}）", LeaderWish.choices, enterprise.leader_wish)
        reason = enterprise.get_reason_code_display() if enterprise.reason_code else "没有填"
        self._choices(
            "reason_code",
            f"{UNCHANGED}（{reason}）",
            [(value, label) for value, label in NoOrganizationReason.choices if value in TOLD_REASONS],
            enterprise.reason_code,
        )
        field = self.fields["contact"]
        assert isinstance(field, forms.ModelChoiceField)  # declared above
        field.queryset = ContactPerson.objects.filter(pk__in=[contact.pk for contact in contacts])

    def _choices(self, name: str, unchanged: str, choices: list[tuple[str, str]], now: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # declared above
        field.choices = [("", unchanged), *((value, label) for value, label in choices if value != now)]

    def values(self) -> dict[str, Any]:
        """What the service takes; fields that could not be read are None."""
        data = getattr(self, "cleaned_data", {})
        return {name: data.get(name) for name in self.fields}
