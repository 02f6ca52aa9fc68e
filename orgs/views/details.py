"""Detail pages: the record, how it counts, what may be done with it now, its history and what hangs on it."""

import dataclasses
import datetime as dt
from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from core import clock
from orgs.models import CastOrganization, Enterprise, Merger, Park
from orgs.models.reach import reach_of
from orgs.permissions import ENTER, VIEW
from orgs.selectors.alike import alike_hosts
from orgs.selectors.counting import counting_statement
from orgs.selectors.founding import founding_summary
from orgs.selectors.history import history_of
from orgs.selectors.records import attached_to, office_chain
from orgs.services.access import allows
from orgs.services.offered import offered_acts
from orgs.services.unmerging import blocked_message, require_unmerge, unmerge_blockers
from orgs.views.common import reads_personal, visible_record


def _detail(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    record = visible_record(request, kind, pk)
    today = clock.business_today()
    personal = reads_personal(request, record)
    tops = reach_of(request.user).paths(VIEW)
    chain = [office for office in office_chain(record.office) if office.path.startswith(tops)]
    list_url = reverse(f"{kind}_list")
    acts = offered_acts(actor=request.user, record=record, today=today)
    return render(
        request,
        f"orgs/{kind}_detail.html",
        {
            "record": record,
            "kind": kind,
            "crumbs": [(office.region_short, f"{list_url}?office={office.code}") for office in chain],
            "acts": acts,
            "edit_url": reverse(f"{kind}_edit", args=[pk]) if "edit" in acts else "",
            "enters_here": reach_of(request.user).covers(ENTER, record.office.path)
            and record.state != "voided",
            "counts_as": counting_statement(record, today=today),
            "history": history_of(record, reads_personal=personal, today=today),
            "alike": alike_hosts(record, user=request.user)
            if isinstance(record, (Enterprise, Park)) and record.state != "voided"
            else [],
            "attached": attached_to(record, user=request.user),
            "reads_personal": personal,
            **(_merging(request, record, today) if isinstance(record, Enterprise) else {}),
            **({"founding": founding_summary(record)} if isinstance(record, CastOrganization) else {}),
        },
    )


@dataclasses.dataclass(frozen=True)
class MergedHere:
    """A registration that was merged into the one of the page, whether this person may take that back, and what is in the
    way.
    """

    merger: Merger
    sees_absorbed: bool
    may_undo: bool
    blocked: str


def _merging(request: SignedInRequest, enterprise: Enterprise, today: dt.date) -> dict[str, Any]:
    """What the page of an enterprise says of its mergers and names. Two queries while it has none."""
    rows = (
        Merger.objects.visible_to(request.user).standing().filter(Q(kept=enterprise) | Q(absorbed=enterprise))
    )
    mergers = list(rows.select_related("kept__office", "absorbed__office", "merged_by"))
    reach = reach_of(request.user)
    into = next((one for one in mergers if one.absorbed_id == enterprise.pk), None)
    here = []
    for merger in mergers:
        if merger.kept_id != enterprise.pk:
            continue
        may = allows(partial(require_unmerge, request.user, merger, today=today))
        blockers = unmerge_blockers(merger) if may else []
        here.append(
            MergedHere(
                merger,
                sees_absorbed=reach.covers(VIEW, merger.absorbed.office.path),
                may_undo=may and not blockers,
                blocked=blocked_message(blockers) if blockers else "",
            )
        )
    return {
        "merged_here": here,
        "merged_into": into,
        "sees_kept": into is not None and reach.covers(VIEW, into.kept.office.path),
        "former_names": list(enterprise.former_names.all()),
    }


@require_GET
def organization_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One CAST organisation."""
    return _detail(request, "organization", pk)


@require_GET
def enterprise_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One enterprise."""
    return _detail(request, "enterprise", pk)


@require_GET
def park_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One development zone."""
    return _detail(request, "park", pk)


@require_GET
def contact_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One contact person."""
    return _detail(request, "contact", pk)
