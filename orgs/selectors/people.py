"""Accounts with their posts: who may see whom, and how they are found.

The accounts app knows no office, so the scoping of accounts stands here and not on their own QuerySet.
"""

import dataclasses

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import SpecialRole, User
from orgs.models import Office, Post
from orgs.models.office import subtree_q, subtrees_q
from orgs.models.reach import reach_of
from orgs.permissions import MANAGE_ACCOUNTS


def manages_everywhere(user: User) -> bool:
    """Whether the person is a system administrator: accounts of every office, business records of none."""
    return bool(user.is_authenticated and user.is_active and user.special_role == SpecialRole.SYSADMIN)


def manages_accounts(user: User) -> bool:
    """Whether the person manages accounts at all."""
    return manages_everywhere(user) or bool(reach_of(user).with_roles(MANAGE_ACCOUNTS))


def managed_offices(user: User) -> QuerySet[Office]:
    """The offices in which the person may give posts, in the order of the tree."""
    if manages_everywhere(user):
        return Office.objects.order_by("path")
    return Office.objects.filter(subtrees_q(reach_of(user).paths(MANAGE_ACCOUNTS))).order_by("path")


def is_managed_path(user: User, path: str) -> bool:
    """Whether the office at this tree path lies where the person manages accounts."""
    return manages_everywhere(user) or reach_of(user).covers(MANAGE_ACCOUNTS, path)


def visible_people(user: User) -> QuerySet[User]:
    """The accounts an administrator sees: all for the system administrator, those of the own subtree for an office's.

    An account belongs where its posts in force are; without one, where its last ones were, so that it can come back.
    """
    if manages_everywhere(user):
        return User.objects.all()
    paths = reach_of(user).paths(MANAGE_ACCOUNTS)
    if not paths:
        return User.objects.none()
    held = Post.objects.held().filter(user=OuterRef("pk"))
    within = subtrees_q(paths, "office__")
    former = Post.objects.filter(user=OuterRef("pk")).filter(within)
    return User.objects.filter(Exists(held.filter(within)) | (~Exists(held) & Exists(former)))


@dataclasses.dataclass(frozen=True)
class PersonFilter:
    """What the list is narrowed to; empty fields narrow nothing. ``state`` is "active" or "disabled"."""

    text: str = ""
    office: Office | None = None
    role: str = ""
    state: str = ""


def filtered_people(user: User, wanted: PersonFilter) -> QuerySet[User]:
    """The visible accounts that fit, by user name."""
    people = visible_people(user)
    if wanted.text:
        people = people.filter(Q(name__icontains=wanted.text) | Q(username__icontains=wanted.text))
    posts = Post.objects.held().filter(user=OuterRef("pk"))
    if wanted.role in SpecialRole.values:
        if wanted.role:
            people = people.filter(special_role=wanted.role)
    else:
        posts = posts.filter(role=wanted.role)
    if wanted.office is not None:
        posts = posts.filter(subtree_q(wanted.office.path, "office__"))
    if wanted.office is not None or wanted.role not in SpecialRole.values:
        people = people.filter(Exists(posts))
    if wanted.state:
        people = people.filter(is_active=wanted.state == "active")
    return people.order_by("username")


def with_posts(people: QuerySet[User]) -> QuerySet[User]:
    """With the posts in force and their offices on each account, as ``held_posts``."""
    held = Post.objects.held().select_related("office").order_by("office__path", "role")
    return people.prefetch_related(Prefetch("posts", queryset=held, to_attr="held_posts"))


def find_offices(user: User, text: str, *, limit: int = 20) -> list[Office]:
    """Offices the person may give posts in, by code or a part of the name."""
    text = text.strip()
    wanted = (
        Q(code__startswith=text)
        if text.isdecimal()
        else Q(name__contains=text) | Q(short_name__contains=text)
    )
    return list(managed_offices(user).filter(wanted)[:limit]) if text else []


def office_by_entry(user: User, text: str) -> list[Office]:
    """The offices an entry such as ``440106 天河区科协``, ``440106`` or ``天河区科协`` can mean; one when it is clear."""
    text = text.strip()
    code = text.split(" ", 1)[0]
    if len(code) == 6 and code.isdecimal():
        return list(managed_offices(user).filter(code=code))
    exact = list(managed_offices(user).filter(Q(short_name=text) | Q(name=text))[:6])
    return exact or list(
        managed_offices(user).filter(Q(short_name__contains=text) | Q(name__contains=text))[:6]
    )


def office_entry(office: Office) -> str:
    """How an office stands in the entry field."""
    return f"{office.code} {office.short_name}"
