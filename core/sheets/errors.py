"""What a spreadsheet that is not taken raises."""


class SheetRefused(Exception):
    """A file is not read. ``message`` is Chinese, for people: the fact, then the remedy; ``code`` a short English word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
