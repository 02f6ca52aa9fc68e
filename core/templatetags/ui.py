"""Components of the interface as tags with declared parameters: a mistyped one is an error. docs/look.md lists them."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import template
from django.template import TemplateSyntaxError
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import formats
from core.icons import icon_svg
from core.templatetags import ui_attachments, ui_forms

register = template.Library()
# One library for the pages; the tags of forms only have a file of their own.
register.tags.update(ui_forms.register.tags)
register.tags.update(ui_attachments.register.tags)
register.filters.update(ui_attachments.register.filters)

# ---------- figures and dates ----------


@register.filter
def count(value: int | None) -> str:
    """``{{ 6000|count }}`` → 6,000."""
    return formats.count_text(value)


@register.filter
def pct(value: formats.Rate | None) -> str:
    """``{{ rate|pct }}`` → 24.9%, rounded down. See ``core.formats.to_tenths`` for what each type means."""
    return formats.rate_text(value)


@register.filter
def tenths(value: int | None) -> Decimal | None:
    """Tenths of a percent as percent, for ``bar``: ``{% bar row.rate|tenths %}``."""
    return None if value is None else Decimal(value) / 10


@register.filter
def size(value: int | None) -> str:
    """``{{ file.size|size }}`` → 1.2 MB."""
    return formats.size_text(value)


@register.filter
def ymd(value: dt.date | None) -> str:
    """``{{ day|ymd }}`` → 2014-10-31."""
    return formats.date_text(value)


@register.filter
def md(value: dt.date | None) -> str:
    """``{{ day|md }}`` → 10-31."""
    return formats.day_text(value)


@register.filter
def md_hm(value: dt.datetime | None) -> str:
    """``{{ moment|md_hm }}`` → 10-14 16:20, local time."""
    return formats.moment_text(value)


@register.filter
def hm(value: dt.datetime | None) -> str:
    """``{{ moment|hm }}`` → 16:20, local time."""
    return formats.time_text(value)


@register.filter
def recent(value: dt.datetime | None) -> str:
    """``{{ moment|recent }}`` → 今天 16:20, or 2014-10-14 16:20 on another day."""
    return formats.recent_text(value)


# ---------- icon, light, state ----------
# What rows repeat is kept. typed=True, because Fraction(1) equals 1 and a safe string equals an unsafe one.


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """``{% icon "plus" %}`` or ``{% icon "x" size="s" %}``: decoration, never the only name of a button."""
    try:
        return icon_svg(name, size)
    except ValueError as error:
        raise TemplateSyntaxError(str(error)) from None


# code: (class, word). The shape differs with the meaning, so that colour never stands alone.
LIGHTS = {
    "ok": ("ok", "正常"),
    "warn": ("warn", "偏慢"),
    "bad": ("bad", "滞后"),
    "none": ("none", "未下达"),
    "done": ("ok", "达标"),
}
SHAPES = {
    "ok": SafeString('<circle cx="6" cy="6" r="5.5"/>'),
    "warn": SafeString('<path d="M6 .8 11.8 11H.2z"/>'),
    "bad": SafeString('<path d="M6 0 12 6 6 12 0 6z"/>'),
    "none": SafeString('<circle cx="6" cy="6" r="4.6"/>'),
}


def _light(code: str | None) -> tuple[str, str]:
    try:
        return LIGHTS[code or "none"]
    except KeyError:
        raise TemplateSyntaxError(f"light: {code!r} is none of {', '.join(LIGHTS)}.") from None


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def light(code: str | None, word: str | None = None) -> SafeString:
    """Progress against the pace: ``{% light "warn" %}``; ``{% light "none" word="无任务" %}`` says why there is none."""
    tone, usual = _light(code)
    return format_html(
        '<span class="p-light p-light-{}"><svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>{}</span>',
        tone,
        SHAPES[tone],
        word or usual,
    )


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def light_shape(code: str | None, word: str | None = None) -> SafeString:
    """The shape alone with its word for those who cannot see it, for tiles of the map."""
    tone, usual = _light(code)
    return format_html(
        '<svg viewBox="0 0 12 12" aria-hidden="true">{}</svg><span class="visually-hidden">{}</span>',
        SHAPES[tone],
        word or usual,
    )


STATES = {
    "draft": ("", "草稿"),
    "submitted": ("wait", "待确认"),
    "confirmed": ("ok", "已确认"),
    "returned": ("bad", "已退回"),
    "voided": ("", "已作废"),
    "queued": ("wait", "排队中"),
    "running": ("wait", "进行中"),
    "done": ("ok", "已完成"),
    "failed": ("bad", "未完成"),
    "active": ("ok", "启用"),
    "disabled": ("", "停用"),
    # Tones for anything else; the word is then the page's own.
    "plain": ("", ""),
    "wait": ("wait", ""),
    "ok": ("ok", ""),
    "warn": ("warn", ""),
    "bad": ("bad", ""),
}


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def state(code: str, label: str | None = None) -> SafeString:
    """A record's state as a word: ``{% state record.state %}`` or ``{% state "warn" "逾期" %}``."""
    if code not in STATES:
        raise TemplateSyntaxError(f"state: {code!r} is none of {', '.join(STATES)}.")
    tone, usual = STATES[code]
    if not (label or usual):
        raise TemplateSyntaxError(f"state: {code!r} is a tone and needs a label.")
    return format_html(
        '<span class="p-state{}">{}</span>', f" p-state-{tone}" if tone else "", label or usual
    )


