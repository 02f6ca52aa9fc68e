"""Texts as the XML of a workbook carries them, so that Excel, LibreOffice and python-calamine read them back unchanged."""

import re
from functools import lru_cache

# The longest text Excel keeps in a cell, in UTF-16 units. Past it Excel calls the whole file damaged.
LONGEST_CELL = 32_767
CUT = "…（内容超过一格能放的长度，后面的没有写出）"
# Not allowed in XML 1.0 at all; Excel writes them as _xHHHH_.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Halves of a surrogate pair, and what Unicode says is no character: nothing reads them back.
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
# A text that itself looks like such an escape is cut in two runs: each part means nothing, together they are the text.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNUSUAL = re.compile("[\x00-\x1f<>&\ud800-\udfff\ufffe\uffff]|^\\s|\\s$|_x[0-9A-Fa-f]{4}_")


@lru_cache(maxsize=4096)
def inline_text(text: str) -> str:
    """The inside of ``<is>`` for a text. Lists repeat most of their words, hence the memory."""
    if text.isalnum() and len(text) < LONGEST_CELL // 2:
        return f"<t>{text}</t>"
    return _inline(text)


def _inline(text: str) -> str:
    text = _fit(text)
    if not _UNUSUAL.search(text):
        return f"<t>{text}</t>"
    text = _NO_CHARACTER.sub("\ufffd", text)
    parts = _ESCAPE.split(text)
    if len(parts) == 1:
        return _element(text)
    runs = [*(f"{part}_" for part in parts[:-1]), parts[-1]]
    return "".join(f"<r>{_element(run)}</r>" for run in runs)


def _fit(text: str) -> str:
    """A text Excel takes: one that is too long ends in words that say so."""
    if len(text) <= LONGEST_CELL // 2 or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST_CELL:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (LONGEST_CELL - len(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT


def _element(text: str) -> str:
    escaped = _FORBIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", attribute_text(text))
    return f'<t xml:space="preserve">{escaped}</t>'


def attribute_text(text: str) -> str:
    """Marks of XML escaped, also for attributes. A bare carriage return would be read as a line feed."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\r", "&#13;")
    )


def plain_attribute(text: str) -> str:
    """A text for an attribute, without what an attribute cannot hold."""
    return attribute_text(_NO_CHARACTER.sub("\ufffd", _FORBIDDEN.sub("", text))).replace("\n", "&#10;")
