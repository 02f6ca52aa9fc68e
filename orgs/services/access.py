"""Asking whether the actor may, and saying no in words. Below the page: every service asks here."""

import datetime as dt
from collections.abc import Callable

from django.db.models import Model

from accounts.models import User
from core.exceptions import NotAllowed
from orgs.choices import OfficeLevel, RecordState
from orgs.models import ConfirmingLevel, Office, Park, Post
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import CONFIRM, ENTER
from orgs.services.standing import host_of


def acting_unit(actor: User | None) -> str:
    """The short name of the office the actor's first post is in, for the trail; empty for the portal itself."""
    if actor is None:
        return ""
    known = actor.__dict__.get("_acting_unit")
    if known is None:
        post = (
            Post.objects.held().filter(user=actor).select_related("office").order_by("office__path").first()
        )
        known = actor.__dict__["_acting_unit"] = post.office.short_name if post else ""
    return known


def require_enter(actor: User, office: Office) -> None:
    """The actor is a clerk whose subtree holds the office; else ``NotAllowed``."""
    if not reach_of(actor).covers(ENTER, office.path):
        raise NotAllowed(
            f"您不是{office.short_name}或其上级科协的经办，不能录入或修改它的记录。请由该单位经办办理。"
        )


def require_enter_park(actor: User, *, office: Office, is_national: bool) -> None:
    """As ``require_enter``; national parks are created by HQ alone (DESIGN §3)."""
    require_enter(actor, office)
    if is_national and not any(
        post.level == OfficeLevel.HQ
        for post in reach_of(actor).with_roles(ENTER)
        if office.path.startswith(post.path)
    ):
        raise NotAllowed("国家级园区只由中国科协登记和撤销。请把情况报中国科协。")


def require_entry(actor: User, record: RegistryRecord) -> None:
    """The actor may submit, withdraw or delete the record: a clerk of the holder or above, for national parks HQ's."""
    if isinstance(record, Park):
        require_enter_park(actor, office=record.office, is_national=record.is_national)
    else:
        require_enter(actor, record.office)


def allows(ask: Callable[[], None]) -> bool:
    """Whether one of the questions here is answered without ``NotAllowed``."""
    try:
        ask()
    except NotAllowed:
        return False
    return True


def confirming_level_for(record: Model, today: dt.date) -> str:
    """The lowest level that may confirm this record: HQ for national parks, province for other parks, else the plan's."""
    if isinstance(record, Park):
        return OfficeLevel.HQ if record.is_national else OfficeLevel.PROVINCE
    return ConfirmingLevel.objects.lowest_on(today)


def require_confirm(actor: User, record: RegistryRecord, *, today: dt.date) -> None:
    """The actor is a reviewer at or above the record's holder and the confirming level, and had no hand in the version.

    Four eyes (DESIGN §3): who created, edited or submitted the version does not confirm, return or void it. The same is
    asked of a host that waits together with the record: the two are judged together.
    """
    require_confirming_place(actor, path=record.office.path, lowest=confirming_level_for(record, today))
    require_other_eyes(contributed=record.contributors.filter(pk=actor.pk).exists())
    host = host_of(record)
    if host is not None and host.state == RecordState.SUBMITTED:
        require_confirm(actor, host, today=today)


def require_confirming_place(actor: User, *, path: str, lowest: str) -> None:
    """The actor is a reviewer at or above the holder at ``path`` and at or above the level ``lowest``."""
    if reach_of(actor).confirms(path=path, lowest=lowest):
        return
    if reach_of(actor).covers(CONFIRM, path):
        raise NotAllowed(f"这条记录须由{OfficeLevel(lowest).label}或以上科协确认。")
    raise NotAllowed("您不是持有单位或其上级科协的审核，不能确认或退回这条记录。")


def require_other_eyes(*, contributed: bool) -> None:
    """Refuse who ``contributed`` to the version that is open (four eyes)."""
    if contributed:
        raise NotAllowed("您录入、修改或提交过这一版，不能自己确认或退回。请由另一位审核人员办理。")