# ---------- bar ----------


def _bar_percent(value: float | Decimal | Fraction | None) -> str | None:
    """Percent between 0 and 100 with one decimal, rounded down; a Fraction is a share of one."""
    if value is None or value == "":
        return None
    if isinstance(value, Fraction):
        value = Decimal(formats.to_tenths(value)) / 10
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TemplateSyntaxError(f"bar: percent is a number or a Fraction, not {value!r}.")
    whole, tenth = divmod(formats.to_tenths(Decimal(str(min(100, max(0, value))))), 10)
    return f"{whole}.{tenth}"


@register.simple_tag
@lru_cache(maxsize=2048, typed=True)
def bar(
    percent: float | Decimal | Fraction | None,
    pace: float | Decimal | Fraction | None = None,
    bad: bool = False,
    label: str = "",
) -> SafeString:
    """A bar cut at 100 %, with a mark where the pace curve stands.

    ``percent`` and ``pace`` are percent (83.5), or a Fraction as share of one, or None (track only, no mark). ``label``
    is what a screen reader says; without it the bar is decoration beside a printed figure.
    """
    fill, mark = _bar_percent(percent), _bar_percent(pace)
    parts = [SafeString('<rect class="track" width="100%" height="8" rx="2"/>')]
    if fill is not None:
        parts.append(format_html('<rect class="fill" width="{}%" height="8" rx="2"/>', fill))
    if mark is not None:
        parts.append(format_html('<rect class="pace" x="{}%" y="-3" width="2" height="14"/>', mark))
    told = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="p-bar{}" {}>{}</svg>',
        " p-bar-bad" if bad else "",
        told,
        format_html_join("", "{}", ((p,) for p in parts)),
    )


# ---------- navigation ----------


