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


def remember_reaches(users) -> None:
    """Read the posts of many people at once, so that ``reach_of`` asks for none of them singly."""
    waiting = {user.pk: user for user in users if "_reach" not in user.__dict__}
    if not waiting:
        return
    held: dict[int, list[HeldPost]] = {pk: [] for pk in waiting}
    rows = (
        apps.get_model("orgs", "Post")
        .objects.held()
        .filter(user_id__in=list(waiting))
        .order_by("office__path", "role")
        .values_list("user_id", *_COLUMNS)
    )
    for user_id, *columns in rows:
        held[user_id].append(HeldPost(*columns))
    for pk, user in waiting.items():
        user.__dict__["_reach"] = Reach(tuple(held[pk]))


def forget_reach(user) -> None:
    """Read the posts again next time: a service changed them."""
    user.__dict__.pop("_reach", None)
