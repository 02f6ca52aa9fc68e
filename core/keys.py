"""Row keys and small numbers as addresses and forms name them."""

# Every key the databases give out has fewer digits; longer strings of digits are not converted at all.
_MOST_DIGITS = 18


def read_key(text: str) -> int | None:
    """The number a text names, None for anything else: no sign, plain digits only, no longer than a key."""
    plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if plain else None
