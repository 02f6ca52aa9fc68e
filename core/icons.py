"""The icon sprite: which names it has, and the markup of one icon. Asked hundreds of times a page, so it is kept."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.signals import setting_changed
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = "img/icons.svg"
SIZES = {"": "ic", "s": "ic ic-s"}


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Names the sprite holds; empty when the sprite is not among the sources (then nothing is checked)."""
    path = finders.find(SPRITE)
    if not isinstance(path, str):
        return frozenset()
    return frozenset(re.findall(r'<symbol id="([^"]+)"', Path(path).read_text(encoding="utf-8")))


@lru_cache(maxsize=512)
def icon_svg(name: str, size: str = "") -> SafeString:
    """The icon as decoration: its words stand beside it, in the button's text or label.

    Raises ``ValueError`` for a name the sprite does not have, or a size other than ``""`` (18 px) and ``"s"`` (15 px).
    """
    names = icon_names()
    if names and name not in names:
        raise ValueError(f"The sprite has no icon {name!r}.")
    if size not in SIZES:
        raise ValueError(f"An icon's size is '' or 's', not {size!r}.")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', SIZES[size], static(SPRITE), name
    )


def _forget(*, setting: str, **_: Any) -> None:
    """Addresses of static files depend on settings, which tests change."""
    if setting in {"STORAGES", "STATIC_URL", "STATICFILES_DIRS"}:
        icon_svg.cache_clear()
        icon_names.cache_clear()


setting_changed.connect(_forget, dispatch_uid="core.icons")