def _get(thing: Any, name: str) -> Any:
    """An attribute of an object or a key of a dict, None when absent."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


@register.inclusion_tag("ui/crumbs.html")
def crumbs(items: Iterable[Any]) -> dict[str, Any]:
    """The offices from above to here: ``(title, url)`` pairs, or objects with title and url. The last is the present one."""
    rows = [
        {"title": item[0], "url": item[1] if len(item) > 1 else None}
        if isinstance(item, tuple | list)
        else {"title": _get(item, "title"), "url": _get(item, "url")}
        for item in items
    ]
    return {"items": rows}


@register.inclusion_tag("ui/empty.html")
def empty(
    title: str, text: str = "", url: str = "", label: str = "", url2: str = "", label2: str = ""
) -> dict[str, Any]:
    """An empty state: the fact, what to do first, and up to two links that do it."""
    if bool(url) != bool(label) or bool(url2) != bool(label2):
        raise TemplateSyntaxError("empty: a url and its label go together.")
    actions = [(link, word) for link, word in ((url, label), (url2, label2)) if link]
    return {"title": title, "text": text, "actions": actions}


def _query(context: template.Context, **changes: str | None) -> str:
    """The page's query string with changes; None takes a key away."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: template.Context, page: Any, unit: str = "条", param: str = "page") -> dict[str, Any]:
    """Which rows of how many, and steps to the others. ``page`` is a page of a Django Paginator; the query string stays."""
    total = page.paginator.count
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    steps = [
        {"number": number, "url": _query(context, **{param: str(number)}), "here": number == page.number}
        if isinstance(number, int)
        else {"gap": True}
        for number in numbers
    ]
    return {
        "page": page,
        "total": total,
        "unit": unit,
        "steps": steps,
        "many": page.paginator.num_pages > 1,
        "back": _query(context, **{param: str(page.number - 1)}) if page.has_previous() else "",
        "onward": _query(context, **{param: str(page.number + 1)}) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def sort_link(
    context: template.Context,
    key: str,
    label: str,
    num: bool = False,
    default: str = "",
    first: str = "asc",
    css: str = "",
    col: str = "",
    param: str = "sort",
) -> SafeString:
    """A whole ``<th>`` that sorts by ``key``; descending is ``-key`` in the address.

    ``default`` is the sort in force when the address names none; ``first`` the direction of the first click; ``num``
    aligns right; ``col`` is the name for the column chooser. The page number is dropped, the other filters stay.
    """
    if first not in {"asc", "desc"}:
        raise TemplateSyntaxError("sort_link: first is 'asc' or 'desc'.")
    now = context["request"].GET.get(param) or default
    if now == key:
        direction, arrow, target = "ascending", " ↑", f"-{key}"
    elif now == f"-{key}":
        direction, arrow, target = "descending", " ↓", key
    else:
        direction, arrow, target = "", "", key if first == "asc" else f"-{key}"
    names = " ".join(name for name in ("num" if num else "", css) if name)
    return format_html(
        '<th scope="col"{}{}{}><a href="{}">{}{}</a></th>',
        format_html(' class="{}"', names) if names else "",
        format_html(' data-col="{}"', col) if col else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        _query(context, page=None, **{param: target}),
        label,
        format_html('<span aria-hidden="true">{}</span>', arrow) if arrow else "",
    )


# ---------- cards ----------

_CARD = (
    "title", "light", "light_word", "value", "unit", "of_text", "value_url", "percent", "pace_percent", "lines",
    "sentence", "sentence_url", "sentence_label",
)  # fmt: skip


@register.inclusion_tag("ui/kpi.html")
def kpi(card: Any, level: int = 3) -> dict[str, Any]:
    """One figure with what it is of, its light and its lines. ``card`` is an object or dict; see docs/look.md for its names."""
    if isinstance(card, dict) and (unknown := set(card) - set(_CARD)):
        raise TemplateSyntaxError(f"kpi: unknown {', '.join(sorted(unknown))}.")
    values = {name: _get(card, name) for name in _CARD}
    values["lines"] = [(*line, None)[:3] for line in values["lines"] or ()]
    percent, pace = values["percent"], values["pace_percent"]
    words = [str(values["title"])]
    if percent is not None:
        words.append(f"完成任务的 {formats.rate_text(Decimal(str(percent)))}")
    if pace is not None:
        words.append(f"按进度应达 {formats.rate_text(Decimal(str(pace)))}")
    return {"card": values, "level": level, "is_bad": values["light"] == "bad", "spoken": "，".join(words)}


@register.inclusion_tag("ui/job.html")
def job(job: Any, url: str = "", cancel_text: str = "") -> dict[str, Any]:
    """Progress of a ``core.models.Job``; while open it fetches itself anew each second, then stands still.

    ``url`` is the view that renders ``ui/job.html`` again with ``job`` and ``url``; by default the route ``job_detail`` with the
    job's pk. ``job.result`` may name ``url`` and ``label`` of what came out. ``cancel_text`` replaces the hint below.
    """
    return {"job": job, "url": url or reverse("job_detail", args=[job.pk]), "hint": cancel_text}
