"""What a browser sends from entry pages, and what must not have changed after a refusal."""

import dataclasses

from core.models import AuditEvent
from orgs.models import CastOrganization, ContactPerson, Enterprise, HolderReport, Park

CREDIT_CODE = "91440106000000019J"


def organization_post(**values) -> dict[str, object]:
    """A whole organisation form without a host; ``None`` takes a field away."""
    sent = {
        "name": "示范企业科学技术协会",
        "established_on": "2014-09-08",
        "approval_number": "穗天科协[2014]31号",
        "members": "４６",
        "chair": "陈示例",
        "intent": "submit",
        **values,
    }
    return {name: value for name, value in sent.items() if value is not None}


def new_enterprise_post(**values) -> dict[str, object]:
    """The fields of a new enterprise inside another form."""
    sent = {
        "name": "示范量子仪器有限公司",
        "organization_code": "00000001-9",
        "division": "天河区",
        "types": ["is_private"],
        **values,
    }
    return {"is_new": "1"} | {f"host-{name}": value for name, value in sent.items() if value is not None}


def contact_post(**values) -> dict[str, object]:
    """A whole contact form without an enterprise."""
    return {
        "name": "林示例",
        "mobile": "138 0000 0000",
        "established_on": "2014.8.1",
        "intent": "submit",
        **values,
    }


@dataclasses.dataclass(frozen=True)
class Counts:
    """How many rows there are, and the versions of all: equal before and after means nothing was changed."""

    rows: tuple[int, ...]
    events: int
    versions: tuple[tuple[int, int, str], ...]

    @classmethod
    def now(cls) -> "Counts":
        """As the database stands."""
        models = (Enterprise, Park, CastOrganization, ContactPerson)
        return cls(
            rows=tuple(model.objects.count() for model in (*models, HolderReport)),
            events=AuditEvent.objects.count(),
            versions=tuple(
                row
                for model in models
                for row in model.objects.order_by("pk").values_list("pk", "version", "state")
            ),
        )
