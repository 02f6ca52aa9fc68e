"""People who sign in."""

from accounts.models.user import SpecialRole, User

__all__ = ["SpecialRole", "User"]
