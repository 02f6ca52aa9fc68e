"""Looking an enterprise up by its exact code, across offices: the one exception to reach (DESIGN §4)."""

import dataclasses

from accounts.models import User
from core.exceptions import NotAllowed
from core.models import AuditEvent
from core.services.audit import record_event
from orgs.models import Enterprise, HolderReport
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.selectors.finders import codes_in, with_exact_code
from orgs.services.access import acting_unit

LOOKUP = "enterprise.lookup"


@dataclasses.dataclass(frozen=True)
class CodeMatch:
    """An enterprise met by its exact code.

    Out of reach only ``pk`` (to report to the holder), ``name``, ``code`` and ``holder`` are given; ``enterprise`` is
    None then, and ``report`` is the latest the actor's own office has sent about it.
    """

    pk: int
    name: str
    code: str
    holder: str
    enterprise: Enterprise | None
    report: HolderReport | None = None

    @property
    def within_reach(self) -> bool:
        """Whether the actor may see the record itself."""
        return self.enterprise is not None


def find_by_exact_code(*, actor: User, code: str, except_pk: int | None = None) -> CodeMatch | None:
    """The enterprise that carries this code, None when there is none, the text is no whole code or the actor is no clerk.

    Showing another office's enterprise is written into the trail before it is shown.
    """
    posts = reach_of(actor).with_roles(ENTER)
    if not posts or not codes_in(code):
        return None
    others = with_exact_code(code) if except_pk is None else with_exact_code(code).exclude(pk=except_pk)
    enterprise = others.select_related("office", "division").first()
    if enterprise is None:
        return None
    seen = Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists()
    if not seen:
        record_event(
            actor=actor,
            action=LOOKUP,
            target=enterprise,
            reason=f"按代码 {code.strip()}"[:500],
            unit=acting_unit(actor),
        )
    return CodeMatch(
        pk=enterprise.pk,
        name=enterprise.name,
        code=enterprise.code_display,
        holder=enterprise.office.short_name,
        enterprise=enterprise if seen else None,
        report=None if seen else _latest_report(enterprise, [post.office_id for post in posts]),
    )


def _latest_report(enterprise: Enterprise, offices: list[int]) -> HolderReport | None:
    """The last report one of these offices has sent about the enterprise."""
    return HolderReport.objects.filter(enterprise=enterprise, from_office__in=offices).order_by("-pk").first()


def has_looked_up(actor: User, enterprise: Enterprise) -> bool:
    """Whether the actor has met this enterprise by its exact code; only then there is something to report."""
    return AuditEvent.objects.of(enterprise).filter(action=LOOKUP, actor=actor).exists()


def require_looked_up(actor: User, enterprise: Enterprise) -> None:
    """Refuse whoever has not met the enterprise by its code."""
    if not has_looked_up(actor, enterprise):
        raise NotAllowed("请先在登记表里按企业的完整代码查找，再向持有单位反映。")
