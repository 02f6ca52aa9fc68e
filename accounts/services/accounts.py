"""Making, disabling and re-keying accounts. Whether the actor may is asked by the caller's own service (orgs)."""

import secrets

from axes.utils import reset as lift_lockout
from django.db import transaction

from accounts.models import User
from core import clock
from core.exceptions import DomainError
from core.services.audit import record_event

# No 0/O, 1/l/I: a one-time password is read out over the telephone.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def make_one_time_password() -> str:
    """Sixteen unambiguous characters in four groups, about 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def create_account(
    *, actor: User | None, username: str, name: str, special_role: str = "", unit: str = ""
) -> tuple[User, str]:
    """Create an account with a one-time password, which is returned once and stored nowhere."""
    password = make_one_time_password()
    username = username.strip()
    if User.objects.filter(username__iexact=username).exists():
        raise DomainError("这个账号已有人使用，请换一个。", field="username")
    user = User(
        username=username,
        name=name.strip(),
        special_role=special_role,
        must_change_password=True,
        created_at=clock.machine_now(),
    )
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save(force_insert=True)
    record_event(
        actor=actor,
        action="account.create",
        target=user,
        after={"账号": username, "姓名": user.name},
        unit=unit,
    )
    return user, password


@transaction.atomic
def reset_password(*, actor: User, user: User, unit: str = "") -> str:
    """Give a new one-time password, returned once; sessions opened with the old one end, a lock-out too."""
    password = make_one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    lift_lockout(username=user.username.lower())
    record_event(actor=actor, action="account.reset_password", target=user, unit=unit)
    return password


@transaction.atomic
def set_account_active(*, actor: User, user: User, active: bool, reason: str = "", unit: str = "") -> None:
    """Disable or enable an account; a disabled one is signed out at its next request."""
    if user.pk == actor.pk:
        raise DomainError("不能停用自己的账号。请由上级或另一位账号管理员办理。")
    if user.is_active == active:
        return
    user.is_active = active
    user.disabled_at = None if active else clock.machine_now()
    user.save(update_fields=["is_active", "disabled_at"])
    record_event(
        actor=actor,
        action="account.enable" if active else "account.disable",
        target=user,
        before={"启用": not active},
        after={"启用": active},
        reason=reason,
        unit=unit,
    )


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Store the password a person chose; it is not a one-time one any more."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record_event(actor=user, action="account.change_password", target=user)


def note_sign_in(*, user: User) -> None:
    """Put a successful sign-in into the trail."""
    record_event(actor=user, action="account.login", target=user)
