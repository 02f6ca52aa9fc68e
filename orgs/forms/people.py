"""What the account pages take in. Whether the act is allowed is asked by orgs.services.people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import SpecialRole, User
from orgs.choices import Role
from orgs.models import Office
from orgs.selectors.people import PersonFilter, manages_everywhere, office_by_entry, office_entry

SPECIAL_CHOICES = [choice for choice in SpecialRole.choices if choice[0]]
STATE_CHOICES = (("", "全部状态"), ("active", "启用"), ("disabled", "停用"))


class OfficeEntryField(forms.CharField):
    """An office by code or name, among those the actor manages; suggestions come while typing (account_offices)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.actor: User | None = None

    def clean(self, value: Any) -> Office | None:
        """The one office meant; an unclear entry names the candidates."""
        text = super().clean(value)
        if not text or self.actor is None:
            return None
        found = office_by_entry(self.actor, text)
        if not found:
            raise ValidationError(
                f"您的范围内没有“{text}”。请填 6 位单位代码，或从列出的单位里选。", code="unknown"
            )
        if len(found) > 1:
            names = "、".join(office_entry(office) for office in found[:5])
            raise ValidationError(f"“{text}”对应多个单位：{names}。请填其中一个的代码。", code="unclear")
        return found[0]


def _bind(form: forms.Form, actor: User) -> None:
    """Let the form's office field know whose offices it may take."""
    field = form.fields["office"]
    assert isinstance(field, OfficeEntryField)
    field.actor = actor


class PersonFilterForm(forms.Form):
    """The filters of the list, all from the address."""

    q = forms.CharField(label="姓名或账号", required=False, max_length=60)
    office = OfficeEntryField(label="单位（含下级）", required=False)
    role = forms.ChoiceField(label="角色", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=STATE_CHOICES)

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bind(self, actor)
        special = SPECIAL_CHOICES if manages_everywhere(actor) else []
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", "全部角色"), *Role.choices, *special]

    def wanted(self) -> PersonFilter:
        """What the valid part of the filters asks for."""
        values = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return PersonFilter(
            text=values.get("q", ""),
            office=values.get("office"),
            role=values.get("role", ""),
            state=values.get("state", ""),
        )


class NewPersonForm(forms.Form):
    """A new account with its first post; the system administrator may choose a role apart from the offices instead."""

    name = forms.CharField(label="姓名", max_length=30, error_messages={"required": "请填写姓名。"})
    office = OfficeEntryField(
        label="任职单位", required=False, help_text="填代码或名称，例如 440106 或 天河区科协。"
    )
    role = forms.ChoiceField(label="角色", required=False, widget=forms.RadioSelect, choices=Role.choices)
    special_role = forms.ChoiceField(
        label="特别角色",
        required=False,
        choices=[("", "无，在科协任职"), *SPECIAL_CHOICES],
        help_text="专家、审计和系统管理员不在科协任职，上面的单位和角色不填。",
    )
    username = forms.CharField(
        label="账号",
        required=False,
        max_length=60,
        help_text="不填时按“单位代码-姓名拼音”自动取，例如 440106-chenshili。",
        validators=User._meta.get_field("username").validators,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"invalid": "账号只能用字母、数字和 @ . + - _。"},
    )

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bind(self, actor)
        if not manages_everywhere(actor):
            for name in ("office", "role"):
                # Asked for by the service; the page must not call it optional.
                self.fields[name].needed = True  # type: ignore[attr-defined]
            del self.fields["special_role"]


class PostForm(forms.Form):
    """One more post."""

    office = OfficeEntryField(label="单位", error_messages={"required": "请填写任职单位的代码或名称。"})
    role = forms.ChoiceField(
        label="角色", choices=[("", "选择角色"), *Role.choices], error_messages={"required": "请选择角色。"}
    )

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bind(self, actor)


class ReasonForm(forms.Form):
    """Why an account is switched off or on again. The service asks for it."""

    reason = forms.CharField(label="原因", required=False, max_length=200)
