"""What the registry's views share: fetching within sight, and turning refusals into answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404

from accounts.requests import SignedInRequest
from core.exceptions import DomainError, NotAllowed
from core.keys import read_key
from orgs.models.reach import reach_of
from orgs.models.record import RegistryRecord
from orgs.permissions import VIEW_PERSONAL
from orgs.selectors.records import records_with_people
from orgs.services.records import RECORD_MODELS, RecordRef

Result = TypeVar("Result")


def visible_record(request: SignedInRequest, kind: str, pk: int) -> RegistryRecord:
    """The record with what its page shows; 404 for an unknown kind and for what the person cannot see."""
    if kind not in RECORD_MODELS:
        raise Http404
    try:
        return records_with_people(RECORD_MODELS[kind], user=request.user).get(pk=pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error


def reads_personal(request: SignedInRequest, record: RegistryRecord) -> bool:
    """Whether telephone numbers and addresses of persons are shown in full."""
    return reach_of(request.user).covers(VIEW_PERSONAL, record.office.path)


def posted_ref(request: SignedInRequest, kind: str, record: RegistryRecord) -> RecordRef:
    """The record with the version its page had shown. A form without a version is stale."""
    return RecordRef(kind, record.pk, read_key(request.POST.get("version", "")) or 0)


@contextmanager
def not_allowed_is_403() -> Iterator[None]:
    """A right that is missing becomes the 403 page with its sentence, a row that has gone 404."""
    try:
        yield
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except ObjectDoesNotExist as error:
        raise Http404 from error


def attempt(act: Callable[[], Result]) -> tuple[Result | None, str]:
    """What the act gave, or the sentence why state, date or a rule refused it. ``NotAllowed`` leaves as 403."""
    with not_allowed_is_403():
        try:
            return act(), ""
        except NotAllowed:
            raise
        except DomainError as refusal:
            return None, refusal.message
