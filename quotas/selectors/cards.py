"""The four figures as cards, for the board and the home page."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils.html import format_html

from core.formats import count_text, rate_text
from orgs.models import Office
from quotas.indicators import INDICATORS, MEASURES
from quotas.models import Snapshot
from quotas.selectors.figures import Figure, Judge
from quotas.selectors.goals import goals_on
from quotas.selectors.links import CountedLinks

Card = dict[str, Any]
UNSET = "任务尚未下达，先看实际完成数。"
UNSET_WITHOUT = "不含副省级城市时没有可比的任务：各市任务尚未下达。"


@dataclasses.dataclass(frozen=True)
class BoardHead:
    """The cards of one office and when their figures were computed.

    ``cards`` are ready for ``{% kpi card %}``; empty when there is no plan or no figure yet (``on`` is then None).
    ``computed_at`` is a real moment, ``on`` the day the figures stand for, ``is_stale`` that newer ones are on their way.
    """

    cards: list[Card]
    on: dt.date | None
    computed_at: dt.datetime | None
    is_stale: bool


NOTHING = BoardHead([], None, None, is_stale=False)


def kpi_cards(office: Office, *, today: dt.date) -> BoardHead:
    """The four cards of an office's subtree from the latest live figures up to today. Three queries."""
    goals = goals_on(today)
    if goals is None:
        return NOTHING
    snapshot = (
        Snapshot.objects.live()
        .filter(plan=goals.plan, on__lte=today)
        .annotate(cell=FilteredRelation("tallies", condition=Q(tallies__office_id=office.pk)))
        .annotate(**{f"count_{measure}": F(f"cell__{measure}") for measure in MEASURES})
        .order_by("-on")
        .first()
    )
    if snapshot is None:
        return NOTHING
    counts = {measure: getattr(snapshot, f"count_{measure}") or 0 for measure in MEASURES}
    judge = Judge(goals, snapshot.on, CountedLinks(year=goals.plan.year, on=snapshot.on))
    cards = [card_of(judge.figure(indicator, counts, office)) for indicator in INDICATORS.values()]
    return BoardHead(cards, snapshot.on, snapshot.computed_at, snapshot.is_stale)


def cards_of(figures: Mapping[str, Figure], *, unset: str = UNSET) -> list[Card]:
    """The cards of figures, in the order of the indicators."""
    return [card_of(figure, unset=unset) for figure in figures.values()]


def card_of(figure: Figure, *, unset: str = UNSET) -> Card:
    """One figure as ``{% kpi %}`` wants it: value, what it is of, light, bar with pace, pending."""
    indicator = figure.indicator
    card: Card = {
        "title": indicator.title,
        "light": "done" if figure.attained else figure.light.value,
        "light_word": _light_word(figure),
        "value": rate_text(figure.rate_tenths) if indicator.is_rate else count_text(figure.count),
        "unit": "" if indicator.is_rate else indicator.unit,
        "value_url": figure.url,
        "of_text": _of_text(figure),
        "percent": _percent(figure.attainment_tenths),
        "pace_percent": None if figure.pace_share is None else _floor_tenths(figure.pace_share),
        "lines": [*_target_lines(figure), _pending_line(figure)],
        "sentence": "",
        "sentence_url": "",
        "sentence_label": "",
    }
    if indicator.is_rate and figure.rate is None:
        card["value"], card["sentence"] = None, "没有登记的园区，暂无数字。"
    elif figure.target is None:
        card["sentence"] = unset
    return card


def _light_word(figure: Figure) -> str | None:
    if figure.light.value != "none":
        return None
    return "暂无数字" if figure.value is None else "未下达"


def _of_text(figure: Figure) -> Any:
    """What stands beside the figure: n / N as links for a rate, the target for a count."""
    if figure.indicator.is_rate:
        return format_html(
            '<a href="{}">{}</a> / <a href="{}">{}</a> {}',
            figure.url,
            count_text(figure.count),
            figure.whole_url,
            count_text(figure.whole),
            figure.indicator.unit,
        )
    return "" if figure.target is None else f"目标 {count_text(int(figure.target))} {figure.indicator.unit}"


def _target_lines(figure: Figure) -> list[tuple[str, Any, str]]:
    if figure.target is None or figure.value is None:
        return []
    due, unit = figure.pace_value, figure.indicator.unit
    if figure.indicator.is_rate:
        goal = rate_text(int(figure.target * 10))
        missing = f"还差 {count_text(figure.missing)} {unit}" if figure.missing else ""
        lines = [("全国目标" if figure.is_reference else "目标", _with_detail(goal, missing), "")]
        return lines if due is None else [*lines, ("应达", rate_text(int(due * 10)), "")]
    lines = [("完成", rate_text(figure.attainment_tenths), "")]
    if due is not None and figure.pace_share is not None:
        # Rounded up: with one less the light is not green.
        need = f"{count_text(-(-due.numerator // due.denominator))} {unit}"
        lines.append(("应达", _with_detail(rate_text(figure.pace_share), need), ""))
    return lines


def _with_detail(words: str, detail: str) -> Any:
    """The words, with a detail for which a phone has no room."""
    return format_html('{}<span class="p-not-phone">，{}</span>', words, detail) if detail else words


def _pending_line(figure: Figure) -> tuple[str, Any, str]:
    words = f"{count_text(figure.pending)} {figure.indicator.unit}"
    return ("待确认", words, figure.pending_url if figure.pending else "")


def _percent(tenths: int | None) -> Decimal | None:
    return None if tenths is None else Decimal(tenths) / 10


def _floor_tenths(share: Fraction) -> Decimal:
    return Decimal(share.numerator * 1000 // share.denominator) / 10
