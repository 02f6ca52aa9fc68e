"""Signing in, and choosing a password."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from accounts.models import User


class SignInForm(AuthenticationForm):
    """User name and password. Unknown, wrong and disabled get the same words: the page tells nobody which names exist."""

    error_messages = {
        "invalid_login": (
            "账号或密码不对，或者账号已停用。请核对后再填；连续填错 5 次，这个账号暂停登录 15 分钟。"
            "想不起密码或账号停用的，请找本单位账号管理员。"
        ),
        "inactive": "账号或密码不对，或者账号已停用。请找本单位账号管理员。",
    }


class PasswordForm(forms.Form):
    """The present password and a new one twice. With a one-time password it is the present one."""

    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写现在的密码。"},
    )
    new_password = forms.CharField(
        label="新密码",
        strip=False,
        help_text="至少 12 个字符，不能全是数字，不能和账号、姓名相近，不能是常见密码。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请填写新密码。"},
    )
    repeat = forms.CharField(
        label="再填一遍新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请把新密码再填一遍。"},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.must_change_password:
            self.fields["old_password"].label = "一次性密码"

    def clean_old_password(self) -> str:
        """The present password must be right: an open screen is not enough to change it."""
        value = self.cleaned_data["old_password"]
        if not self.user.check_password(value):
            raise ValidationError("现在的密码不对，请重新填写。", code="wrong")
        return value

    def clean_new_password(self) -> str:
        """The rules of the settings, and another one than before."""
        value = self.cleaned_data["new_password"]
        if value and value == self.data.get("old_password"):
            raise ValidationError("新密码和现在的一样。请换一个。", code="same")
        password_validation.validate_password(value, self.user)
        return value

    def clean(self) -> dict[str, Any]:
        """Both entries of the new password agree."""
        values = super().clean() or self.cleaned_data
        new, repeat = values.get("new_password"), values.get("repeat")
        if new and repeat and new != repeat:
            self.add_error("repeat", "两遍新密码不一样，请重新填写。")
        return values
