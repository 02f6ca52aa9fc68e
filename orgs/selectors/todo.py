"""What the registry owes: returned records, drafts, the review queue, reports to the holder, imports left open."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.models import AuditEvent
from core.todo import NORMAL, SOON, URGENT, TodoItem
from orgs.choices import ImportState, OfficeLevel, RecordState
from orgs.models import CastOrganization, ContactPerson, Enterprise, HolderReport, ImportBatch, Park
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import CONFIRM, ENTER
from orgs.selectors.calls import DUE, steps_due
from orgs.selectors.ratings import owed_to_weak
from orgs.selectors.waiting import waiting_for_reviewer

# Up to so many returned records of a kind stand one by one, more are one item.
SINGLY = 3
# A page of returned records is enough to say "more".
_READ = 200
_NOUNS = {"organization": "科协组织", "contact": "联系人", "enterprise": "企业", "park": "园区"}
_MODELS: dict[str, type[RegistryRecord]] = {
    "organization": CastOrganization,
    "contact": ContactPerson,
    "enterprise": Enterprise,
    "park": Park,
}


def registry_todo(*, user: User, today: dt.date) -> list[TodoItem]:
    """Everything the registry waits for from this person. At most ten queries; none for people without a role in it.

    Groups of registrations that are probably one enterprise are not counted here: that reads every name within reach.
    """
    reach = reach_of(user)
    items: list[TodoItem] = []
    if reach.with_roles(ENTER):
        # Lower offices do their own: a clerk is told of what the own office holds and of what was entered by hand.
        offices = [post.office_id for post in reach.with_roles(ENTER)]
        held, entered = Q(office__in=offices), Q(created_by=user)
        drafts = (
            held | entered if any(post.level == OfficeLevel.HQ for post in reach.with_roles(ENTER)) else held
        )
        items += _returned(held | entered) + _drafts(drafts) + _reports(offices)
        items += _imports(user) + _parks_to_register(offices) + _steps(offices, today) + _weak(offices)
    if reach.with_roles(CONFIRM):
        items += _queue(user, today)
    return items


def _each(rows_of: Callable[[str, type[RegistryRecord]], QuerySet]) -> QuerySet:
    """The same columns of all four kinds in one query."""
    first, *others = (rows_of(kind, model) for kind, model in _MODELS.items())
    return first.union(*others, all=True)


def _alone(kind: str, state: str) -> Q:
    """Hosts whose organisation or contact is in the same state are dealt with through it."""
    condition = Q()
    if kind in ("enterprise", "park"):
        condition &= ~Q(organizations__state=state)
    if kind == "enterprise":
        condition &= ~Q(contacts__state=state)
    return condition


def _returned(clerks: Q) -> list[TodoItem]:
    def rows(kind: str, model: type[RegistryRecord]) -> QuerySet:
        title = Concat(F("enterprise__name"), Value("，"), F("name")) if kind == "contact" else F("name")
        named = model._default_manager.filter(clerks, _alone(kind, "returned"), state=RecordState.RETURNED)
        return (
            named.order_by()
            .annotate(kind_name=Value(kind, output_field=CharField()), title=title)
            .values_list("kind_name", "pk", "title", "return_reason", "updated_at")
        )

    by_kind: dict[str, list[tuple]] = {}
    for kind, *row in _each(rows).order_by("-updated_at")[:_READ]:
        by_kind.setdefault(kind, []).append(tuple(row))
    singly = [(kind, pk) for kind, found in by_kind.items() if len(found) <= SINGLY for pk, *_ in found]
    returners = _returners(singly)
    items = []
    for kind, found in by_kind.items():
        if len(found) <= SINGLY:
            items += [_one_returned(kind, row, returners.get((kind, row[0]), "")) for row in found]
        else:
            items.append(_many_returned(kind, found))
    return items


def _one_returned(kind: str, row: tuple, returner: str) -> TodoItem:
    pk, title, reason, _ = row
    return TodoItem(
        title=f"{title} 被退回",
        why=f"{reason.rstrip('。')}（{returner}）" if returner else reason,
        url=reverse(f"{kind}_detail", args=[pk]),
        action="修改",
        severity=URGENT,
        place=_place(kind),
    )


def _many_returned(kind: str, found: list[tuple]) -> TodoItem:
    reasons = "；".join(dict.fromkeys(reason.rstrip("。") for _, _, reason, _ in found))
    number = f"{_READ} 条以上" if len(found) >= _READ else f"{len(found)} 条"
    return TodoItem(
        title=f"{number}{_NOUNS[kind]}被退回",
        why=reasons[:60] + ("…" if len(reasons) > 60 else ""),
        url=reverse(f"{kind}_list") + f"?state={RecordState.RETURNED}",
        action="逐条修改",
        severity=URGENT,
        count=len(found),
        place=_place(kind),
    )


def _returners(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Who returned each record last and when, with the unit; one query, none for no records."""
    wanted = Q()
    labels = {_MODELS[kind]._meta.label_lower: kind for kind in _MODELS}
    for kind, pk in records:
        wanted |= Q(target_type=_MODELS[kind]._meta.label_lower, target_id=pk, action=f"{kind}.return")
    if not wanted:
        return {}
    rows = AuditEvent.objects.filter(wanted).order_by("pk")
    return {
        (labels[target], pk): f"{unit} {who} {timezone.localtime(at):%m-%d}".strip()
        for target, pk, unit, who, at in rows.values_list(
            "target_type", "target_id", "actor_unit", "actor_label", "at"
        )
    }


