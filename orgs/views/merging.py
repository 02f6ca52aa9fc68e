"""Two registrations side by side, merging them, and taking a merger back."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.exceptions import DomainError, DomainErrors, NotAllowed, StaleVersion
from core.keys import read_key
from core.models import AuditEvent
from orgs.choices import RecordState, state_rank
from orgs.models import ContactPerson, Enterprise, Merger
from orgs.models.reach import reach_of
from orgs.permissions import VIEW_PERSONAL
from orgs.selectors.comparison import Clash, ComparedField, Comparison, Dependent, better_kept, compare
from orgs.selectors.consequences import consequences
from orgs.selectors.history import HistoryLine, history_of
from orgs.services.distinct_pairs import may_declare
from orgs.services.merge_rights import merge_refusal
from orgs.services.merging import Choices, merge_enterprises
from orgs.services.records import RecordRef
from orgs.services.unmerging import unmerge_enterprises
from orgs.views.common import attempt, not_allowed_is_403
from orgs.views.duplicates import back_to_list

FIELD, CLASH = "field-", "clash-"
Sent = Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of the comparison as the form shows it: whose value is taken, and why that was refused."""

    field: ComparedField
    chosen: int
    error: str


@dataclasses.dataclass(frozen=True)
class ClashLine:
    """One clash as the form shows it."""

    clash: Clash
    chosen: int | None
    error: str


def _enterprise(request: SignedInRequest, text: str) -> Enterprise:
    key = read_key(text)
    rows = Enterprise.objects.visible_to(request.user).select_related("office", "division", "park")
    found = rows.filter(pk=key).first() if key is not None else None
    if found is None:
        raise Http404
    return found


def _address(kept: Enterprise, absorbed: Enterprise, **more: str) -> str:
    query: dict[str, str | int] = {
        "kept": kept.pk,
        "absorbed": absorbed.pk,
        **{name: text for name, text in more.items() if text},
    }
    return reverse("enterprise_merge") + "?" + urlencode(query)


def _choices(sent: Sent) -> Choices:
    """What was chosen; anything else a form or an address may carry under these names is no choice."""
    values, stays = {}, {}
    for name, text in sent.items():
        key = read_key(text)
        if key is not None and name.startswith(FIELD):
            values[name.removeprefix(FIELD)] = key
        elif key is not None and name.startswith(CLASH):
            stays[name.removeprefix(CLASH)] = key
    return Choices(values, stays)


@require_http_methods(["GET", "POST"])
def enterprise_merge(request: SignedInRequest) -> HttpResponse:
    """Show two registrations beside each other; the POST merges them, or changes which is kept."""
    sent = request.POST if request.method == "POST" else request.GET
    if picked := request.GET.getlist("pk"):
        return _of_picked(request, picked)
    kept, absorbed = (
        _enterprise(request, sent.get("kept", "")),
        _enterprise(request, sent.get("absorbed", "")),
    )
    elsewhere = _not_to_compare(request, kept, absorbed)
    if elsewhere is not None:
        return elsewhere
    back = sent.get("back", "")
    if request.method == "GET":
        if state_rank(kept.state) < state_rank(absorbed.state):
            return redirect(_address(absorbed, kept, **_chosen(sent), back=back))
        return _answer(request, compare(kept, absorbed), sent)
    if sent.get("intent") == "swap":
        return redirect(_address(absorbed, kept, **_chosen(sent), back=back))
    return _merge(request, kept, absorbed, sent)


def _of_picked(request: SignedInRequest, picked: Sequence[str]) -> HttpResponseRedirect:
    back = request.GET.get("back", "")
    if len(set(picked)) != 2:
        messages.error(request, "请在一组里选两条登记来对照。")
        return back_to_list(back)
    kept, absorbed = better_kept(*(_enterprise(request, text) for text in dict.fromkeys(picked)))
    return redirect(_address(kept, absorbed, back=back))


def _not_to_compare(
    request: SignedInRequest, kept: Enterprise, absorbed: Enterprise
) -> HttpResponseRedirect | None:
    """Where to go instead when the two are one row or one of them is voided: a page that says why."""
    if kept.pk == absorbed.pk:
        messages.error(request, "选的是同一条登记。请选两条不同的登记来对照。")
        return redirect("enterprise_detail", pk=kept.pk)
    for row in (kept, absorbed):
        if row.state == RecordState.VOIDED:
            messages.error(request, f"“{row}”的登记已作废，不能合并：{row.return_reason}")
            return redirect("enterprise_detail", pk=row.pk)
    return None


def _chosen(sent: Sent) -> dict[str, str]:
    choices = _choices(sent)
    return {f"{FIELD}{name}": str(pk) for name, pk in choices.values.items()} | {
        f"{CLASH}{key}": str(pk) for key, pk in choices.stays.items()
    }


