"""Every indicator of one office on one day as plain values, for the command line."""

import dataclasses
from typing import Any

from core.formats import count_text, rate_text
from orgs.models import Office
from orgs.selectors.counted import COUNTED_LABELS, TYPE_MEASURES
from quotas.indicators import INDICATORS
from quotas.models import Snapshot
from quotas.selectors.figures import Figure, Judge
from quotas.selectors.goals import Goals
from quotas.selectors.links import CountedLinks
from quotas.selectors.sheet import Counts, read_sheet
from quotas.selectors.surroundings import surroundings_of

NO_CENSUS = "调研未完成，暂无数字"
# Tracked without a number, in the notice's order; enterprise coverage follows and has no figure before a census.
TRACKED: tuple[str, ...] = (
    "orgs_total",
    "orgs_refounded",
    "contact_converted",
    *(key for key, _, _ in TYPE_MEASURES),
)


@dataclasses.dataclass(frozen=True)
class Line:
    """One indicator: counts whole, the rate and the attainment exact and as they are printed."""

    key: str
    title: str
    unit: str
    numerator: int
    denominator: int | None = None
    rate_text: str | None = None
    target: str | None = None
    target_is_reference: bool = False
    attainment: str | None = None
    attained: bool | None = None
    missing: int | None = None
    light: str | None = None
    pending: int | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values: rate, rate target and attainment in percent as printed (rounded down), the exact rate as ``251/1014``."""
        exact = None if self.denominator in (None, 0) else f"{self.numerator}/{self.denominator}"
        return {
            "key": self.key,
            "title": self.title,
            "unit": self.unit,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "rate": _number(self.rate_text),
            "rate_exact": exact,
            "target": _number(self.target),
            "target_is_reference": self.target_is_reference,
            "attainment": _number(self.attainment),
            "attained": self.attained,
            "missing": self.missing,
            "light": self.light,
            "pending": self.pending,
            "note": self.note,
        }


def _number(text: str | None) -> int | float | None:
    """A printed figure as a number: ``6,000`` → 6000, ``24.7%`` → 24.7."""
    if text is None:
        return None
    plain = text.replace(",", "").removesuffix("%")
    return float(plain) if "." in plain else int(plain)


def coverage_report(*, office: Office, goals: Goals, snapshot: Snapshot) -> list[Line]:
    """The four indicators with their targets, then what is tracked without a number."""
    around = surroundings_of(office, snapshot.on)
    counts = read_sheet(snapshot.pk, office, around).total
    judge = Judge(goals, snapshot.on, CountedLinks(year=goals.plan.year, on=snapshot.on))
    lines = [_judged(judge.figure(indicator, counts, office)) for indicator in INDICATORS.values()]
    lines += [Line(key, COUNTED_LABELS[key], "家", counts[key]) for key in TRACKED]
    return [*lines, _enterprise_coverage(counts)]


def _judged(figure: Figure) -> Line:
    indicator, is_rate = figure.indicator, figure.indicator.is_rate
    note = "没有登记的园区，暂无数字" if is_rate and figure.rate is None else ""
    return Line(
        key=indicator.key,
        title=indicator.title,
        unit=indicator.unit,
        numerator=figure.count,
        denominator=figure.whole,
        rate_text=rate_text(figure.rate_tenths) if figure.rate_tenths is not None else None,
        target=_printed_target(figure),
        target_is_reference=figure.is_reference,
        attainment=rate_text(figure.attainment_tenths) if figure.attainment_tenths is not None else None,
        attained=figure.attained,
        missing=figure.missing,
        light=figure.light.value,
        pending=figure.pending,
        note=note or ("任务未下达" if figure.target is None else ""),
    )


def _printed_target(figure: Figure) -> str | None:
    if figure.target is None:
        return None
    return rate_text(int(figure.target * 10)) if figure.indicator.is_rate else count_text(int(figure.target))


def _enterprise_coverage(counts: Counts) -> Line:
    """Enterprise coverage divides by the census; without one it is no figure, never 0 % or 100 % (DESIGN §3, Census)."""
    return Line("enterprise_coverage", "企业覆盖率", "家", counts["orgs_total"], note=NO_CENSUS)