def _drafts(clerks: Q) -> list[TodoItem]:
    def rows(kind: str, model: type[RegistryRecord]) -> QuerySet:
        drafts = model._default_manager.filter(clerks, _alone(kind, "draft"), state=RecordState.DRAFT)
        return (
            drafts.order_by()
            .annotate(kind_name=Value(kind, output_field=CharField()))
            .values("kind_name")
            .annotate(number=Count("pk", distinct=True), oldest=Min("created_at"))
            .values_list("kind_name", "number", "oldest")
        )

    return [
        TodoItem(
            title=f"{number} 条{_NOUNS[kind]}草稿没有提交",
            why=f"最早的一条录入于 {timezone.localtime(oldest):%Y-%m-%d}",
            url=reverse(f"{kind}_list") + f"?state={RecordState.DRAFT}",
            action="核对后提交",
            severity=NORMAL,
            count=number,
            place=_place(kind),
        )
        for kind, number, oldest in _each(rows)
        if number
    ]


def _queue(user: User, today: dt.date) -> list[TodoItem]:
    number = waiting_for_reviewer(user, today=today)
    if not number:
        return []
    return [
        TodoItem(
            title=f"{number:,} 条记录待您确认",
            why="确认后才计入各级数字，先提交的排在前面",
            url=reverse("review_queue"),
            action="去审核",
            severity=SOON,
            count=number,
            place="review_queue",
        )
    ]


def _reports(offices: list[int]) -> list[TodoItem]:
    """Reports other offices sent about enterprises held here; one query."""
    rows = HolderReport.objects.unsettled().filter(enterprise__office__in=offices)
    found = list(
        rows.order_by("pk").values_list("pk", "enterprise__name", "from_office__short_name", "text")[:_READ]
    )
    if not found:
        return []
    pk, enterprise, sender, text = found[0]
    more = f"，另有 {len(found) - 1} 条" if len(found) > 1 else ""
    return [
        TodoItem(
            title=f"{sender}反映：{enterprise}{more}",
            why=text[:60],
            url=reverse("holder_report_detail", args=[pk]),
            action="处理",
            severity=SOON,
            count=len(found),
            place="organization_list",
        )
    ]


def _imports(user: User) -> list[TodoItem]:
    """The own imports that wait for their columns or for the confirmation; one query, a few rows."""
    rows = ImportBatch.objects.filter(created_by=user, state__in=(ImportState.COLUMNS, ImportState.READY))
    found = list(
        rows.only("pk", "state", "kind", "file_name", "counts", "created_at").order_by("-pk")[:_READ]
    )
    if len(found) <= SINGLY:
        return [_one_import(batch) for batch in found]
    return [
        TodoItem(
            title=f"{len(found)} 次导入没有办完",
            why="确认之前没有写入任何记录；不要的可以放弃",
            url=reverse("import_list"),
            action="接着办",
            severity=NORMAL,
            count=len(found),
            place="organization_list",
        )
    ]


def _one_import(batch: ImportBatch) -> TodoItem:
    uploaded = f"{timezone.localtime(batch.created_at):%m-%d} 上传"
    if batch.state == ImportState.COLUMNS:
        title, action = f"请核对列：{batch.file_name}", "核对列"
        why = f"{batch.get_kind_display()}表，{uploaded}，有的列还不知道填什么"
    else:
        title, action = f"待确认导入：{batch.file_name}", "看预检结果"
        why = f"{batch.get_kind_display()} {batch.row_count:,} 行，{uploaded}，确认之前没有写入任何记录"
    return TodoItem(
        title=title,
        why=why,
        url=reverse("import_detail", args=[batch.pk]),
        action=action,
        severity=NORMAL,
        place="organization_list",
    )


def _parks_to_register(offices: list[int]) -> list[TodoItem]:
    """Parks held here of which a file says that they have an organisation; one query."""
    rows = Park.objects.awaiting_organization().exclude(state=RecordState.VOIDED).filter(office__in=offices)
    names = list(rows.order_by("pk").values_list("name", flat=True)[:_READ])
    if not names:
        return []
    more = f" 等 {len(names)} 个" if len(names) > 1 else ""
    return [
        TodoItem(
            title=f"{len(names)} 个园区的科协待登记",
            why=f"{names[0]}{more}，名单上填了已建园区科协，登记后才计入",
            url=reverse("park_list") + "?has=reported",
            action="去登记",
            severity=NORMAL,
            count=len(names),
            place="organization_list",
        )
    ]


def _steps(offices: list[int], today: dt.date) -> list[TodoItem]:
    """Next steps with enterprises held here that are due; one query."""
    due = steps_due(offices, today)[:_READ]
    if not due:
        return []
    day, enterprise, step = due[0]
    return [
        TodoItem(
            title=f"{len(due)} 家企业该联系了" if len(due) > 1 else f"该联系{enterprise}了",
            why=f"{enterprise}：{step}" if len(due) > 1 else step,
            url=reverse("contact_calls") + f"?why={DUE}",
            action="去联系",
            due_on=day,
            severity=SOON,
            count=len(due),
            place="contact_list",
        )
    ]


def _weak(offices: list[int]) -> list[TodoItem]:
    """Organisations held here whose difficulties are open: a task until they are settled; one query."""
    owed = owed_to_weak(offices)
    if not owed:
        return []
    names = list(dict.fromkeys(name for _, name in owed))
    more = f" 等 {len(names)} 个组织" if len(names) > 1 else ""
    return [
        TodoItem(
            title=f"{len(owed)} 项困难待帮助解决",
            why=f"{names[0]}{more}，最早的一项提出于 {owed[0][0]}",
            url=reverse("organization_difficulties") + "?own=1",
            action="去帮助",
            severity=NORMAL,
            count=len(owed),
            place="organization_list",
        )
    ]


def _place(kind: str) -> str:
    """The navigation entry a kind stands under."""
    return "contact_list" if kind == "contact" else "organization_list"
