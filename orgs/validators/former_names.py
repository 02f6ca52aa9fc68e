"""Former names of an enterprise (曾用名): several in one text, each a full name to find the enterprise by."""

import re

from orgs.calculations.names import clean_name, normalize_enterprise_name

SHORTEST, LONGEST = 4, 100

_SEPARATORS = re.compile(r"[、，,;；\n]+")


def parse_former_name(text: str) -> tuple[str, str]:
    """The name as stored and the key it is compared by. Raises ``ValueError`` with what to do when it is no full name."""
    name = clean_name(text)
    key = normalize_enterprise_name(name)
    if len(key) < SHORTEST or len(name) > LONGEST:
        shown = f"“{name[:20]}”不像企业全称。" if name else ""
        raise ValueError(f"{shown}请填写曾用的企业全称，{SHORTEST} 至 {LONGEST} 个字。")
    return name, key


def split_former_names(text: str) -> list[str]:
    """The names of a text, separated by 、 a comma, a semicolon or a new line."""
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
