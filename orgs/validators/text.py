"""Typed text made comparable: full-width forms, invisible characters, kinds of dashes."""

import unicodedata

# The minus sign is a symbol, not a dash, for Unicode; people type it for one all the same.
_MINUS_SIGN = "\u2212"


def to_half_width(text: str) -> str:
    """Full-width letters, digits and signs as their plain forms; control and zero-width characters gone."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isprintable():  # nothing of the kinds that go
        return plain
    return "".join(character for character in plain if unicodedata.category(character) not in {"Cc", "Cf"})


def without_spaces(text: str) -> str:
    """Plain forms, and no space of any kind."""
    return "".join(to_half_width(text).split())


def plain_dashes(text: str) -> str:
    """Every kind of dash as ``-``."""
    if text.isascii():  # its only dash is the plain one
        return text
    return "".join(
        "-" if character == _MINUS_SIGN or unicodedata.category(character) == "Pd" else character
        for character in text
    )


def compact_code(text: str) -> str:
    """A code as it is stored: plain upper-case characters without spaces and dashes."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return plain_dashes(without_spaces(text)).replace("-", "").upper()
