"""Refusals. Each carries a Chinese message for people: the fact, then the remedy."""


class DomainError(Exception):
    """A rule refused the act; nothing was changed.

    ``field`` names the form field the message belongs beside, or is None for the whole page.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class DomainErrors(DomainError):
    """Several rules refused at once, each with its field."""

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__("；".join(error.message for error in errors))
        self.errors = errors


class NotAllowed(DomainError):
    """The actor may see the row but not do this with it (403)."""


class StaleVersion(DomainError):
    """Someone else saved the row since the form was opened.

    ``changes`` is a list of (field, label, value now) the form can show beside what was typed.
    """

    def __init__(self, message: str, *, changes: list[tuple[str, str, str]] | None = None) -> None:
        super().__init__(message)
        self.changes = changes or []


class ClosedByState(DomainError):
    """The row's state or a date forbids the act; the message names the reason and the day."""
