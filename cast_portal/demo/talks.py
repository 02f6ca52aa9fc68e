"""What offices said with the enterprises that have a contact, and who followed whom."""

import datetime as dt
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from cast_portal.demo.acting import LAST_DAY
from cast_portal.demo.days import in_hours, workday_after, workdays
from cast_portal.demo.kit import Kit
from core.bulk import insert_rows
from core.models import AuditEvent
from orgs.choices import LeaderWish, VisitMeans
from orgs.models import ContactPerson, ContactVisit, Office
from orgs.services.bulk_course import unit_label
from orgs.services.bulk_writer import EVENT_COLUMNS, reserve_ids

_SAID = {
    LeaderWish.WILLING: (
        "愿意建，等董事会通过。",
        "总经理同意，请我们送章程范本。",
        "准备年底前开成立大会。",
        "已推荐主席人选，待报批。",
    ),
    LeaderWish.LATER: ("今年生产任务重，明年再谈。", "想先看看别的企业怎么办。", "科技人员不多，再等一等。"),
    LeaderWish.UNWILLING: ("认为没有必要，先保持联系。", "负责人不愿谈，下次请园区一起去。"),
    "": ("只见到联系人，没有谈到建科协。", "介绍了科协的工作，留了材料。"),
}
_STEPS = (
    "送章程范本",
    "约负责人见面",
    "寄同行企业的材料",
    "参加企业的技术交流会",
    "帮助起草申请",
    "再打电话问结果",
)
_MEANS = (
    VisitMeans.PHONE,
    VisitMeans.PHONE,
    VisitMeans.PHONE,
    VisitMeans.VISIT,
    VisitMeans.VISIT,
    VisitMeans.MEETING,
)
_COLUMNS = (
    *("id", "enterprise_id", "contact_id", "visited_on", "means", "said", "wish_before", "wish_after"),
    *("next_step", "next_on", "followed_at", "created_by_id", "created_at"),
)


def write_talks(kit: Kit) -> int:
    """Link those who followed others, and write the talks with their trail. Returns how many talks."""
    _link_followers()
    rng = kit.rng("talks")
    rows = list(
        ContactPerson.objects.confirmed()
        .filter(left_on=None, enterprise__state="confirmed", enterprise__organizations=None)
        .order_by("enterprise__name", "enterprise__division__code", "mobile")
        .values_list(
            "pk",
            "enterprise_id",
            "enterprise__name",
            "enterprise__leader_wish",
            "office_id",
            "established_on",
        )
    )
    chosen = sorted(rng.sample(range(len(rows)), min(len(rows), kit.sizes.talks)))
    offices = {office.pk: office for office in kit.places.by_path.values()}
    days = workdays(dt.date(2014, 5, 5), LAST_DAY)
    talks = [_talk(kit, rng, rows[number], offices, days) for number in chosen]
    keys = reserve_ids(ContactVisit, len(talks))
    insert_rows(ContactVisit, _COLUMNS, [(pk, *talk[0]) for pk, talk in zip(keys, talks, strict=True)])
    insert_rows(AuditEvent, EVENT_COLUMNS, _events(keys, talks))
    return len(talks)


def _link_followers() -> None:
    """Where one contact left and another serves, the other followed."""
    left: dict[int, ContactPerson] = {}
    for contact in ContactPerson.objects.confirmed().exclude(left_on=None):
        left[contact.enterprise_id] = contact
    followers = ContactPerson.objects.confirmed().filter(left_on=None, enterprise__in=list(left))
    for follower in followers:
        old = left[follower.enterprise_id]
        if old.left_on is not None and follower.established_on >= old.left_on:
            ContactPerson.objects.filter(pk=follower.pk).update(replaces=old, replaced_left_on=old.left_on)


def _talk(
    kit: Kit, rng: Random, row: tuple[Any, ...], offices: dict[int, Office], days: list[dt.date]
) -> tuple[tuple[Any, ...], Any, str]:
    contact, enterprise, name, wish, office, since = row
    first = workday_after(since, 1, last=LAST_DAY)
    day = rng.choice([one for one in days[-70:] if one >= first] or [LAST_DAY])
    at = in_hours(rng, day)
    clerk = kit.acting.clerk(offices[office])
    before = wish
    if wish == LeaderWish.WILLING and rng.random() < 0.4:
        before = rng.choice(("", LeaderWish.LATER.value))
    step, on = "", None
    if wish != LeaderWish.UNWILLING and rng.random() < 0.3:
        step, on = rng.choice(_STEPS), workday_after(day, rng.randint(5, 30), last=dt.date(2014, 12, 31))
    said = rng.choice(_SAID[wish])
    means = rng.choice(_MEANS).value
    values = (enterprise, contact, day, means, said, before, wish, step, on, None, clerk.pk, at)
    return values, clerk, f"{day} {VisitMeans(means).label}：{name}"


def _events(keys: Any, talks: list[tuple[tuple[Any, ...], Any, str]]) -> Iterator[tuple[Any, ...]]:
    target = ContactVisit._meta.label_lower
    for pk, (values, clerk, label) in sorted(zip(keys, talks, strict=True), key=lambda pair: pair[1][0][-1]):
        _, _, day, means, said, _, _, step, on, _, _, at = values
        told = {
            "联系日期": day.isoformat(),
            "方式": VisitMeans(means).label,
            "谈了什么": said,
            **({"下一步": step, "下一步日期": on.isoformat()} if on else {}),
        }
        after = json.dumps(told, ensure_ascii=False)
        yield (
            at,
            clerk.pk,
            clerk.name,
            unit_label(clerk),
            "contact_visit.create",
            target,
            pk,
            label[:200],
            "{}",
            after,
            "",
        )
