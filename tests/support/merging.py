"""What the tests of merging share: every row a merger may touch, and short ways to merge and take back."""

from typing import Any

from orgs.models import CastOrganization, ContactPerson, DistinctPair, Enterprise, FormerName, HolderReport
from orgs.services.merging import Choices, merge_enterprises
from orgs.services.records import RecordRef
from orgs.services.unmerging import unmerge_enterprises

NAME = "广州示范甲辰精密机械有限公司"
MODELS = (Enterprise, CastOrganization, ContactPerson, HolderReport, FormerName, DistinctPair)
GROWING = ("version", "updated_at")


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row with every column but what grows with each save, and the contributors of enterprises."""
    rows = {
        model.__name__: [
            {name: value for name, value in row.items() if name not in GROWING}
            for row in model.objects.order_by("pk").values()
        ]
        for model in MODELS
    }
    through = Enterprise.contributors.through
    rows["contributors"] = list(
        through.objects.order_by("enterprise_id", "user_id").values("enterprise_id", "user_id")
    )
    return rows


def merge(actor, kept, absorbed, *, values=None, stays=None):
    """Merge two rows in the versions they have now; ``values`` and ``stays`` name the enterprise, not its key."""
    return merge_enterprises(
        actor=actor,
        kept=RecordRef("enterprise", kept.pk, Enterprise.objects.get(pk=kept.pk).version),
        absorbed=RecordRef("enterprise", absorbed.pk, Enterprise.objects.get(pk=absorbed.pk).version),
        choices=Choices(
            {name: row.pk for name, row in (values or {}).items()},
            {key: row.pk for key, row in (stays or {}).items()},
        ),
    )


def unmerge(actor, merger):
    """Take a merger back."""
    return unmerge_enterprises(actor=actor, merger_id=merger.pk)