def _merge(request: SignedInRequest, kept: Enterprise, absorbed: Enterprise, sent: Sent) -> HttpResponse:
    errors: list[DomainError] = []
    with not_allowed_is_403():
        try:
            merger = merge_enterprises(
                actor=request.user,
                kept=_ref(kept, sent, "kept_version"),
                absorbed=_ref(absorbed, sent, "absorbed_version"),
                choices=_choices(sent),
            )
        except NotAllowed:
            raise
        except DomainErrors as refusal:
            errors = refusal.errors
        except DomainError as refusal:
            errors = [refusal]
        else:
            moved = sum(effect["kind"] in ("organization", "contact") for effect in merger.effects)
            words = f"，{moved} 条名下记录随之办理" if moved else ""
            messages.success(request, f"已把“{absorbed}”并入“{merger.kept}”{words}。办错时可在本页撤销合并")
            return redirect("enterprise_detail", pk=kept.pk)
    pair = compare(_enterprise(request, str(kept.pk)), _enterprise(request, str(absorbed.pk)))
    return _answer(request, pair, sent, errors)


def _ref(row: Enterprise, sent: Sent, name: str) -> RecordRef:
    """The registration in the version the page showed; a form without one is stale."""
    return RecordRef("enterprise", row.pk, read_key(sent.get(name, "")) or 0)


def _answer(
    request: SignedInRequest, pair: Comparison, sent: Sent, errors: Sequence[DomainError] = ()
) -> HttpResponse:
    by_field = {error.field: error.message for error in errors if error.field}
    choices = _choices(sent)
    own = {pair.kept.pk, pair.absorbed.pk}
    lines = [
        Line(
            field,
            field.default if field.fixed else _one_of(own, choices.values.get(field.name), field.default),
            by_field.get(field.name, ""),
        )
        for field in pair.fields
    ]
    clashes = [
        ClashLine(
            clash,
            _one_of(own, choices.stays.get(clash.key), clash.default) if clash.is_open else clash.default,
            by_field.get(clash.key, ""),
        )
        for clash in pair.clashes
    ]
    placed = {line.field.name for line in lines} | {line.clash.key for line in clashes}
    reach = reach_of(request.user)
    today = clock.business_today()
    context = {
        "pair": pair,
        "kept": pair.kept,
        "absorbed": pair.absorbed,
        "differing": [line for line in lines if line.field.differs],
        "equal": [line.field for line in lines if not line.field.differs and line.field.kept],
        "equal_with_error": [line for line in lines if not line.field.differs and line.error],
        "clashes": clashes,
        "attached": _attached(pair),
        "consequences": consequences(pair),
        "refusal": merge_refusal(request.user, pair.kept, pair.absorbed, today=today),
        "can_declare": may_declare(request.user, (pair.kept, pair.absorbed)),
        "can_swap": state_rank(pair.kept.state) == state_rank(pair.absorbed.state),
        "errors": errors,
        "loose_errors": [error.message for error in errors if error.field not in placed],
        "since": _since(pair, sent) if any(isinstance(one, StaleVersion) for one in errors) else [],
        "seen": AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        "reads_personal": all(
            reach.covers(VIEW_PERSONAL, row.office.path) for row in (pair.kept, pair.absorbed)
        ),
        "back": sent.get("back", ""),
    }
    return render(request, "orgs/enterprise_merge.html", context, status=422 if errors else 200)


def _one_of(own: set[int], chosen: int | None, default: Any) -> Any:
    return chosen if chosen in own else default


def _attached(pair: Comparison) -> list[tuple[Dependent, bool, bool]]:
    """What hangs on either without clashing, with whether it moves and whether it is a contact."""
    clashing = {(type(row), row.pk) for clash in pair.clashes for row in (*clash.kept, *clash.absorbed)}
    return [
        (row, row.enterprise_id == pair.absorbed.pk, isinstance(row, ContactPerson))
        for row in pair.dependents
        if (type(row), row.pk) not in clashing
    ]


def _since(pair: Comparison, sent: Sent) -> list[tuple[Enterprise, list[HistoryLine]]]:
    """What others did with either since the page was shown."""
    seen = read_key(sent.get("seen", "")) or 0
    today = clock.business_today()
    found = [
        (row, history_of(row, reads_personal=False, today=today, limit=10, after=seen))
        for row in (pair.kept, pair.absorbed)
    ]
    return [(row, lines) for row, lines in found if lines]


@require_POST
def enterprise_unmerge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a merger back."""
    merger = Merger.objects.visible_to(request.user).filter(pk=pk).first()
    if merger is None:
        raise Http404
    _, refusal = attempt(lambda: unmerge_enterprises(actor=request.user, merger_id=pk))
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, "已撤销合并，两条登记和名下记录都恢复原样")
    return redirect("enterprise_detail", pk=merger.kept_id)
