"""The host of a record: picked from what is registered, or entered in the same form."""

from typing import Any

from django import forms

from core.keys import read_key
from orgs.forms.base import EntryForm
from orgs.forms.fields import needed
from orgs.models import Enterprise, Park


class AcknowledgedForm(EntryForm):
    """The look-alikes the clerk has declared to be other enterprises: row numbers, separated by commas."""

    acknowledged = forms.CharField(
        required=False, max_length=400, widget=forms.HiddenInput(attrs={"data-acknowledged": ""})
    )

    @property
    def acknowledged_ids(self) -> frozenset[int]:
        """The row numbers."""
        return read_ids(getattr(self, "cleaned_data", {}).get("acknowledged") or "")


class HostForm(AcknowledgedForm):
    """Hidden fields behind the search: the picked host, whether a new one is being entered, what is no look-alike.

    ``host_type`` is Enterprise or Park and names the field. Only hosts the person may see can be picked.
    """

    is_new = forms.CharField(
        required=False, max_length=1, widget=forms.HiddenInput(attrs={"data-host-new": ""})
    )

    def __init__(
        self, *args: Any, user: Any, host_type: type[Enterprise] | type[Park], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.host_name = "park" if host_type is Park else "enterprise"
        self.noun = "园区" if host_type is Park else "企业"
        rows = host_type.objects.visible_to(user).exclude(state="voided").select_related("division", "office")
        self.fields[self.host_name] = needed(
            forms.ModelChoiceField(
                rows,
                label=self.noun,
                widget=forms.HiddenInput(attrs={"data-host-value": ""}),
                error_messages={
                    "invalid_choice": f"没有找到选定的{self.noun}，可能已被删除或移交。请重新查找。"
                },
            )
        )

    @property
    def wants_new(self) -> bool:
        """Whether a new host is being entered instead of picking one."""
        return self["is_new"].value() == "1" and not self[self.host_name].value()

    @property
    def picked(self) -> Enterprise | Park | None:
        """The picked host."""
        found: Enterprise | Park | None = getattr(self, "cleaned_data", {}).get(self.host_name)
        return found

    @property
    def shown(self) -> Enterprise | Park | None:
        """The host to show as picked: also while the form is not bound, and while a refusal stands beside it."""
        if self.picked is not None:
            return self.picked
        field = self.fields[self.host_name]
        try:
            found: Enterprise | Park | None = field.clean(self[self.host_name].value())
        except forms.ValidationError:
            return None
        return found


def read_ids(text: str) -> frozenset[int]:
    """Row numbers separated by commas; anything else is left out."""
    return frozenset(key for part in text.split(",") if (key := read_key(part)) is not None)
