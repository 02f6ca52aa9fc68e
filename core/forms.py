"""Filters of the trail."""

from typing import Any

from django import forms

from core.selectors.trail import TrailFilter, action_choices, target_choices

# As people type dates; the calendar of the page writes the first.
DATE_FORMATS = ["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=DATE_FORMATS,
        widget=forms.TextInput(attrs={"class": "date-input"}),
        error_messages={"invalid": f"{label}请写成 2014-10-15 的样子。"},
    )


class TrailFilterForm(forms.Form):
    """Who, what, on what, when; all from the address."""

    person = forms.CharField(
        label="操作人姓名或账号",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "操作人姓名或账号"}),
    )
    action = forms.ChoiceField(label="动作", required=False)
    kind = forms.ChoiceField(label="对象类别", required=False)
    q = forms.CharField(label="对象名称", required=False, max_length=100)
    since = _day("起始日期")
    until = _day("截止日期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "action": [("", "全部动作"), *action_choices()],
            "kind": [("", "全部对象"), *target_choices()],
        }
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = options

    def wanted(self) -> TrailFilter:
        """What the valid part of the filters asks for."""
        self.is_valid()
        values = self.cleaned_data
        return TrailFilter(
            person=values.get("person", "").strip(),
            action=values.get("action", ""),
            target_type=values.get("kind", ""),
            text=values.get("q", "").strip(),
            since=values.get("since"),
            until=values.get("until"),
        )
