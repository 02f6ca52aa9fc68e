"""What a refused value raises."""


class CodeError(ValueError):
    """A value cannot be what it should be.

    ``message`` is Chinese, for people: what is wrong, then what to do. Forms put it beside the field.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DateError(CodeError):
    """A text is not a date of the calendar."""
