"""Accounts and posts as administrators manage them: who may is asked here, every act is in the trail (DESIGN §4).

An office's administrator works in the own subtree; the system administrator works everywhere and holds no post. Nobody
changes the own posts or disables the own account. One-time passwords are returned once and kept nowhere.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import SpecialRole, User
from accounts.services import accounts
from core import clock
from core.exceptions import ClosedByState, DomainError, DomainErrors, NotAllowed
from core.formats import date_text
from core.services.audit import record_event
from orgs.calculations.pinyin import pinyin_key
from orgs.choices import Role
from orgs.models import Office, Post
from orgs.models.reach import forget_reach
from orgs.selectors.people import is_managed_path, manages_accounts, manages_everywhere, visible_people
from orgs.services.access import acting_unit
from orgs.validators.errors import CodeError
from orgs.validators.person_name import parse_person_name

OUTSIDE = "此人在您的范围以外还有任职，这个账号不归您一家管。请共同的上级科协的账号管理员办理，或由对方先结束那边的任职。"
OWN = "不能办理自己的账号和任职。请上级或另一位账号管理员办理。"


def why_not_managed(actor: User, person: User) -> str:
    """Why this administrator may not act on an account that is visible to them; empty when they may."""
    if person.pk == actor.pk:
        return OWN
    if manages_everywhere(actor):
        return ""
    if person.special_role:
        return "这是专家、审计或系统管理员的账号，由系统管理员办理。"
    outside = [
        path
        for path in Post.objects.held().filter(user=person).values_list("office__path", flat=True)
        if not is_managed_path(actor, path)
    ]
    return OUTSIDE if outside else ""


def suggest_username(*, office: Office | None, name: str) -> str:
    """A free user name: office code and the name in pinyin, ``440106-chenshili``, with a number when it is taken."""
    reading = pinyin_key(name, max_length=30) or "user"
    stem = f"{office.code}-{reading}" if office else reading
    taken = {
        username.lower()
        for username in User.objects.filter(username__istartswith=stem).values_list("username", flat=True)
    }
    number, username = 1, stem
    while username in taken:
        number += 1
        username = f"{stem}{number}"
    return username


@transaction.atomic
def create_person(
    *,
    actor: User,
    name: str,
    office: Office | None,
    role: str = "",
    username: str = "",
    special_role: str = "",
) -> tuple[User, str]:
    """Create an account with its first post, or one with a special role and no post. Returns the one-time password.

    Raises ``NotAllowed``, or ``DomainErrors`` with the fields name, office, role, username, special_role.
    """
    if not manages_accounts(actor):
        raise NotAllowed("您不是账号管理员，不能建立账号。请联系本单位账号管理员。")
    name = _checked_name(name)
    if special_role:
        _require_special(actor, special_role)
        if office is not None or role:
            raise DomainError(
                "专家、审计和系统管理员没有任职。请不要同时选单位和角色。", field="special_role"
            )
    else:
        _require_place(actor, office, role)
    username = username.strip() or suggest_username(office=office, name=name)
    try:
        person, password = accounts.create_account(
            actor=actor, username=username, name=name, special_role=special_role, unit=unit_of(actor)
        )
    except ValidationError as refusal:
        raise DomainErrors(
            [
                DomainError(text, field=field)
                for field, texts in refusal.message_dict.items()
                for text in texts
            ]
        ) from refusal
    except IntegrityError as race:
        raise DomainError("这个账号已有人使用，请换一个。", field="username") from race
    if office is not None:
        _give_post(actor, person, office, role)
    return person, password


@transaction.atomic
def reset_person_password(*, actor: User, person: User) -> str:
    """Give a new one-time password; what the person had open ends at the next click."""
    person = _managed(actor, person)
    return accounts.reset_password(actor=actor, user=person, unit=unit_of(actor))


@transaction.atomic
def disable_person(*, actor: User, person: User, reason: str) -> None:
    """Switch the account off; open sessions end at the next click."""
    _switch(actor, person, active=False, reason=reason)


@transaction.atomic
def enable_person(*, actor: User, person: User, reason: str) -> None:
    """Switch the account on again."""
    _switch(actor, person, active=True, reason=reason)


def _switch(actor: User, person: User, *, active: bool, reason: str) -> None:
    reason = reason.strip()
    if not reason:
        raise DomainError(f"请写明{'启用' if active else '停用'}原因，会留在操作记录里。", field="reason")
    if len(reason) > 200:
        raise DomainError(f"原因不能超过 200 字，现为 {len(reason)} 字。请精简。", field="reason")
    person = _managed(actor, person)
    if person.is_active == active:
        raise ClosedByState(f"“{person.name}”的账号已经是{'启用' if active else '停用'}状态，没有再办。")
    accounts.set_account_active(actor=actor, user=person, active=active, reason=reason, unit=unit_of(actor))


@transaction.atomic
def add_post(*, actor: User, person: User, office: Office | None, role: str) -> Post:
    """Give a person one more role in an office of the actor's range."""
    person = _managed(actor, person)
    if person.special_role:
        raise DomainError("专家、审计和系统管理员不能有任职：他们不办业务。", field="role")
    _require_place(actor, office, role)
    assert office is not None
    return _give_post(actor, person, office, role)


