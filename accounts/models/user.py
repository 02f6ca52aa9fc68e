"""The account of one person."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q


class SpecialRole(models.TextChoices):
    """Roles apart from the office tree (DESIGN §4)."""

    NONE = "", "科协工作人员"
    EXPERT = "expert", "评审专家"
    AUDITOR = "auditor", "审计"
    SYSADMIN = "sysadmin", "系统管理员"


class UserManager(BaseUserManager["User"]):
    """Accounts by user name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """User names do not differ by case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """One person's account. What the person may do follows from the posts (orgs) or the special role.

    ``must_change_password`` is set with each one-time password; until it is changed no other page opens.
    """

    username = models.CharField(
        "账号",
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "这个账号已有人使用，请换一个。"},
    )
    name = models.CharField("姓名", max_length=30)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    special_role = models.CharField(
        "特别角色", max_length=10, choices=SpecialRole.choices, blank=True, default=""
    )
    created_at = models.DateTimeField("建立时间")
    disabled_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(special_role__in=SpecialRole.values),
                name="user_special_role_known",
                violation_error_message="角色不正确。",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    # Django's admin is not used; these two keep third-party middleware content.
    @property
    def is_staff(self) -> bool:
        """Nobody edits business records in the Django admin (DESIGN §4)."""
        return False

    @property
    def is_superuser(self) -> bool:
        """There is no account above the rules."""
        return False
