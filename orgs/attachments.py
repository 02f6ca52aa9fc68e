"""What hangs on the records of the registry: who may read it is who sees the record, who may change it is who may edit it."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from core.attachments import Slot, register_attachments
from core.exceptions import NotAllowed
from core.media.kinds import PDF, PICTURE, WORD
from orgs.choices import FoundingStep, OrganizationSlot
from orgs.models import CastOrganization
from orgs.models.reach import reach_of
from orgs.permissions import ENTER
from orgs.services.access import acting_unit, require_entry
from orgs.services.enterprises import require_editable
from orgs.services.founding import require_founding

APPROVAL = OrganizationSlot.APPROVAL.value
ORGANIZATION = CastOrganization._meta.label_lower


FOUNDING = {step.slot: step for step in FoundingStep if step.slot != APPROVAL}


def require_change(actor: User, record: Any, slot: str) -> None:
    """The actor may edit the record now; while it is still being entered, may enter records at all.

    The papers of founding steps can also be added when the organisation is confirmed: they prove, they change nothing.
    """
    if record is None:
        if not reach_of(actor).with_roles(ENTER):
            raise NotAllowed("登记由经办办理，您的任职里没有经办，不能上传附件。")
        return
    if slot in FOUNDING:
        require_founding(actor, record)
        return
    require_entry(actor, record)
    require_editable(record)


def note_contributor(actor: User, record: Any) -> None:
    """Who changed what hangs on an open version had a hand in it (four eyes)."""
    if record.is_editable:
        record.contributors.add(actor)


register_attachments(
    CastOrganization,
    readable=CastOrganization.objects.visible_to,
    writable=require_change,
    slots=[
        Slot(
            APPROVAL,
            OrganizationSlot.APPROVAL.label,
            kinds=(PDF, PICTURE, WORD),
            hint="成立批复的扫描件或照片；照片会自动缩小，并去掉拍摄地点",
        ),
        *(Slot(name, f"{step.label}的附件", most=20) for name, step in FOUNDING.items()),
    ],
    page=lambda record: reverse("organization_detail", args=[record.pk]),
    unit=acting_unit,
    on_change=note_contributor,
)