@transaction.atomic
def end_post(*, actor: User, post: Post) -> Post:
    """End a post; its rights are gone with the next click, what the person did stays theirs."""
    person = _managed(actor, post.user)
    post = Post.objects.select_for_update(of=("self",)).select_related("office").get(pk=post.pk)
    if post.ended_at is not None:
        raise ClosedByState(f"“{post}”的任职已在 {date_text(post.ended_at)} 结束，没有再办。")
    if not is_managed_path(actor, post.office.path):
        raise NotAllowed(OUTSIDE)
    post.ended_at = clock.machine_now()
    post.save(update_fields=["ended_at"])
    forget_reach(person)
    record_event(
        actor=actor, action="account.end_post", target=person, before={"任职": str(post)}, unit=unit_of(actor)
    )
    return post


def unit_of(actor: User) -> str:
    """What the trail names as the actor's unit; a system administrator has no office."""
    return SpecialRole(actor.special_role).label if actor.special_role else acting_unit(actor)


def _managed(actor: User, person: User) -> User:
    """The account under lock, when the actor may act on it."""
    row = User.objects.select_for_update().get(pk=person.pk)
    if not visible_people(actor).filter(pk=row.pk).exists():
        raise NotAllowed(OWN if row.pk == actor.pk else "这个账号不在您的范围内。")
    why = why_not_managed(actor, row)
    if why:
        raise NotAllowed(why)
    return row


def _checked_name(name: str) -> str:
    try:
        return parse_person_name(name)
    except CodeError as refusal:
        raise DomainError(refusal.message, field="name") from refusal


def _require_special(actor: User, special_role: str) -> None:
    if not manages_everywhere(actor):
        raise NotAllowed("专家、审计和系统管理员的账号由系统管理员建立。")
    if special_role not in SpecialRole.values:
        raise DomainError("请从列出的角色里选。", field="special_role")


def _require_place(actor: User, office: Office | None, role: str) -> None:
    errors = []
    if office is None:
        errors.append(DomainError("请填写任职单位的代码或名称。", field="office"))
    elif not is_managed_path(actor, office.path):
        errors.append(DomainError(f"{office.short_name}不在您的范围内，不能在那里安排任职。", field="office"))
    if role not in Role.values:
        errors.append(DomainError("请选择角色。", field="role"))
    if errors:
        raise DomainErrors(errors)


def _give_post(actor: User, person: User, office: Office, role: str) -> Post:
    post = Post(user=person, office=office, role=role, created_at=clock.machine_now())
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as refusal:
        raise DomainError(
            f"“{person.name}”在{office.short_name}已有这个角色，没有再加。", field="role"
        ) from refusal
    forget_reach(person)
    record_event(
        actor=actor, action="account.add_post", target=person, after={"任职": str(post)}, unit=unit_of(actor)
    )
    return post
