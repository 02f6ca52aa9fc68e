"""What a form with an attachment tray sends back, with and without script."""

import contextlib
from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, QueryDict

from core.exceptions import DomainError
from core.models import Attachment
from core.services.attachments import SlotChange, remove_attachment, upload_attachment
from core.services.files import plain_name
from core.uploads import saved_upload, upload_refusal

# More tokens than any slot takes files are not looked up.
_MOST_TOKENS = 100


class AttachmentTray:
    """One tray of one form: the tokens it holds, what is ticked to be removed, and what was said of files not taken.

    ``acted``: one of the tray's own buttons was pressed; the page is then shown again as it was typed, nothing is saved.
    """

    def __init__(
        self, *, actor: Any, model_label: str, slot: str, field: str, target: Model | None = None
    ) -> None:
        self.actor, self.model_label, self.slot, self.field, self.target = (
            actor,
            model_label,
            slot,
            field,
            target,
        )
        self.tokens: list[str] = []
        self.removals: list[str] = []
        self.refusals: list[str] = []
        self.acted = False

    def fill(self, kept: Mapping[str, Any]) -> None:
        """Take the tokens from a kept draft (name → list of texts)."""
        self.tokens = [str(text) for text in kept.get(self.field) or []][:_MOST_TOKENS]
        self.removals = [str(text) for text in kept.get(f"{self.field}-remove") or []][:_MOST_TOKENS]

    def bind(self, data: QueryDict) -> None:
        """Take the tokens from what was sent."""
        self.tokens = list(dict.fromkeys(data.getlist(self.field)))[:_MOST_TOKENS]
        self.removals = data.getlist(f"{self.field}-remove")[:_MOST_TOKENS]

    def receive(self, request: HttpRequest) -> None:
        """Upload the files a browser without script sent along, and give up the pending one whose button was pressed.

        Raises ``NotAllowed`` for who may upload nothing here.
        """
        dropped = request.POST.get(f"{self.field}-drop", "")
        if dropped:
            self.acted = True
            self._drop(dropped)
        self.acted = self.acted or f"{self.field}-add" in request.POST
        for sent in request.FILES.getlist(f"{self.field}-files"):
            name = sent.name or "文件"
            try:
                with saved_upload(sent) as path:
                    row = upload_attachment(
                        actor=self.actor,
                        name=name,
                        path=path,
                        target_type=self.model_label,
                        slot=self.slot,
                        target=self.target,
                        beside=self.tokens,
                        leaving=self.removals,
                    )
            except DomainError as refusal:
                self.refusals.append(f"{plain_name(name)}：{refusal.message}")
            else:
                self.tokens.append(row.token)
        if words := upload_refusal(request):
            self.refusals.append(words)

    def _drop(self, token: str) -> None:
        if token in self.tokens:
            self.tokens.remove(token)
            # Gone already, or somebody else's: it stands in this form no more.
            with contextlib.suppress(Attachment.DoesNotExist, DomainError):
                remove_attachment(actor=self.actor, token=token)

    @property
    def holds_any(self) -> bool:
        """Whether anything stands in it, or hangs on its record already."""
        if self.tokens:
            return True
        return self.target is not None and Attachment.objects.of(self.target).in_slot(self.slot).exists()

    @property
    def change(self) -> SlotChange:
        """What the service is to do with the slot."""
        return SlotChange(self.slot, tuple(self.tokens), tuple(self.removals))
