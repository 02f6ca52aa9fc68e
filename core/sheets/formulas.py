"""Texts a spreadsheet program would take for a formula: marked when written to csv, unmarked when read back.

In .xlsx a text cell says that it is text. A csv cannot, and Excel makes a formula of ``=1+1``, also behind spaces and in
full-width signs. Such a text gets an apostrophe in front; one that begins with an apostrophe itself gets one more, so
that reading takes off exactly what writing put on.
"""

MARK = "'"
# What Excel, LibreOffice and WPS begin a formula, a command or a link with.
_SIGNS = frozenset("=+-@＝＋－＠\t\r\n\0|%")
_BLANKS = " \u3000\xa0\t\r\n\0"


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet program might run this text."""
    if not text:
        return False
    if text[0] in _SIGNS:
        return True
    bare = text.lstrip(_BLANKS)
    return bool(bare) and bare is not text and bare[0] in _SIGNS


def protect_text(text: str) -> str:
    """The text as a csv carries it."""
    return MARK + text if text.startswith(MARK) or is_formula_like(text) else text


def unprotect_text(text: str) -> str:
    """What ``protect_text`` was given. A file of somebody else's keeps an apostrophe that protects nothing."""
    if text.startswith(MARK) and (text.startswith(MARK, 1) or is_formula_like(text[1:])):
        return text[1:]
    return text
