"""The account nobody could create: the first administrator of a deployment, made on the machine itself."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import SpecialRole, User
from accounts.services.accounts import create_account
from core import clock
from core.exceptions import DomainError, DomainErrors
from core.locks import advisory_lock
from core.services.audit import record_event
from orgs.choices import Role
from orgs.models import Office, Post
from orgs.validators.errors import CodeError
from orgs.validators.person_name import parse_person_name

UNIT = "服务器命令"


@transaction.atomic
def create_first_admin(
    *, username: str, name: str, office_code: str, is_sysadmin: bool = False
) -> tuple[User, str]:
    """The administrator of the office, or a system administrator, with a one-time password.

    Refused when one of the kind exists and can sign in: that one creates the others.
    """
    advisory_lock("first-admin")
    try:
        name = parse_person_name(name)
    except CodeError as refusal:
        raise DomainError(refusal.message, field="name") from refusal
    office = None if is_sysadmin else _office_without_admin(office_code)
    if is_sysadmin:
        _require_no_sysadmin()
    try:
        user, password = create_account(
            actor=None,
            username=username,
            name=name,
            special_role=SpecialRole.SYSADMIN if is_sysadmin else SpecialRole.NONE,
            unit=UNIT,
        )
    except ValidationError as refusal:
        raise DomainErrors([DomainError(text) for text in refusal.messages]) from refusal
    if office is not None:
        post = Post.objects.create(
            user=user, office=office, role=Role.OFFICE_ADMIN, created_at=clock.machine_now()
        )
        record_event(actor=None, action="account.add_post", target=user, after={"任职": str(post)}, unit=UNIT)
    return user, password


def _office_without_admin(code: str) -> Office:
    office = Office.objects.filter(code=code).first()
    if office is None:
        raise DomainError(
            f"没有代码为 {code} 的科协。请先运行 manage.py load_reference，再核对代码。", field="office"
        )
    posts = Post.objects.held().filter(office=office, role=Role.OFFICE_ADMIN, user__is_active=True)
    known = posts.select_related("user").order_by("pk").first()
    if known is not None:
        raise DomainError(
            f"{office.short_name}已有账号管理员“{known.user.username}”，没有再建。"
            "请由其登录后建立其他账号；密码丢失的，由另一位管理员或系统管理员重设。"
        )
    return office


def _require_no_sysadmin() -> None:
    known = User.objects.filter(special_role=SpecialRole.SYSADMIN, is_active=True).order_by("pk").first()
    if known is not None:
        raise DomainError(f"已有系统管理员“{known.username}”，没有再建。请由其登录后建立其他账号。")
