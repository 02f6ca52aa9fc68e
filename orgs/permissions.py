"""Who may do what, as one table. Plain data: no model, no request.

A post gives its role in its office's whole subtree. A misspelt action fails loudly.
"""

import dataclasses
from collections.abc import Iterable

from orgs.choices import OfficeLevel, Role

ENTER, CONFIRM, VIEW, MANAGE_ACCOUNTS, COMPUTE, VIEW_PERSONAL = (
    "enter",
    "confirm",
    "view",
    "manage_accounts",
    "compute",
    "view_personal",
)

ROLES_FOR: dict[str, frozenset[str]] = {
    # see every record of the subtree
    VIEW: frozenset(Role.values),
    # names and telephones of persons in full
    VIEW_PERSONAL: frozenset({Role.CLERK, Role.REVIEWER, Role.LEADER}),
    # enter, edit, submit, withdraw
    ENTER: frozenset({Role.CLERK}),
    # confirm, return, void
    CONFIRM: frozenset({Role.REVIEWER}),
    # accounts and posts of the subtree
    MANAGE_ACCOUNTS: frozenset({Role.OFFICE_ADMIN}),
    # have figures computed again
    COMPUTE: frozenset({Role.CLERK, Role.REVIEWER, Role.LEADER}),
}


@dataclasses.dataclass(frozen=True)
class HeldPost:
    """One post as the predicates and the frame of the page need it; ``office_name`` is the short name."""

    post_id: int
    role: str
    office_id: int
    path: str
    level: str
    office_code: str = ""
    office_name: str = ""
    region: str = ""

    @property
    def role_label(self) -> str:
        """The role in Chinese."""
        return Role(self.role).label

    @property
    def is_hq(self) -> bool:
        """Whether the post is at 中国科协 itself."""
        return self.level == OfficeLevel.HQ


@dataclasses.dataclass(frozen=True)
class Reach:
    """All posts of one person."""

    posts: tuple[HeldPost, ...]

    def with_roles(self, action: str) -> tuple[HeldPost, ...]:
        """The posts that carry the action. Raises KeyError for an action nobody declared."""
        roles = ROLES_FOR[action]
        return tuple(post for post in self.posts if post.role in roles)

    def covers(self, action: str, path: str) -> bool:
        """Whether some post carries the action for the office at this tree path."""
        return any(path.startswith(post.path) for post in self.with_roles(action))

    def paths(self, action: str) -> tuple[str, ...]:
        """The tops of the subtrees where the action is allowed, nested ones left out."""
        return _outermost(post.path for post in self.with_roles(action))

    def tops(self, action: str, *, below: str = "") -> tuple[int, ...]:
        """The offices at the tops of the subtrees where the action is allowed, by key; ``below``: within this tree path."""
        tops = [path for path in self.paths(action) if path.startswith(below)]
        return tuple(sorted({post.office_id for post in self.with_roles(action) if post.path in tops}))

    def confirms(self, *, path: str, lowest: str) -> bool:
        """Whether a reviewer's post sits at or above the office at ``path`` and at or above the lowest level."""
        limit = OfficeLevel(lowest).rank
        return any(
            path.startswith(post.path) and OfficeLevel(post.level).rank <= limit
            for post in self.with_roles(CONFIRM)
        )

    @property
    def is_empty(self) -> bool:
        """Whether the person holds no post."""
        return not self.posts


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    tops: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(top) for top in tops):
            tops.append(path)
    return tuple(tops)
