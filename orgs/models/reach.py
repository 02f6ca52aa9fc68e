"""One definition of reach: which subtrees a person's posts open, read once per request."""

from django.apps import apps

from orgs.permissions import HeldPost, Reach

_NOTHING = Reach(())
# In the order of HeldPost's fields: one query serves the rights, the frame and the greeting.
_COLUMNS = (
    "pk",
    "role",
    "office_id",
    "office__path",
    "office__level",
    "office__code",
    "office__short_name",
    "office__region_short",
)


def reach_of(user) -> Reach:
    """The posts in force of a person, remembered on the user object, that is for one request.

    Experts, auditors, system administrators and disabled accounts reach no business record.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active or user.special_role:
        return _NOTHING
    known = user.__dict__.get("_reach")
    if known is None:
        rows = (
            apps.get_model("orgs", "Post")
            .objects.held()
            .filter(user_id=user.pk)
            .order_by("office__path", "role")
            .values_list(*_COLUMNS)
        )
        known = Reach(tuple(HeldPost(*row) for row in rows))
        user.__dict__["_reach"] = known
    return known


def forget_reach(user) -> None:
    """Read the posts again next time: a service changed them."""
    user.__dict__.pop("_reach", None)
